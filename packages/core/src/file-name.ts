/**
 * A file's name as it may be shown: on one line, without control characters and without the invisible ones that turn the
 * direction of what follows, by which a name can look like another. Joiners stay: scripts and emoji need them.
 */
export const shownName = (name: string): string =>
  name
    .toWellFormed()
    .replace(/[\s\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/(?![\u200C\u200D])[\p{Cc}\p{Cf}]/gu, "")
    .trim() || "file";
