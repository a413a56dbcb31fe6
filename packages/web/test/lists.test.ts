import { describe, expect, it } from "vitest";
import type { Media } from "../src/api/types.ts";
import { merge, mergeOrdered } from "../src/event/merge.ts";
import { windowOf } from "../src/event/window.ts";
import { sourceOf } from "../src/viewer/source.ts";
import { frameAt } from "../src/viewer/storyboard.ts";

const at = (minute: number): Media => ({
  ...{ eventId: "e", uploadId: `u${minute}`, mediaId: "video", fanId: "f", contentType: "video", width: 9, height: 16 },
  publishedAt: new Date(minute * 60_000).toISOString(),
  urls: { content: "https://cdn/video.mp4", stream: "https://cdn/hls/index.m3u8", thumbnail: "https://cdn/t.jpg" },
});
const minutes = (media: Media[]) => media.map(({ uploadId }) => Number(uploadId.slice(1)));

describe("merge", () => {
  it("puts what is new before what is shown", () =>
    expect(minutes(merge([at(3), at(2), at(1)], [at(5), at(3), at(2)], false))).toEqual([5, 3, 2, 1]));

  it("takes away what the first page does not have any more, and leaves what is beyond it", () =>
    expect(minutes(merge([at(4), at(3), at(2), at(1)], [at(4), at(2)], false))).toEqual([4, 2, 1]));

  it("takes the list as it is when one page is all of it", () =>
    expect(minutes(merge([at(4), at(3), at(1)], [at(4)], true))).toEqual([4]));

  it("shows nothing when nothing is left", () => expect(merge([at(1)], [], true)).toEqual([]));
});

describe("mergeOrdered", () => {
  it("keeps the order it was given", () =>
    expect(minutes(mergeOrdered([at(1), at(9), at(3)], [at(9), at(1)], false))).toEqual([9, 1, 3]));

  it("shows nothing twice when a media moved to the beginning", () =>
    expect(minutes(mergeOrdered([at(1), at(2), at(3)], [at(3), at(1)], false))).toEqual([3, 1]));
});

describe("windowOf", () => {
  const event = { opensAt: "2026-06-01T18:00:00Z", closesAt: "2026-06-02T18:00:00Z" };
  it.each([
    ["2026-06-01T17:59:59Z", "soon"],
    ["2026-06-01T18:00:00Z", "open"],
    ["2026-06-02T18:00:00Z", "closed"],
  ])("is at %s %s", (now, state) => expect(windowOf(event, Date.parse(now))).toBe(state));
});

describe("sourceOf", () => {
  const long = { ...at(1), durationMs: 91_000 };
  it.each([
    ["one file by default", at(1), undefined, true, "video.mp4"],
    ["one file on a fast line", at(1), { downlink: 10 }, true, "video.mp4"],
    ["HLS on a slow line", at(1), { downlink: 1.5 }, true, "index.m3u8"],
    ["HLS where data are saved", at(1), { saveData: true, downlink: 10 }, true, "index.m3u8"],
    ["HLS for a long clip", long, undefined, true, "index.m3u8"],
    ["one file where HLS is not played", long, { downlink: 1 }, false, "video.mp4"],
  ])("takes %s", (_, media, line, playsHls, end) =>
    expect(sourceOf(media, line, playsHls)).toMatch(new RegExp(`${end}$`)),
  );
});

describe("frameAt", () => {
  const storyboard = { url: "https://cdn/video.{frame}.jpg", count: 4, intervalMs: 1000 };
  it.each([
    [0, "0000000"],
    [1499, "0000001"],
    [1500, "0000002"],
    [9000, "0000003"],
  ])("shows of %i ms frame %s", (ms, number) =>
    expect(frameAt(storyboard, ms)).toBe(`https://cdn/video.${number}.jpg`),
  );
});
