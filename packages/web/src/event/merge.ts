import type { Media } from "../api/types.ts";

export const nameOf = ({ uploadId, mediaId }: Pick<Media, "uploadId" | "mediaId">) => `${uploadId}/${mediaId}`;

/**
 * What is shown, once the list's first page was read again: what is new stands first, and what was taken away is gone.
 * The first page tells nothing of what is older than its last one.
 */
export function merge(shown: Media[], first: Media[], isWhole: boolean): Media[] {
  const named = new Set(first.map(nameOf));
  const last = first.at(-1)?.publishedAt ?? "";
  const older = isWhole ? [] : shown.filter((one) => !named.has(nameOf(one)) && one.publishedAt <= last);
  return [...first, ...older];
}

/** The same for a list in an order of somebody's choosing: its beginning is as it was read, what is beyond stays. */
export function mergeOrdered(shown: Media[], first: Media[], isWhole: boolean): Media[] {
  const named = new Set(first.map(nameOf));
  return [...first, ...(isWhole ? [] : shown.slice(first.length).filter((one) => !named.has(nameOf(one))))];
}
