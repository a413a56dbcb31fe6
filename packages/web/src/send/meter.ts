/** Speed is taken over so long: shorter jumps about, longer says little of now. */
const OVER_MS = 8000;

/** How fast bytes go, from how many have gone at which moments. */
export function createMeter() {
  let samples: { at: number; bytes: number }[] = [];
  return {
    note(bytes: number, at: number) {
      // What is sent again counts from there.
      if (bytes < (samples.at(-1)?.bytes ?? 0)) samples = [];
      samples.push({ at, bytes });
      const from = samples.findLastIndex((one) => one.at <= at - OVER_MS);
      if (from > 0) samples = samples.slice(from);
    },
    /** Bytes a second; undefined before there is enough to tell. */
    speed(): number | undefined {
      const [first, last] = [samples[0], samples.at(-1)];
      if (!first || !last || last.at - first.at < 500) return undefined;
      return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
    },
    rest() {
      samples = [];
    },
  };
}
