import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, type TestCloud, testCloud } from "../support/cloud.ts";
import {
  beginParts,
  bodyOf,
  expectProblem,
  forgetCalls,
  HOUR,
  later,
  MIB,
  newEvent,
  pages,
  published,
  records,
  tampered,
  tiny,
  troubles,
} from "./support.ts";

let cloud: TestCloud;
let fan: Api;
let otherFan: Api;
let creative: Api;
let other: Api;

beforeAll(async () => {
  cloud = await testCloud();
  [fan, otherFan] = await Promise.all([cloud.as("fan"), cloud.as("other-fan")]);
  [creative, other] = await Promise.all([cloud.as("creative"), cloud.as("other-creative")]);
});
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

const create = (call: Api, eventId: string, files: object[] = tiny.files, headers = {}) =>
  call("POST", `/events/${eventId}/uploads`, { files }, headers);
const video = (more = {}) => ({ name: "clip.mp4", bytes: 1000, ...more });
const image = (more = {}) => ({ name: "photo.jpg", bytes: 1000, ...more });
const sign = (call: Api, uploadId: string, more: object) => call("POST", `/uploads/${uploadId}/sign`, more);

describe("POST /events/{eventId}/uploads", () => {
  it("announces a video and images, and says how each is to be sent", async () => {
    const files = [
      image({ name: "a.JPEG" }),
      video({ bytes: 16 * MIB + 1 }),
      image({ name: "b.heif", bytes: 16 * MIB }),
    ];
    const upload = bodyOf(await create(fan, DEMO_EVENT_ID, files), 201);
    expect(upload).toMatchObject({
      eventId: DEMO_EVENT_ID,
      fanId: cloud.fanId,
      creativeId: cloud.creativeId,
      contentType: "video",
      status: "pending",
      progress: 0,
      media: [
        { mediaId: "video", fileName: "clip.mp4", transfer: { method: "multipart", partBytes: 8 * MIB } },
        { mediaId: "image1", fileName: "a.JPEG", transfer: { method: "put" } },
        { mediaId: "image2", fileName: "b.heif", transfer: { method: "put" } },
      ],
    });
    expect(Date.parse(upload.expiresAt) - Date.parse(upload.createdAt)).toBe(24 * HOUR);
    expect(bodyOf(await fan("GET", `/uploads/${upload.uploadId}`))).toEqual(upload);
  });

  it("takes a video and twenty images, each to its limit", async () => {
    const files = [video({ bytes: 5 * 1024 * MIB }), ...Array.from({ length: 20 }, () => image({ bytes: 25 * MIB }))];
    const { media } = bodyOf(await create(fan, DEMO_EVENT_ID, files), 201);
    expect(media.map(({ mediaId }: any) => mediaId)).toEqual([
      "video",
      ...Array.from({ length: 20 }, (_, index) => `image${index + 1}`),
    ]);
  });

  it.each<[string, object[] | object, number, string]>([
    ["nothing", [], 400, "request.invalid"],
    ["no list", { name: "a.jpg", bytes: 1 }, 400, "request.invalid"],
    ["two videos", [video(), video()], 400, "upload.too_many_videos"],
    ["21 images", Array.from({ length: 21 }, () => image()), 400, "upload.too_many_images"],
    ["25 files", Array.from({ length: 25 }, () => image()), 400, "request.invalid"],
    ["a file without a name", [{ bytes: 1 }], 400, "request.invalid"],
    ["a file without bytes", [image({ bytes: 0 })], 400, "request.invalid"],
    ["a file of less than nothing", [image({ bytes: -1 })], 400, "request.invalid"],
    ["half a byte", [image({ bytes: 1.5 })], 400, "request.invalid"],
    ["more bytes than a number holds", [image({ bytes: 2 ** 60 })], 413, "upload.too_large"],
    ["too large a video", [video({ bytes: 5 * 1024 * MIB + 1 })], 413, "upload.too_large"],
    ["too large an image", [image({ bytes: 25 * MIB + 1 })], 413, "upload.too_large"],
    ["a program", [image({ name: "photo.jpg.exe" })], 415, "upload.type_not_taken"],
    ["a file without an extension", [image({ name: "jpg" })], 415, "upload.type_not_taken"],
    ["a picture that can run", [image({ name: "photo.svg" })], 415, "upload.type_not_taken"],
    ["an inherited extension", [image({ name: "photo.constructor" })], 415, "upload.type_not_taken"],
    ["a name that only looks like a picture's", [image({ name: "gpj.\u202E.exe" })], 415, "upload.type_not_taken"],
    ["a name too long", [image({ name: `${"x".repeat(252)}.jpg` })], 400, "request.invalid"],
  ])("refuses %s and counts nothing", async (_, files, status, code) => {
    const before = (await records(cloud)).length;
    expectProblem(await create(otherFan, DEMO_EVENT_ID, files as object[]), status, code);
    expect(await records(cloud)).toHaveLength(before);
  });

  it("holds files against the event's own limits, as they are when it is made", async () => {
    const { eventId } = await newEvent(creative, { contentTypes: ["image"], imageBytes: 1000 });
    expectProblem(await create(fan, eventId, [video()]), 415, "upload.kind_not_taken");
    expectProblem(await create(fan, eventId, [image({ bytes: 1001 })]), 413, "upload.too_large");
    const { uploadId } = bodyOf(await create(fan, eventId, [image()]), 201);
    await creative("PATCH", `/events/${eventId}`, { imageBytes: 10, contentTypes: ["video"] });
    expectProblem(await create(fan, eventId, [image({ bytes: 5 })]), 415, "upload.kind_not_taken");
    bodyOf(await sign(fan, uploadId, { mediaId: "image1", operation: "PutObject" }));
  });

  it("grants each fan so many uploads, even all at once; a deleted one is given back", async () => {
    const { eventId } = await newEvent(creative, { uploadsPerFan: 2 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => create(fan, eventId)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 429, 429, 429]);
    expectProblem(answers.find(({ status }) => status === 429)!, 429, "upload.too_many");
    bodyOf(await create(otherFan, eventId), 201);
    const mine = answers.find(({ status }) => status === 201)!.body;
    bodyOf(await fan("DELETE", `/uploads/${mine.uploadId}`), 204);
    bodyOf(await fan("DELETE", `/uploads/${mine.uploadId}`), 204);
    bodyOf(await create(fan, eventId), 201);
    expectProblem(await create(fan, eventId), 429, "upload.too_many");
    await creative("PATCH", `/events/${eventId}`, { uploadsPerFan: 3 });
    bodyOf(await create(fan, eventId), 201);
  });
});

