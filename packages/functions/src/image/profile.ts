/** Where the table of tags of an ICC profile (ICC.1) begins, and how many bytes each tag has in it. */
const TABLE_AT = 128;
const ENTRY_BYTES = 12;
/** Tags of a whole profile: more than any real profile has. */
const TAGS_MAX = 1000;
/** Tags whose way to the screen is a list of any length of steps, each to be gone for every colour there is. */
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
