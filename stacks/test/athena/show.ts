import { uuidv7 } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import type { Distribution } from "@dropclip/synth/cloud";
import { edge } from "../../../packages/local/test/cloudfront/setup.ts";
import type { Log } from "./logs.ts";

const [MINUTE, HOUR] = [60_000, 3_600_000];

/** Two events and two uploads. */
export const [A, B] = [uuidv7(1), uuidv7(2)];
export const [FIRST, SECOND] = [uuidv7(3), uuidv7(4)];
const ref = (eventId: string, uploadId: string, mediaId = "video") => ({
  ...{ eventId, uploadId, mediaId, fanId: uuidv7(5) },
});
const CLIP = ref(A, FIRST);
const OTHER = ref(A, SECOND);
const PHOTO = ref(B, SECOND, "image2");
export const GONE = Keys.stream(ref(B, FIRST));

/** What the local edge logs while two events are watched, where these distributions have it logged. */
export async function show(media: Distribution, pages: Distribution): Promise<{ logs: Log[]; nowMs: number }> {
  const shown = await edge({ accessLogs: media.accessLogs });
  const get = async (key: string, init: RequestInit = {}) => (await fetch(`${shown.url}/${key}`, init)).arrayBuffer();
  for (const key of [Keys.video(CLIP), Keys.stream(CLIP), Keys.stream(OTHER), Keys.image(PHOTO)])
    shown.origin.put(`/content/${key}`, "0123456789");
  shown.origin.put(`/content/${Keys.directory(CLIP)}/hls/720p_00001.m4s`, "0123456789".repeat(1000));
  shown.origin.put(`/content/${Keys.imageThumbnail(PHOTO)}`, "01234");
  // Longer ago than is asked for.
  await get(Keys.stream(CLIP));
  await shown.clock.advance(31 * 24 * HOUR);
  // One play: a player tries for ranges, begins and goes on. Who has it already, or asks for its size, plays nothing.
  await get(Keys.video(CLIP), { headers: { range: "bytes=0-1" } });
  await get(Keys.video(CLIP), { headers: { range: "bytes=0-", referer: "https://clips.example.com/e/1" } });
  await get(Keys.video(CLIP), { headers: { range: "bytes=5-" } });
  await get(Keys.video(CLIP), { headers: { "if-none-match": '"v1"' } });
  await get(Keys.video(CLIP), { method: "HEAD" });
  await shown.clock.advance(HOUR);
  // One in pieces, and one of another clip.
  await get(Keys.stream(CLIP), { headers: { referer: "https://blog.example/show?x=1" } });
  await get(`${Keys.directory(CLIP)}/hls/720p_00001.m4s`);
  await get(Keys.stream(OTHER));
  await shown.clock.advance(24 * HOUR);
  await get(Keys.stream(CLIP), { headers: { referer: "https://blog.example/show" } });
  await get(Keys.imageThumbnail(PHOTO));
  await get(Keys.image(PHOTO));
  for (const _ of [1, 2]) await get(GONE);
  await get("favicon.ico", { headers: { referer: "about:blank" } });
  await shown.clock.advance(MINUTE);
  const nowMs = shown.clock.now();

  const site = await edge({ accessLogs: pages.accessLogs });
  await site.clock.advance(nowMs - site.clock.now() - MINUTE);
  site.origin.put("/content/e/1", "<!doctype html>", { "content-type": "text/html" });
  await fetch(`${site.url}/e/1`, { headers: { referer: "https://search.example/" } });
  await fetch(`${site.url}/wp-login.php`);
  await site.clock.advance(MINUTE);
  return { logs: [...shown.written, ...site.written], nowMs };
}