describe("an Idempotency-Key", () => {
  const keyed = (key: string) => ({ "idempotency-key": key });

  it("gives the same upload again, twenty times at once too", async () => {
    const { eventId } = await newEvent(creative);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => create(fan, eventId, tiny.files, keyed("once"))),
    );
    const uploads = answers.map((answer) => bodyOf(answer, 201));
    expect(new Set(uploads.map(({ uploadId }) => uploadId)).size).toBe(1);
    expect(await pages(creative, `/events/${eventId}/uploads`, "uploads", 5)).toEqual([uploads[0]]);
    // It counts once.
    await creative("PATCH", `/events/${eventId}`, { uploadsPerFan: 1 });
    expect(bodyOf(await create(fan, eventId, tiny.files, keyed("once")), 201)).toEqual(uploads[0]);
    expectProblem(await create(fan, eventId, tiny.files, keyed("twice")), 429, "upload.too_many");
  });

  it("is refused with other files, for another event and for another operation", async () => {
    const { eventId } = await newEvent(creative);
    bodyOf(await create(fan, eventId, tiny.files, keyed("k1")), 201);
    expectProblem(await create(fan, eventId, [image()], keyed("k1")), 422, "request.idempotency_mismatch");
    expectProblem(await create(fan, DEMO_EVENT_ID, tiny.files, keyed("k1")), 422, "request.idempotency_mismatch");
    bodyOf(await create(creative, eventId, tiny.files, keyed("k1")), 201);
    const answer = await creative("POST", "/collections", { title: "x" }, keyed("k1"));
    expectProblem(answer, 422, "request.idempotency_mismatch");
    bodyOf(await create(otherFan, eventId, [image()], keyed("k1")), 201);
  });

  it("holds when the answer was lost on its way", async () => {
    const { eventId } = await newEvent(creative);
    const { signIn } = await import("../support/cloud.ts");
    const authorization = `Bearer ${await signIn(cloud, "fan")}`;
    const abort = new AbortController();
    const lost = fetch(`${cloud.api}/events/${eventId}/uploads`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json", ...keyed("lost") },
      body: JSON.stringify(tiny),
      signal: abort.signal,
    }).catch(() => undefined);
    setTimeout(() => abort.abort(), 1);
    await lost;
    const { uploadId } = bodyOf(await create(fan, eventId, tiny.files, keyed("lost")), 201);
    expect((await pages(creative, `/events/${eventId}/uploads`, "uploads", 5)).map((one) => one.uploadId)).toEqual([
      uploadId,
    ]);
  });

  it("is free again after 24 hours", async () => {
    const { Upload } = await import("@dropclip/core/upload");
    const input = { eventId: DEMO_EVENT_ID, fanId: cloud.fanId, ...tiny, idempotencyKey: "day" };
    const first = await Upload.create(input);
    expect((await Upload.create(input, later(24 * HOUR - 2000))).uploadId).toBe(first.uploadId);
    expect((await Upload.create(input, later(24 * HOUR + 2000))).uploadId).not.toBe(first.uploadId);
  });
});

