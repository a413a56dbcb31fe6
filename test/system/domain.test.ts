import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestCloud, testCloud } from "../support/cloud.ts";

const FAN = "01900000-0000-7000-8000-0000000000f1";
const CREATIVE = "01900000-0000-7000-8000-0000000000c1";

/** The domain against a real DynamoDB engine, with a clock of the test's own. */
let cloud: TestCloud;
let Upload: typeof import("@dropclip/core/upload").Upload;
let Media: typeof import("@dropclip/core/media").Media;
let Event: typeof import("@dropclip/core/event").Event;
let Telling: typeof import("@dropclip/core/telling").Telling;
let Keys: typeof import("@dropclip/core/keys").Keys;
let uuidv7: typeof import("@dropclip/core/ids").uuidv7;

beforeAll(async () => {
  cloud = await testCloud();
  // Loaded now: the tables' names are read as the modules are loaded.
  ({ Upload } = await import("@dropclip/core/upload"));
  ({ Media } = await import("@dropclip/core/media"));
  ({ Event } = await import("@dropclip/core/event"));
  ({ Telling } = await import("@dropclip/core/telling"));
  ({ Keys } = await import("@dropclip/core/keys"));
  ({ uuidv7 } = await import("@dropclip/core/ids"));
});
afterAll(() => cloud.dispose());

const png = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154", "hex");
const readPng = async () => png;
let time = Date.parse("2026-06-01T20:00:00.000Z");
const source = { now: () => (time += 1), id: () => uuidv7(time, (bytes) => crypto.getRandomValues(bytes)) };

const images = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `${index + 1}.png`, bytes: 100 }));
const create = (files = images(1), eventId = DEMO_EVENT_ID) => Upload.create({ eventId, fanId: FAN, files }, source);
const arrival = (upload: { uploadId: string; eventId: string }, mediaId = "image1", more = {}) => ({
  key: Keys.staged({ eventId: upload.eventId, fanId: FAN, uploadId: upload.uploadId, mediaId }, "png"),
  bytes: 100,
  etag: "e1",
  sequencer: "0A",
  executionArn: "arn:one",
  ...more,
});
const refOf = (upload: { uploadId: string; eventId: string }, mediaId = "image1") => ({
  eventId: upload.eventId,
  fanId: FAN,
  uploadId: upload.uploadId,
  mediaId,
});
const get = (uploadId: string) => Upload.get({ uploadId, userId: FAN });

