/** ICC profile (ICC.1): offset of its tag table, and bytes of each entry. */
const TABLE_AT = 128;
const ENTRY_BYTES = 12;
/** Most tags: more than any profile has. */
const TAGS_MAX = 1000;
/** Tags with a list of processing steps of any length, each of which runs for every colour. */
const STEPPED = /^(D2B|B2D)\d$/;

/**
 * The same profile without the tags that can be made to take hours; it has simpler ones for the same, which are used
 * then.
 */
export function simple(icc: Buffer): Buffer {
  if (icc.length < TABLE_AT + 4) return icc;
  const tags = Math.min(icc.readUInt32BE(TABLE_AT), TAGS_MAX);
  let left = icc;
  for (
    let at = TABLE_AT + 4;
    at < TABLE_AT + 4 + tags * ENTRY_BYTES && at + ENTRY_BYTES <= icc.length;
    at += ENTRY_BYTES
  ) {
    if (!STEPPED.test(icc.toString("latin1", at, at + 4))) continue;
    if (left === icc) left = Buffer.from(icc);
    left.write("none", at, "latin1");
  }
  return left;
}
