/**
 * A file's name as it may be shown: on one line, without control characters and without those that turn the direction
 * of what follows, by which a name can look like another. Marks and joiners stay: scripts and emoji need them.
 */
export const shownName = (name: string): string =>
  name
    .toWellFormed()
    .replace(/[\s\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, "")
    .trim() || "file";
