/** `arn:partition:service:region:account:resource`; the resource may hold colons itself. */
export const COLONS = 5;

/** The six parts of an ARN; undefined for what is none. */
export function segmentsOf(arn: string): string[] | undefined {
  const values = arn.split(":");
  return values.length > COLONS ? [...values.slice(0, COLONS), values.slice(COLONS).join(":")] : undefined;
}
