import { AccessLog } from "@dropclip/core/views/access-log";
import { describe, expect, it } from "vitest";
import { rangeOf } from "../src/views/range.ts";
import { pageOf, ranked } from "../src/views/ranking.ts";
import { type Counted, placeOf, Tally } from "../src/views/tally.ts";

process.env.CURSOR_KEY = Buffer.alloc(32, 7).toString("base64");

const id = (number: number) => `01900000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const OF_VIDEO = `/events/${id(1)}/uploads/${id(2)}/${id(3)}`;
const line = (stem: string, more: Record<string, string | number> = {}) =>
  JSON.stringify({
    ...{ date: "2026-06-01", time: "20:00:00", "cs-method": "GET", "cs-uri-stem": stem, "sc-status": "200" },
    ...{ "sc-bytes": "1000", "sc-range-start": "-", "sc-range-end": "-", asn: "64500", ...more },
  });
const counts = (text: string) => {
  const read = AccessLog.read(text);
  return typeof read === "object" ? [read.mediaId, read.plays, read.opens, read.bytes, read.previewBytes] : read;
};

describe("a line of an access log", () => {
  it.each([
    ["the playlist a player begins with", line(`${OF_VIDEO}/hls/index.m3u8`), ["video", 1, 0, 1000, 0]],
    ["the whole file", line(`${OF_VIDEO}/video.mp4`), ["video", 1, 0, 1000, 0]],
    [
      "the file from its beginning",
      line(`${OF_VIDEO}/video.mp4`, { "sc-status": "206", "sc-range-start": "0", "sc-range-end": "999" }),
      ["video", 1, 0, 1000, 0],
    ],
    [
      "the two bytes that a player tries first",
      line(`${OF_VIDEO}/video.mp4`, { "sc-status": "206", "sc-range-start": "0", "sc-range-end": "1" }),
      ["video", 0, 0, 1000, 0],
    ],
    [
      "a later part of the file",
      line(`${OF_VIDEO}/video.mp4`, { "sc-status": "206", "sc-range-start": "5000", "sc-range-end": "5999" }),
      ["video", 0, 0, 1000, 0],
    ],
    ["a segment", line(`${OF_VIDEO}/hls/1080_00001.m4s`), ["video", 0, 0, 1000, 0]],
    ["a playlist of one size", line(`${OF_VIDEO}/hls/1080.m3u8`), ["video", 0, 0, 1000, 0]],
    ["the file, still in the browser", line(`${OF_VIDEO}/video.mp4`, { "sc-status": 304 }), ["video", 0, 0, 1000, 0]],
    ["only its headers", line(`${OF_VIDEO}/video.mp4`, { "cs-method": "HEAD" }), ["video", 0, 0, 1000, 0]],
    ["the picture of a clip", line(`${OF_VIDEO}/thumbnail.jpg`), ["video", 0, 0, 0, 1000]],
    ["a frame of a clip", line(`${OF_VIDEO}/frames/frame.0000001.jpg`), ["video", 0, 0, 0, 1000]],
    ["a photo", line(`${OF_VIDEO}/images/image20.jpg`, { "sc-bytes": 7 }), ["image20", 0, 1, 7, 0]],
    ["a photo in the grid", line(`${OF_VIDEO}/images/image2.thumbnail.webp`), ["image2", 0, 0, 0, 1000]],
    ["what is hidden", line(`${OF_VIDEO}/video.mp4`, { "sc-status": "403" }), "nothing"],
    ["what is not there", line(`${OF_VIDEO}/hls/index.m3u8`, { "sc-status": "404" }), "nothing"],
    ["a viewer who left at once", line(`${OF_VIDEO}/video.mp4`, { "sc-status": "000" }), "nothing"],
    ["a preflight", line(`${OF_VIDEO}/video.mp4`, { "cs-method": "OPTIONS" }), "nothing"],
    ["a flyer", line(`/events/${id(1)}/flyer/${id(2)}.jpg`), "nothing"],
    ["a profile picture", line(`/profiles/${id(1)}/${id(2)}.jpg`), "nothing"],
    ["another spelling of a path", line(`${OF_VIDEO}/video%2Emp4`), "nothing"],
    ["a path beside it", line(`${OF_VIDEO}/video.mp4/x`), "nothing"],
    ["no JSON", "#Version: 1.0", undefined],
    ["another log", JSON.stringify({ date: "2026-06-01" }), undefined],
    ["bytes that are none", line(`${OF_VIDEO}/video.mp4`, { "sc-bytes": "-" }), undefined],
  ])("about %s", (_, text, expected) => {
    expect(counts(text)).toEqual(expected);
  });

  it("is read by fields that tell nothing of who asked", () => {
    for (const field of AccessLog.FIELDS) expect(field).not.toMatch(/^c-(ip|port)|forwarded|Cookie|User-Agent|query/);
  });
});

const counted = (upload: number, more: Partial<Counted> = {}): Counted => ({
  ...{ eventId: id(1), uploadId: id(upload), mediaId: "video", day: "2026-06-01" },
  ...{ plays: 1, opens: 0, bytes: 10, previewBytes: 0, ...more },
});

describe("a tally", () => {
  it("adds up by media and day, in an order that does not depend on the lines'", () => {
    const lines = [counted(2), counted(1, { day: "2026-06-02" }), counted(2, { bytes: 5 }), counted(1)];
    for (const order of [lines, lines.toReversed()]) {
      const tally = new Tally("", 10);
      for (const one of order) tally.add(one);
      const { counted: all, more } = tally.result();
      expect(more).toBe(false);
      expect(all.map(({ uploadId, day, plays, bytes }) => [uploadId, day, plays, bytes])).toEqual([
        [id(1), "2026-06-01", 1, 10],
        [id(1), "2026-06-02", 1, 10],
        [id(2), "2026-06-01", 2, 15],
      ]);
    }
  });

  it("holds few at a time, and each of them whole, until all were found", () => {
    const lines = Array.from({ length: 3000 }, (_, index) => counted((index * 7919) % 100));
    const found: Counted[] = [];
    for (let after = "", more = true; more; ) {
      const tally = new Tally(after, 7);
      for (const one of lines) tally.add(one);
      const part = tally.result();
      expect(part.counted.length).toBeLessThanOrEqual(7);
      found.push(...part.counted);
      [after, more] = [placeOf(part.counted.at(-1)!), part.more];
    }
    expect(found.map(({ uploadId, plays }) => [uploadId, plays])).toEqual(
      Array.from({ length: 100 }, (_, index) => [id(index), 30]),
    );
  });
});

describe("a ranking", () => {
  const row = (upload: number, plays?: number, opens?: number) => ({
    ...{ uploadId: id(upload), mediaId: "image1", bytes: 1 },
    ...(plays === undefined ? {} : { plays }),
    ...(opens === undefined ? {} : { opens }),
  });

  it("has the most watched first, days added up, and none without a view", () => {
    const rows = [row(1, 1), row(2, 0, 3), row(3), row(1, 4), row(4, 3)];
    expect(ranked(rows).map(({ uploadId, plays, opens, bytes }) => [uploadId, plays, opens, bytes])).toEqual([
      [id(1), 5, 0, 2],
      [id(2), 0, 3, 1],
      [id(4), 3, 0, 1],
    ]);
  });

  it("comes in pages, equals in their order, whose cursors hold for it alone", () => {
    const all = ranked(Array.from({ length: 25 }, (_, index) => row(index, 1 + (index % 3))));
    const found = [];
    for (let cursor: string | undefined, pages = 0; pages < 3; pages++) {
      const page = pageOf(all, { cursor, limit: 10 }, "views/a");
      found.push(...page.media);
      expect(page.cursor === undefined).toBe(pages === 2);
      cursor = page.cursor;
      if (cursor) expect(() => pageOf(all, { cursor, limit: 10 }, "views/b")).toThrow(/cursor/i);
    }
    expect(found).toEqual(all);
  });
});

describe("the days that are asked for", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  it.each([
    [{}, { from: "2026-01-31", to: "2026-03-01" }],
    [{ to: "2026-02-10" }, { from: "2026-01-12", to: "2026-02-10" }],
    [{ from: "2026-02-28" }, { from: "2026-02-28", to: "2026-03-01" }],
    [
      { from: "2026-03-01", to: "2026-03-01" },
      { from: "2026-03-01", to: "2026-03-01" },
    ],
  ])("%j are %j", (asked, range) => expect(rangeOf(asked, 366, now)).toEqual(range));

  it.each([
    [{ from: "2026-03-02" }, 366],
    [{ from: "2026-02-02", to: "2026-02-01" }, 366],
    [{ from: "2025-02-28", to: "2026-03-01" }, 366],
    [{ from: "2026-01-29", to: "2026-03-01" }, 31],
  ])("%j are refused where %i may be", (asked, most) => expect(() => rangeOf(asked, most, now)).toThrow(/to:/));
});