describe("POST /uploads/{uploadId}/sign", () => {
  it("signs each operation of the file's own way of being sent, and no other", async () => {
    const files = [video({ bytes: 20 * MIB }), image()];
    const { uploadId } = bodyOf(await create(fan, DEMO_EVENT_ID, files), 201);
    const { s3UploadId } = await beginParts(fan, uploadId);
    for (const [operation, more, method] of [
      ["UploadPart", { s3UploadId, partNumbers: [3, 1] }, "PUT"],
      ["ListParts", { s3UploadId }, "GET"],
      ["CompleteMultipartUpload", { s3UploadId }, "POST"],
      ["AbortMultipartUpload", { s3UploadId }, "DELETE"],
    ] as const) {
      const { requests, expiresAt } = bodyOf(await sign(fan, uploadId, { mediaId: "video", operation, ...more }));
      expect(requests.map((one: any) => one.method)).toEqual(operation === "UploadPart" ? [method, method] : [method]);
      expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
      for (const { url } of requests) expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("900");
      const answer = await sign(fan, uploadId, { mediaId: "image1", operation, ...more });
      expectProblem(answer, 409, "sign.wrong_transfer");
    }
    expectProblem(await sign(fan, uploadId, { mediaId: "video", operation: "PutObject" }), 409, "sign.wrong_transfer");
  });

  it.each<[string, object, number, string]>([
    ["no media", { operation: "ListParts" }, 400, "request.invalid"],
    ["a media that is not there", { mediaId: "image1", operation: "PutObject" }, 404, "media.not_found"],
    ["a media of no upload", { mediaId: "../video", operation: "PutObject" }, 400, "request.invalid"],
    ["another operation", { mediaId: "video", operation: "GetObject" }, 400, "request.invalid"],
    [
      "the beginning of a multipart upload",
      { mediaId: "video", operation: "CreateMultipartUpload" },
      400,
      "request.invalid",
    ],
    [
      "another multipart upload",
      { mediaId: "video", operation: "UploadPart", s3UploadId: "x", partNumbers: [1] },
      409,
      "sign.another_multipart",
    ],
    ["no parts", { mediaId: "video", operation: "UploadPart" }, 400, "sign.part_numbers_missing"],
    ["part 0", { mediaId: "video", operation: "UploadPart", partNumbers: [0] }, 400, "request.invalid"],
    [
      "a part beyond the end",
      { mediaId: "video", operation: "UploadPart", partNumbers: [4] },
      400,
      "sign.no_such_part",
    ],
    [
      "101 parts",
      { mediaId: "video", operation: "UploadPart", partNumbers: Array(101).fill(1) },
      400,
      "request.invalid",
    ],
  ])("refuses %s", async (_, input, status, code) => {
    const { Upload } = await import("@dropclip/core/upload");
    const { uploadId } = await Upload.create({
      eventId: DEMO_EVENT_ID,
      fanId: cloud.fanId,
      files: [video({ bytes: 20 * MIB })],
    });
    await beginParts(fan, uploadId);
    expectProblem(await sign(fan, uploadId, input), status, code);
  });

  it("signs nothing for the event's creative, nor once the file is there or the day is over", async () => {
    const put = { mediaId: "image1", operation: "PutObject" };
    const { uploadId } = bodyOf(await create(fan, DEMO_EVENT_ID), 201);
    expectProblem(await sign(creative, uploadId, put), 404, "upload.not_found");
    const record = await published(cloud);
    expectProblem(await sign(fan, record.uploadId, put), 409, "media.not_pending");
    const { Upload } = await import("@dropclip/core/upload");
    const old = await Upload.create({ eventId: DEMO_EVENT_ID, fanId: cloud.fanId, ...tiny }, later(-25 * HOUR));
    expectProblem(await sign(fan, old.uploadId, put), 410, "upload.expired");
    bodyOf(await fan("DELETE", `/uploads/${uploadId}`), 204);
    expectProblem(await sign(fan, uploadId, put), 409, "media.not_pending");
  });
});