describe("Upload.create", () => {
  it("lists the video first and numbers the images", async () => {
    const upload = await create([
      { name: "b.HEIC", bytes: 1 },
      { name: "clip.MOV", bytes: 20 * 1024 ** 2 },
      { name: "a.png", bytes: 2 },
    ]);
    expect(upload).toMatchObject({ contentType: "video", status: "pending", progress: 0 });
    expect(upload.media.map(({ mediaId, fileName, transfer }) => [mediaId, fileName, transfer])).toEqual([
      ["video", "clip.MOV", { method: "multipart", partBytes: 8 * 1024 ** 2 }],
      ["image1", "b.HEIC", { method: "put" }],
      ["image2", "a.png", { method: "put" }],
    ]);
    expect(await get(upload.uploadId)).toEqual(upload);
  });

  it.each<[string, { name: string; bytes: number }[], string]>([
    [
      "two videos",
      [
        { name: "a.mp4", bytes: 1 },
        { name: "b.mp4", bytes: 1 },
      ],
      "upload.too_many_videos",
    ],
    ["twenty-one images", images(21), "upload.too_many_images"],
    ["a video over 5 GB", [{ name: "a.mp4", bytes: 5 * 1024 ** 3 + 1 }], "upload.too_large"],
    ["an image over 25 MB", [{ name: "a.png", bytes: 25 * 1024 ** 2 + 1 }], "upload.too_large"],
    ["a kind nobody takes", [{ name: "a.svg", bytes: 1 }], "upload.type_not_taken"],
    ["no files", [], "request.invalid"],
    ["an empty file", [{ name: "a.png", bytes: 0 }], "request.invalid"],
    ["half a byte", [{ name: "a.png", bytes: 1.5 }], "request.invalid"],
    ["a name that only looks like a picture's", [{ name: "gnp.\u202E.exe", bytes: 1 }], "upload.type_not_taken"],
  ])("refuses %s", async (_, files, code) => {
    await expect(create(files)).rejects.toMatchObject({ code });
  });

  it("keeps a name as it may be shown, and takes the type's word for one without an extension", async () => {
    const files = [
      { name: "a\u0000\u202Eb\ud800.png", bytes: 1 },
      { name: "1000012345", type: "image/jpeg", bytes: 1 },
    ];
    const { media } = await create(files);
    expect(media.map(({ fileName }) => fileName)).toEqual(["ab\uFFFD.png", "1000012345"]);
  });

  it("names value and limit when it refuses", async () => {
    await expect(create([{ name: "a.png", bytes: 30_000_000 }])).rejects.toThrow(
      "The file has 30000000 bytes; the limit is 26214400.",
    );
  });

  it("takes uploads only within the event's window, and only its kinds", async () => {
    const window = { opensAt: "2026-01-01T00:00:00Z", closesAt: "2026-01-02T00:00:00Z" };
    const over = await Event.create({ creativeId: CREATIVE, title: "Over", ...window }, source);
    await expect(create(images(1), over.eventId)).rejects.toMatchObject({ code: "event.closed" });
    const clips = await Event.create({ creativeId: CREATIVE, title: "Clips", contentTypes: ["video"] }, source);
    await expect(create(images(1), clips.eventId)).rejects.toMatchObject({ code: "upload.kind_not_taken" });
    await expect(create(images(1), source.id())).rejects.toMatchObject({ code: "event.not_found" });
  });

  it("grants a fan so many uploads, however many are asked for at once", async () => {
    const few = await Event.create({ creativeId: CREATIVE, title: "Few", uploadsPerFan: 3 }, source);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => create(images(1), few.eventId)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    for (const result of results)
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "upload.too_many" });
  });
});

describe("Upload.get", () => {
  it("shows an upload to nobody but its fan", async () => {
    const { uploadId } = await create();
    await expect(Upload.get({ uploadId, userId: CREATIVE })).rejects.toMatchObject({ code: "upload.not_found" });
  });
});

