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

describe("the keys of a held media", () => {
  const made = [Keys.video, Keys.stream, Keys.thumbnail, Keys.frames, Keys.image, Keys.imageThumbnail];

  it("are in its event's waiting room, each where the published one is named after", () => {
    fc.assert(
      fc.property(ref, (media) => {
        const held = { ...media, held: true };
        for (const key of made) {
          expect(key(held)).toMatch(/^events\/[^/]+\/waiting\//);
          expect(Keys.parsePublished(key(held))).toBeUndefined();
          expect(Keys.released(key(held))).toBe(key(media));
          expect(Keys.released(key(media))).toBe(key(media));
        }
        expect(Keys.staged(held, "mp4")).toBe(Keys.staged(media, "mp4"));
      }),
    );
  });

  it("begin alike, and unlike those of every other media of the upload", () => {
    const upload = sample();
    const of = (mediaId: string) => ({ ...upload, mediaId, held: true });
    const begins = (mediaId: string) => (key: string) => key.startsWith(Keys.heldBelow(of(mediaId)));
    for (const mediaId of ["video", "image1"])
      expect(Keys.published(of(mediaId)).filter(begins(mediaId))).toEqual(Keys.published(of(mediaId)));
    for (const other of ["image10", "image2"]) expect(Keys.published(of(other)).filter(begins("image1"))).toEqual([]);
  });
});

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
    const [version, extension] = [media.uploadId, "png"];
    const flyer = Keys.picture({ kind: "flyer", id: media.eventId }, { version, extension });
    expect(flyer).toBe(`events/${media.eventId}/flyer/${version}.png`);
    const picture = Keys.picture({ kind: "profile", id: media.fanId }, { version, extension });
    expect(picture).toBe(`profiles/${media.fanId}/${version}.png`);
  });

  it("lead back from a flyer or profile picture to its owner, and from nothing else", () => {
    const { eventId: id, uploadId: version } = sample();
    for (const kind of ["flyer", "profile"] as const) {
      const key = Keys.picture({ kind, id }, { version, extension: "webp" });
      expect(Keys.parsePicture(key)).toEqual({ owner: { kind, id }, version, extension: "webp" });
      const small = key.replace(/webp$/, "thumbnail.webp");
      expect(Keys.ofPicture({ kind, id }, { version, extension: "webp", thumbnail: true })).toEqual([key, small]);
      expect(Keys.parsePicture(small)).toBeUndefined();
      fc.assert(
        fc.property(mutated(key), (other) => {
          const parsed = Keys.parsePicture(other);
          if (parsed) expect(Keys.picture(parsed.owner, parsed)).toBe(other);
        }),
      );
    }
    expect(Keys.parsePicture(Keys.staged({ ...sample(), mediaId: "image1" }, "png"))).toBeUndefined();
  });

  it("say what the edge serves of a media, each below its directory", () => {
    const media = sample();
    expect(Keys.published({ ...media, mediaId: "image2" })).toEqual([
      Keys.image({ ...media, mediaId: "image2" }),
      Keys.imageThumbnail({ ...media, mediaId: "image2" }),
    ]);
    const video = Keys.published(media);
    expect(video).toContain(Keys.video(media));
    expect(video.some((key) => Keys.stream(media).startsWith(key))).toBe(true);
    expect(video.some((key) => Keys.frames(media).startsWith(key))).toBe(true);
    for (const key of video) expect(key.startsWith(`${Keys.directory(media)}/`)).toBe(true);
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