describe("lists of uploads", () => {
  let eventId: string;
  let ids: string[];
  let deleted: string;
  beforeAll(async () => {
    ({ eventId } = await newEvent(creative));
    const { Upload } = await import("@dropclip/core/upload");
    const { uuidv7 } = await import("@dropclip/core/ids");
    const user = cloud.seeds.users["other-creative"].userId;
    ids = [];
    for (let index = 0; index < 7; index++) {
      const source = { now: () => Date.now(), id: () => uuidv7(Date.now() + index) };
      ids.unshift((await Upload.create({ eventId, fanId: user, ...tiny }, source)).uploadId);
    }
    deleted = ids.splice(3, 1)[0]!;
    bodyOf(await creative("DELETE", `/uploads/${deleted}`), 204);
  });

  it.each([1, 2, 3, 6, 7, 100])("are in pages of %i, newest first, without deleted ones", async (limit) => {
    const own = await pages(other, "/me/uploads", "uploads", limit);
    expect(own.map(({ uploadId }) => uploadId)).toEqual(ids);
    expect(await pages(creative, `/events/${eventId}/uploads`, "uploads", limit)).toEqual(own);
    expect(await pages(creative, `/events/${eventId}/uploads?status=pending`, "uploads", limit)).toEqual(own);
    const gone = await pages(creative, `/events/${eventId}/uploads?status=deleted`, "uploads", limit);
    expect(gone.map(({ uploadId }) => uploadId)).toEqual([deleted]);
    expect(await pages(creative, `/events/${eventId}/uploads?status=complete`, "uploads", limit)).toEqual([]);
  });

  it("take a cursor only where it came from", async () => {
    const place = `/events/${eventId}/uploads`;
    const { cursor } = bodyOf(await creative("GET", `${place}?limit=2`));
    const mine = bodyOf(await other("GET", "/me/uploads?limit=2")).cursor;
    const refused = async (call: Api, path: string) =>
      expectProblem(await call("GET", path), 400, "request.invalid_cursor");
    await refused(creative, `${place}?status=pending&cursor=${cursor}`);
    await refused(creative, `/events/${DEMO_EVENT_ID}/uploads?cursor=${cursor}`);
    await refused(creative, `/me/uploads?cursor=${cursor}`);
    await refused(fan, `/me/uploads?cursor=${mine}`);
    await refused(other, `/me/uploads?cursor=${tampered(mine)}`);
    expectProblem(await creative("GET", `${place}?status=gone`), 400, "request.invalid");
    expectProblem(await other("GET", `${place}?cursor=${cursor}`), 404, "event.not_found");
  });
});

describe("GET /uploads/{uploadId}", () => {
  it("answers 304 until something changes", async () => {
    const { uploadId } = bodyOf(await create(fan, DEMO_EVENT_ID), 201);
    const etag = (await fan("GET", `/uploads/${uploadId}`)).headers.get("etag")!;
    const again = await creative("GET", `/uploads/${uploadId}`, undefined, { "if-none-match": `W/${etag}, "x"` });
    expect([again.status, again.body]).toEqual([304, undefined]);
    bodyOf(await fan("DELETE", `/uploads/${uploadId}`), 204);
    const changed = bodyOf(await fan("GET", `/uploads/${uploadId}`, undefined, { "if-none-match": etag }));
    expect(changed).toMatchObject({ status: "deleted", media: [{ status: "deleted" }] });
    expect(JSON.stringify(changed)).not.toContain("urls");
  });
});

describe("a cloud that is started anew", () => {
  it("still knows what a key made, and every record", async () => {
    const key = { "idempotency-key": "before-the-crash" };
    const made = bodyOf(await create(fan, DEMO_EVENT_ID, tiny.files, key), 201);
    const { cursor } = bodyOf(await fan("GET", "/me/uploads?limit=1"));
    const { directory } = cloud;
    await cloud.stop();
    cloud = await testCloud({ directory });
    fan = await cloud.as("fan");
    expect(bodyOf(await create(fan, DEMO_EVENT_ID, tiny.files, key), 201)).toEqual(made);
    bodyOf(await fan("GET", `/me/uploads?limit=1&cursor=${cursor}`));
  });
});

describe("all of this", () => {
  it("brought no function into trouble", () => expect(troubles(cloud)).toEqual([]));
});