describe("Media.claim", () => {
  it("takes a file on once, whoever tells of it how often", async () => {
    const upload = await create();
    const routes = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        Media.claim(arrival(upload, "image1", { executionArn: `arn:${index}` }), readPng, source),
      ),
    );
    expect(routes.map(({ route }) => route).sort()).toEqual([...Array(5).fill("already handled"), "image"]);
  });

  it("is safe to repeat by the execution that did it", async () => {
    const upload = await create();
    const first = await Media.claim(arrival(upload), readPng, source);
    expect(first.route).toBe("image");
    expect(await Media.claim(arrival(upload), readPng, source)).toEqual(first);
    expect((await get(upload.uploadId)).media[0]!.timeline.map(({ step }) => step)).toEqual(["created", "claimed"]);
  });

  it("wants a newer object of a finished media removed, and knows the old one again", async () => {
    const upload = await create();
    await Media.claim(arrival(upload), readPng, source);
    await Media.publish(refOf(upload), { width: 1, height: 1 }, source);
    const again = (sequencer: string) =>
      Media.claim(arrival(upload, "image1", { sequencer, executionArn: "arn:two" }), readPng, source);
    expect((await again("0A")).route).toBe("already handled");
    expect(await again("0B")).toMatchObject({ route: "surplus", media: { key: arrival(upload).key } });
    expect((await get(upload.uploadId)).status).toBe("complete");
  });

  it("refuses a file of another size than announced, and repeats the refusal", async () => {
    const upload = await create();
    const told = arrival(upload, "image1", { bytes: 99 });
    expect((await Media.claim(told, readPng, source)).route).toBe("refused");
    expect((await Media.claim(told, readPng, source)).route).toBe("refused");
    expect((await get(upload.uploadId)).media[0]).toMatchObject({
      status: "rejected",
      reason: { code: "media.size_mismatch" },
    });
  });

  it("leaves objects alone that no upload waits for", async () => {
    const upload = await create();
    const stray = [
      arrival(upload, "image2"),
      arrival({ ...upload, uploadId: source.id() }),
      arrival({ ...upload, eventId: source.id() }),
      arrival(upload, "image1", { key: "events/else" }),
      arrival(upload, "image1", { key: arrival(upload).key.replace(/png$/, "jpg") }),
    ];
    for (const one of stray) expect((await Media.claim(one, readPng, source)).route).toBe("already handled");
    expect((await get(upload.uploadId)).status).toBe("pending");
  });

  it("does not go back to an older version of the object", async () => {
    const upload = await create();
    await Media.claim(arrival(upload, "image1", { sequencer: "00FF" }), readPng, source);
    await Media.fail(refOf(upload), { error: "E", cause: "", executionArn: "arn:one" }, source);
    const claim = (sequencer: string, executionArn: string) =>
      Media.claim(arrival(upload, "image1", { sequencer, executionArn }), readPng, source);
    for (const older of ["00FE", "00fe9", "00", "00F"])
      expect((await claim(older, "arn:two")).route).toBe("already handled");
    expect((await claim("00ff01", "arn:three")).route).toBe("image");
  });
});

describe("Media.publish", () => {
  it("completes twenty images of one upload at once, each linked once", async () => {
    const upload = await create(images(20));
    const ids = upload.media.map(({ mediaId }) => mediaId);
    await Promise.all(ids.map((id) => Media.claim(arrival(upload, id), readPng, source)));
    await Promise.all([...ids, ...ids].map((id) => Media.publish(refOf(upload, id), { width: 4, height: 3 }, source)));
    const record = await get(upload.uploadId);
    expect(record).toMatchObject({ status: "complete", progress: 100, completedAt: expect.any(String) });
    for (const { timeline } of record.media)
      expect(timeline.filter(({ step }) => step === "published")).toHaveLength(1);
    const { LinkEntity } = await import("@dropclip/core/link.entity");
    const links = await LinkEntity.query.link({ eventId: upload.eventId }).go({ order: "desc", pages: "all" });
    const mine = links.data.filter((link) => link.uploadId === upload.uploadId);
    expect(mine.map(({ mediaId }) => mediaId).sort()).toEqual(ids.toSorted());
    expect(links.data.map(({ publishedAt }) => publishedAt)).toEqual(
      links.data
        .map(({ publishedAt }) => publishedAt)
        .sort()
        .reverse(),
    );
  });
});

