/** A moment as event envelopes have it: ISO 8601 without fractions of a second. */
export function isoSeconds(ms: number): string {
  const date = new Date(ms);
  // A caller may name a moment outside of what dates can hold.
  const safe = Number.isNaN(date.getTime()) ? new Date(0) : date;
  return `${safe.toISOString().slice(0, -5)}Z`;
}
