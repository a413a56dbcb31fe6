import { EXTENSIONS } from "@dropclip/core/file-types";
import { uuidv7 } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const id = fc.integer({ min: 0, max: 2 ** 48 - 1 }).map((ms) => uuidv7(ms));
const mediaId = fc.oneof(
  fc.constant("video"),
  fc.integer({ min: 1, max: 20 }).map((n) => `image${n}`),
);
const ref = fc.record({ eventId: id, fanId: id, uploadId: id, mediaId });

describe("Keys.parseStaged", () => {
  it("reads back every key that staged builds", () => {
    fc.assert(
      fc.property(ref, fc.constantFrom(...EXTENSIONS), (media, extension) => {
        expect(Keys.parseStaged(Keys.staged(media, extension))).toEqual({ ...media, extension });
      }),
    );
  });

  it("takes no key that staged would not build", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          ref.chain((media) => mutated(Keys.staged(media, "mp4"))),
        ),
        (key) => {
          const parsed = Keys.parseStaged(key);
          if (parsed) expect(Keys.staged(parsed, parsed.extension)).toBe(key);
        },
      ),
    );
  });

  it.each([
    ["a path that climbs", "events/../uploads/x"],
    ["a twenty-first image", `${Keys.directory(sample())}/images/image21.jpg`],
    ["an image numbered zero", `${Keys.directory(sample())}/images/image0.jpg`],
    ["a video below images", `${Keys.directory(sample())}/images/video.mp4`],
    ["an extension nobody takes", `${Keys.directory(sample())}/video.exe`],
    ["an encoded slash", `${Keys.directory(sample())}%2Fvideo.mp4`],
    ["a line break at the end", `${Keys.directory(sample())}/video.mp4\n`],
    ["ids in upper case", `${Keys.directory(sample()).toUpperCase()}/video.mp4`],
  ])("refuses %s", (_, key) => {
    expect(Keys.parseStaged(key)).toBeUndefined();
  });
});

describe("Keys", () => {
  it("keeps everything of an upload below its directory", () => {
    fc.assert(
      fc.property(ref, (media) => {
        const keys = [Keys.staged(media, "mov"), Keys.video(media), Keys.stream(media), Keys.thumbnail(media)];
        keys.push(Keys.frames(media), Keys.image(media), Keys.imageThumbnail(media));
        for (const key of keys) expect(key.startsWith(`${Keys.directory(media)}/`)).toBe(true);
      }),
    );
  });

  it("has the paths the users know", () => {
    const media = sample();
    expect(Keys.video(media)).toBe(`events/${media.eventId}/uploads/${media.fanId}/${media.uploadId}/video.mp4`);
    expect(Keys.image({ ...media, mediaId: "image2" })).toMatch(/\/images\/image2\.jpg$/);
    expect(Keys.flyer(media.eventId, "v1", "png")).toBe(`events/${media.eventId}/flyer/v1.png`);
    expect(Keys.picture(media.fanId, "v1", "jpg")).toBe(`profiles/${media.fanId}/v1.jpg`);
  });
});

function sample() {
  return { eventId: uuidv7(1), fanId: uuidv7(2), uploadId: uuidv7(3), mediaId: "video" };
}

/** The text with one character replaced. */
function mutated(text: string) {
  return fc
    .tuple(fc.nat(text.length - 1), fc.constantFrom("/", ".", "..", "%2e", "\0", "A", "é", ""))
    .map(([at, by]) => text.slice(0, at) + by + text.slice(at + 1));
}