describe("Media.fail", () => {
  const failed = async (cause: string, code?: number) => {
    const upload = await create();
    await Media.claim(arrival(upload), readPng, source);
    if (code) await Media.noteJobError(refOf(upload), code);
    const outcome = await Media.fail(
      refOf(upload),
      { error: "States.TaskFailed", cause, executionArn: "arn:one" },
      source,
    );
    return { outcome, upload: await get(upload.uploadId) };
  };

  it.each([
    [1010, "media.corrupt"],
    [1020, "media.no_video"],
    [1030, "media.unsupported_codec"],
    [1040, "media.corrupt"],
    [1075, "media.corrupt"],
  ])("blames the file for MediaConvert's %i", async (errorCode, code) => {
    const { outcome, upload } = await failed(JSON.stringify({ Status: "ERROR", ErrorCode: errorCode }));
    expect(outcome).toBe("rejected");
    expect(upload).toMatchObject({ status: "rejected", media: [{ reason: { code } }] });
  });

  it("takes the blame for anything else, and shows the fan no internals", async () => {
    const { outcome, upload } = await failed("AccessDenied: role/dropclip-publish-dev");
    expect(outcome).toBe("failed");
    expect(upload).toMatchObject({ status: "failed" });
    expect(JSON.stringify(upload)).not.toContain("AccessDenied");
  });

  it("remembers the code of MediaConvert's own event where the cause is prose", async () => {
    expect((await failed("The job failed.", 1030)).outcome).toBe("rejected");
    expect((await failed("The job failed.", 1999)).outcome).toBe("failed");
  });

  it("lets a redrive complete what had failed", async () => {
    const { upload } = await failed("S3 was away");
    expect(await Media.publish(refOf(upload), { width: 1, height: 1 }, source)).toBe("done");
    expect((await get(upload.uploadId)).status).toBe("complete");
  });

  it("does not overwrite what is complete, however late it is told", async () => {
    const upload = await create();
    await Media.claim(arrival(upload), readPng, source);
    await Media.publish(refOf(upload), { width: 1, height: 1 }, source);
    for (const executionArn of ["arn:one", "arn:two"])
      expect(await Media.fail(refOf(upload), { error: "E", cause: "", executionArn }, source)).toBe("stale");
    expect((await get(upload.uploadId)).status).toBe("complete");
  });
});

describe("Media.fail of a deleted upload", () => {
  it("is no failure: its execution was stopped", async () => {
    const upload = await create();
    await Media.claim(arrival(upload), readPng, source);
    await Upload.remove(upload);
    const failure = { error: "ABORTED", cause: "The upload was deleted.", executionArn: "arn:one" };
    expect(await Media.fail(refOf(upload), failure, source)).toBe("deleted");
    expect((await get(upload.uploadId)).status).toBe("deleted");
  });
});

describe("Media.noteProgress", () => {
  it("never goes backwards, and leaves a finished media alone", async () => {
    const upload = await create();
    await Media.claim(arrival(upload), readPng, source);
    for (const percent of [40, 20]) await Media.noteProgress(refOf(upload), percent);
    expect((await get(upload.uploadId)).progress).toBe(40);
    await Media.publish(refOf(upload), { width: 1, height: 1 }, source);
    await Media.noteProgress(refOf(upload), 50);
    expect((await get(upload.uploadId)).progress).toBe(100);
  });
});

describe("the index of open work", () => {
  it("holds uploads that somebody still waits for or is to be told of, and no others", async () => {
    const { UploadEntity, OPEN_SHARDS } = await import("@dropclip/core/upload.entity");
    const open = async () => {
      const shards = Array.from({ length: OPEN_SHARDS }, (_, index) =>
        UploadEntity.query.open({ openShard: String(index) }).go({ pages: "all" }),
      );
      return (await Promise.all(shards)).flatMap(({ data }) => data.map(({ uploadId }) => uploadId));
    };
    const [waiting, done] = [await create(), await create()];
    expect(await open()).toEqual(expect.arrayContaining([waiting.uploadId, done.uploadId]));
    await Media.claim(arrival(done), readPng, source);
    expect(await open()).toContain(done.uploadId);
    await Media.publish(refOf(done), { width: 1, height: 1 }, source);
    const due = await Telling.due(done.uploadId);
    expect(due.news.map(({ key }) => key).sort()).toEqual(["image1/complete", "upload/complete"]);
    await Telling.told(due, ["image1/complete"]);
    expect(await open()).toContain(done.uploadId);
    await Telling.told(due, ["upload/complete"]);
    const left = await open();
    expect(left).toContain(waiting.uploadId);
    expect(left).not.toContain(done.uploadId);
  });
});

