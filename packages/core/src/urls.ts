export * as Urls from "./urls.ts";

import { config } from "./config.ts";
import type { MediaRef } from "./keys.ts";
import { Keys } from "./keys.ts";

/** Where the edge serves one published media. The path equals the key. */
export interface MediaUrls {
  content: string;
  /** HLS master playlist; videos only. */
  stream?: string;
  thumbnail: string;
}

export function of(ref: MediaRef): MediaUrls {
  if (ref.mediaId !== "video") return { content: url(Keys.image(ref)), thumbnail: url(Keys.imageThumbnail(ref)) };
  return { content: url(Keys.video(ref)), stream: url(Keys.stream(ref)), thumbnail: url(Keys.thumbnail(ref)) };
}

/** Where the edge serves a key. */
export const url = (key: string) => `${config.cdnUrl}/${key}`;