describe("lists", () => {
  /** All pages of a list, in pages of so many. */
  async function pages<T>(
    list: (page: { cursor?: string; limit: number }) => Promise<{ cursor?: string } & T>,
    limit: number,
    of: (page: T) => unknown[],
  ): Promise<number[]> {
    const sizes: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ ...(cursor ? { cursor } : {}), limit });
      sizes.push(of(page).length);
      cursor = page.cursor;
    } while (cursor);
    return sizes;
  }

  it("have no empty page while more is to come, however much was deleted", async () => {
    const fanId = "01900000-0000-7000-8000-0000000000f7";
    const event = await Event.create({ creativeId: CREATIVE, title: "Many", uploadsPerFan: 40 }, source);
    const { eventId } = event;
    const made: string[] = [];
    for (let count = 0; count < 40; count++)
      made.push((await Upload.create({ eventId, fanId, files: images(1) }, source)).uploadId);
    for (const uploadId of made.slice(10)) await Upload.remove({ uploadId, by: { userId: fanId } }, source);

    const own = (page: { cursor?: string; limit: number }) => Upload.listOwn({ ...page, userId: fanId });
    expect(await pages(own, 5, ({ uploads }) => uploads)).toEqual([5, 5]);
    expect(await pages(own, 4, ({ uploads }) => uploads)).toEqual([4, 4, 2]);
    const ofEvent = (page: { cursor?: string; limit: number }) =>
      Upload.listOfEvent({ ...page, eventId, creativeId: CREATIVE });
    expect(await pages(ofEvent, 3, ({ uploads }) => uploads)).toEqual([3, 3, 3, 1]);
    const pending = (page: { cursor?: string; limit: number }) =>
      Upload.listOfEvent({ ...page, eventId, creativeId: CREATIVE, status: "pending" });
    expect(await pages(pending, 25, ({ uploads }) => uploads)).toEqual([10]);
  });

  it("of events pass over deleted ones in the same way", async () => {
    const creativeId = "01900000-0000-7000-8000-0000000000c7";
    const made: string[] = [];
    for (let count = 0; count < 12; count++)
      made.push((await Event.create({ creativeId, title: `No. ${count}` }, source)).eventId);
    for (const eventId of made.slice(4)) await Event.remove({ eventId, creativeId }, source);
    const list = (page: { cursor?: string; limit: number }) => Event.list({ ...page, creativeId });
    expect(await pages(list, 2, ({ events }) => events)).toEqual([2, 2]);
  });
});

describe("what one fan takes of a day", () => {
  const GIB = 1024 ** 3;
  const DAY_MS = 24 * 3_600_000;
  let days = 0;
  /** Each test has a fan and a day of its own. */
  const fanOf = () => `01900000-0000-7000-8000-0000000${String(++days).padStart(5, "d")}`;
  const on = (day: number) => ({ ...source, now: () => Date.parse("2026-06-02T12:00:00Z") + day * DAY_MS });
  const clip = (bytes: number) => [{ name: "clip.mp4", bytes }];
  const eventOf = async (more: object = {}) =>
    (await Event.create({ creativeId: CREATIVE, title: "Long", uploadsPerFan: 1000, ...more }, source)).eventId;
  const make = (eventId: string, fanId: string, files = clip(GIB), day = 0) =>
    Upload.create({ eventId, fanId, files }, on(day));

  it("is at most so many bytes, over all events and however many are asked for at once", async () => {
    const [fanId, one, other] = [fanOf(), await eventOf(), await eventOf()];
    const results = await Promise.allSettled(
      Array.from({ length: 23 }, (_, index) => make(index % 2 ? one : other, fanId, clip(5 * GIB))),
    );
    const made = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(made).toHaveLength(20);
    const used = { kind: "too_many", code: "upload.day_used_up" };
    const details = { unit: "bytes", used: 100 * GIB, limit: 100 * GIB, retryAfterSeconds: 12 * 3600 };
    for (const result of results)
      if (result.status === "rejected") expect(result.reason).toMatchObject({ ...used, details });
    await expect(make(one, fanId, clip(1))).rejects.toMatchObject(used);
    // Nothing of it was taken in: all of it is given back, once.
    const first = made[0]!;
    await Upload.remove({ uploadId: first.uploadId, by: { userId: fanId } }, on(0));
    await Upload.remove({ uploadId: first.uploadId, by: { userId: fanId } }, on(0));
    await make(one, fanId, clip(5 * GIB));
    await expect(make(one, fanId, clip(1))).rejects.toMatchObject(used);
    // Another fan, and another day, have their own.
    await make(one, fanOf(), clip(1));
    await make(one, fanId, clip(5 * GIB), 1);
    // What is deleted a day later gives that day nothing.
    await Upload.remove({ uploadId: made[1]!.uploadId, by: { userId: fanId } }, on(1));
    for (let count = 0; count < 19; count++) await make(one, fanId, clip(5 * GIB), 1);
    await expect(make(one, fanId, clip(1), 1)).rejects.toMatchObject(used);
  });

  it("is at most so many uploads, deleted ones too", async () => {
    const { UsageEntity } = await import("@dropclip/core/usage.entity");
    const [fanId, eventId] = [fanOf(), await eventOf()];
    await UsageEntity.update({ fanId, day: "2026-06-02" }).add({ uploads: 1998 }).go();
    for (let count = 0; count < 2; count++) {
      const { uploadId } = await make(eventId, fanId, images(1));
      await Upload.remove({ uploadId, by: { userId: fanId } }, on(0));
    }
    await expect(make(eventId, fanId, images(1))).rejects.toMatchObject({
      code: "upload.day_used_up",
      message: "You have sent 2000 uploads today; the limit of one day is 2000. Try again in 12 hours.",
    });
  });

  it("is at most so many minutes of video, however often one is planned, deleted and sent again", async () => {
    const { Usage } = await import("@dropclip/core/usage");
    const [fanId, eventId] = [fanOf(), await eventOf()];
    const minutes = (count: number) => ({ durationMs: count * 60_000, longestMs: 600_000 });
    const planned = async (count: number, day = 0) => {
      const { uploadId } = await make(eventId, fanId, clip(1000), day);
      const ref = { eventId, fanId, uploadId, mediaId: "video" };
      return { ref, refused: await Usage.countVideo(ref, minutes(count), on(day)) };
    };
    const { ref, refused } = await planned(150);
    expect(refused).toBeUndefined();
    expect(await Usage.countVideo(ref, minutes(150), on(0))).toBeUndefined();
    await Upload.remove({ uploadId: ref.uploadId }, on(0));
    expect((await planned(151)).refused).toEqual({
      code: "media.day_used_up",
      message:
        "At most 300 minutes of video are taken from one fan in a day. Please upload this one again after 2026-06-03 00:00 UTC.",
    });
    expect((await planned(150)).refused).toBeUndefined();
    await expect(make(eventId, fanId)).rejects.toMatchObject({
      code: "upload.day_used_up",
      details: { unit: "minutes", used: 300, limit: 300 },
    });
    // Photos take none, and an event that takes a longer clip takes it.
    await make(eventId, fanId, images(1));
    const long = await eventOf({ videoDurationMs: DAY_MS });
    await make(long, fanId);
    expect((await planned(1, 1)).refused).toBeUndefined();
  });
});

describe("Upload.remove", () => {
  it("gives an upload back to the fan only when none of it was ever taken in", async () => {
    const { eventId } = await Event.create({ creativeId: CREATIVE, title: "Two", uploadsPerFan: 2 }, source);
    const unused = await create(images(2), eventId);
    await Upload.remove(unused, source);
    for (const outcome of ["rejected", "published"]) {
      const upload = await create(images(2), eventId);
      const bytes = outcome === "rejected" ? 99 : 100;
      await Media.claim(arrival(upload, "image1", { bytes }), readPng, source);
      if (outcome === "published") await Media.publish(refOf(upload), { width: 1, height: 1 }, source);
      await Upload.remove(upload, source);
    }
    await expect(create(images(1), eventId)).rejects.toMatchObject({ code: "upload.too_many" });
  });
});
