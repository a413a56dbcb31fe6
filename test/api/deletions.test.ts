import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type Api, apiOf, clip, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import {
  beginParts,
  bodyOf,
  CONTENT,
  edge,
  executionOf,
  expectProblem,
  folder,
  forgetCalls,
  IMAGES,
  keysIn,
  later,
  MIB,
  MINUTE,
  multiparts,
  newEvent,
  operations,
  photo,
  picture,
  published,
  tiny,
  troubles,
  UPLOADS,
} from "./support.ts";

let cloud: TestCloud;
let nobody: Api;
let fan: Api;
let creative: Api;

beforeAll(async () => {
  cloud = await testCloud();
  nobody = apiOf(cloud.api);
  [fan, creative] = await Promise.all([cloud.as("fan"), cloud.as("creative")]);
});
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

const remove = async (path: string, call = fan) => bodyOf(await call("DELETE", path), 204);
const sign = async (uploadId: string, more: object) =>
  bodyOf(await fan("POST", `/uploads/${uploadId}/sign`, more)).requests as {
    method: string;
    url: string;
    headers: Record<string, string>;
  }[];
const send = async ({ method, url, headers }: Awaited<ReturnType<typeof sign>>[0], body?: string | Uint8Array) =>
  fetch(url, { method, headers, ...(body ? { body: typeof body === "string" ? body : new Uint8Array(body) } : {}) });
const rows = async (uploadId: string) => (await import("@dropclip/core/upload")).Upload.readForChange(uploadId);
/** Waits until nothing of the deleted upload was found any more for the first time. */
const removed = (uploadId: string) =>
  eventually(async () => expect((await rows(uploadId)).upload.removedAt).toBeDefined());
const everything = async (prefix: string) =>
  (await Promise.all([UPLOADS, CONTENT, IMAGES].map((bucket) => keysIn(cloud, bucket, prefix)))).flat();
const directory = ({ eventId, fanId, uploadId }: any) => `events/${eventId}/uploads/${fanId}/${uploadId}/`;
const gallery = async (eventId: string) => bodyOf(await nobody("GET", `/events/${eventId}/media`)).media;
/** The later look, once what was under way has come to its end. */
const settleLater = async (uploadId: string) =>
  (await import("@dropclip/functions/settle-upload")).settleUpload({ uploadId }, later(16 * MINUTE));

/** A multipart upload with one part sent. */
async function begun(eventId: string) {
  const files = [{ name: "film.mp4", bytes: 20 * MIB }];
  const { uploadId } = bodyOf(await fan("POST", `/events/${eventId}/uploads`, { files }), 201);
  const { s3UploadId } = await beginParts(fan, uploadId);
  const parts = await sign(uploadId, { mediaId: "video", operation: "UploadPart", s3UploadId, partNumbers: [1, 2] });
  expect((await send(parts[0]!, Buffer.alloc(8 * MIB))).status).toBe(200);
  return { uploadId, s3UploadId, parts };
}

describe("DELETE /uploads/{uploadId}", () => {
  it("ends a pending one: what is sent afterwards is removed", async () => {
    const { eventId } = await newEvent(creative);
    const file = await picture();
    const files = [{ name: "a.png", bytes: file.length }];
    const upload = bodyOf(await fan("POST", `/events/${eventId}/uploads`, { files }), 201);
    const [put] = await sign(upload.uploadId, { mediaId: "image1", operation: "PutObject" });
    await remove(`/uploads/${upload.uploadId}`);
    expect(bodyOf(await fan("GET", `/uploads/${upload.uploadId}`))).toMatchObject({
      status: "deleted",
      media: [{ status: "deleted", timeline: [{ step: "created" }, { step: "deleted" }] }],
    });
    await removed(upload.uploadId);
    // The URL is still good for its minutes; nothing comes of it.
    expect((await send(put!, file)).status).toBe(200);
    await eventually(async () =>
      expect(await executionOf(cloud, upload.uploadId)).toMatchObject({ status: "SUCCEEDED" }),
    );
    expect(await everything(directory(upload))).toEqual([]);
    expect(bodyOf(await fan("GET", `/uploads/${upload.uploadId}`)).status).toBe("deleted");
    expect(await gallery(eventId)).toEqual([]);
  });

  it("aborts what is sent in parts", async () => {
    const { eventId } = await newEvent(creative);
    const { uploadId, parts } = await begun(eventId);
    const other = await begun(eventId);
    expect(await multiparts(cloud)).toBe(2);
    await remove(`/uploads/${uploadId}`);
    await removed(uploadId);
    expect(await multiparts(cloud)).toBe(1);
    const late = await send(parts[1]!, Buffer.alloc(8 * MIB));
    expect([late.status, await late.text()]).toEqual([404, expect.stringContaining("NoSuchUpload")]);
    expect((await send(other.parts[1]!, Buffer.alloc(8 * MIB))).status).toBe(200);
    await remove(`/uploads/${other.uploadId}`);
    await removed(other.uploadId);
    expect(await multiparts(cloud)).toBe(0);
  });

  it("stops what is processed, and leaves no object", async () => {
    const { eventId } = await newEvent(creative);
    const film = await clip(join(folder, "long.mp4"), { size: "854x480", seconds: 20 });
    const upload = await cloud.send([film], { eventId });
    const { uploadId } = upload;
    await eventually(async () => expect(bodyOf(await fan("GET", `/uploads/${uploadId}`)).progress).toBeGreaterThan(10));
    await remove(`/uploads/${uploadId}`);
    await eventually(async () => expect(await executionOf(cloud, uploadId)).toMatchObject({ status: "ABORTED" }));
    await removed(uploadId);
    await eventually(async () => {
      const { jobs } = await aws(cloud).mediaconvert("GET", "/2017-08-29/jobs");
      expect(jobs.map((job: any) => job.status)).toEqual(["CANCELED"]);
    });
    await settleLater(uploadId);
    expect(await everything(directory(upload))).toEqual([]);
    expect(bodyOf(await fan("GET", `/uploads/${uploadId}`))).toMatchObject({
      status: "deleted",
      media: [{ status: "deleted" }],
    });
    expect(await gallery(eventId)).toEqual([]);
  });

  it("removes a complete one: objects, gallery, collections and what the edge keeps; twice is once", async () => {
    const { eventId } = await newEvent(creative);
    const film = await clip(join(folder, "short.mp4"), { size: "320x180", seconds: 1 });
    const { uploadId } = await cloud.send([film, await photo("still.png")], { eventId });
    const upload = await cloud.completed(uploadId);
    const kept = await published(cloud, { eventId, fan: "other-fan" });
    const { collectionId } = bodyOf(await creative("POST", "/collections", { title: "Best" }), 201);
    for (const one of [`${uploadId}/video`, `${kept.uploadId}/image1`, `${uploadId}/image1`])
      bodyOf(await creative("PUT", `/collections/${collectionId}/media/${one}`), 204);
    const urls = (await everything(directory(upload))).map((key) => `${cloud.cdn}/${key}`);
    expect(new Set(await Promise.all(urls.map(edge)))).toEqual(new Set([200]));

    await remove(`/uploads/${uploadId}`, creative);
    expect((await gallery(eventId)).map((one: any) => one.uploadId)).toEqual([kept.uploadId]);
    expect(bodyOf(await nobody("GET", `/collections/${collectionId}`)).media).toHaveLength(1);
    for (const call of [fan, creative, fan]) await remove(`/uploads/${uploadId}`, call);
    await removed(uploadId);
    expect(await everything(directory(upload))).toEqual([]);
    await eventually(async () => expect(new Set(await Promise.all(urls.map(edge)))).toEqual(new Set([403])));
    expect(bodyOf(await nobody("GET", `/collections/${collectionId}`))).toMatchObject({
      size: 1,
      media: [{ uploadId: kept.uploadId }],
    });
    expect(await edge(kept.urls!.content)).toBe(200);
    expectProblem(
      await creative("PUT", `/collections/${collectionId}/media/${uploadId}/video`),
      409,
      "media.not_complete",
    );
    expectProblem(
      await creative("PATCH", `/uploads/${uploadId}/media/video`, { hidden: true }),
      409,
      "media.not_complete",
    );
    expectProblem(await creative("GET", `/uploads/${uploadId}/media/video/preview`), 409, "media.not_complete");
  });

  it("removes one that is hidden", async () => {
    const { eventId } = await newEvent(creative);
    const upload = await published(cloud, { eventId });
    bodyOf(await creative("PATCH", `/uploads/${upload.uploadId}/media/image1`, { hidden: true }));
    await remove(`/uploads/${upload.uploadId}`);
    await removed(upload.uploadId);
    await settleLater(upload.uploadId);
    expect(await everything(directory(upload))).toEqual([]);
    expect(await edge(upload.urls!.content)).toBe(403);
    expect(await gallery(eventId)).toEqual([]);
  });

  it("is looked at once more a quarter of an hour later, then closed and forgotten after its time", async () => {
    const upload = await published(cloud);
    const { uploadId } = upload;
    await remove(`/uploads/${uploadId}`);
    await removed(uploadId);
    const { sweep } = await import("@dropclip/functions/sweep");
    const { settleUpload } = await import("@dropclip/functions/settle-upload");
    await settleUpload({ uploadId }, later(14 * MINUTE));
    expect((await rows(uploadId)).upload.openShard).not.toBe("closed");
    // Something arrived after all.
    await aws(cloud).s3("PUT", `/${IMAGES}/${directory(upload)}images/image1.jpg`, {}, "late");
    await settleUpload({ uploadId }, later(16 * MINUTE));
    expect(await everything(directory(upload))).toEqual([]);
    expect((await rows(uploadId)).upload.openShard).not.toBe("closed");
    await settleUpload({ uploadId }, later(17 * MINUTE));
    const { upload: row, media } = await rows(uploadId);
    expect(row.openShard).toBe("closed");
    for (const { expires = 0 } of [row, ...media])
      expect(expires * 1000 - Date.now()).toBeGreaterThan(29 * 24 * 60 * MINUTE);
    process.env.INGEST_ARN = cloud.facts.stateMachines[0]!.arn;
    const { settlements } = await sweep(later(20 * MINUTE));
    await remove(`/uploads/${uploadId}`);
    expect((await sweep(later(20 * MINUTE))).settlements).toBe(settlements);
  });
});

describe("DELETE /events/{eventId}", () => {
  it("takes everything of the event away, and nothing else", async () => {
    const { eventId } = await newEvent(creative, { uploadsPerFan: 3 });
    const { eventId: otherId } = await newEvent(creative);
    const place = `/events/${eventId}`;
    const file = await picture();
    const { url, fields } = bodyOf(
      await creative("POST", `${place}/flyer`, { name: "f.png", bytes: file.length }),
      201,
    );
    const form = new FormData();
    for (const [name, value] of Object.entries<string>(fields)) form.append(name, value);
    form.append("file", new Blob([new Uint8Array(file)]));
    expect((await fetch(url, { method: "POST", body: form })).status).toBe(204);
    const flyer = await eventually(async () => {
      const { flyer } = bodyOf(await nobody("GET", place));
      expect(flyer).toBeDefined();
      return flyer.url as string;
    });
    const complete = await published(cloud, { eventId, count: 2 });
    const kept = await published(cloud, { eventId: otherId });
    const parts = await begun(eventId);
    const pending = bodyOf(await fan("POST", `${place}/uploads`, tiny), 201);
    const { collectionId } = bodyOf(await creative("POST", "/collections", { title: "Best" }), 201);
    for (const one of [`${complete.uploadId}/image1`, `${kept.uploadId}/image1`])
      bodyOf(await creative("PUT", `/collections/${collectionId}/media/${one}`), 204);
    const urls = [flyer, ...complete.media.flatMap((one: any) => Object.values<string>(one.urls))];
    for (const one of [...urls, kept.urls!.content]) expect(await edge(one)).toBe(200);

    await remove(place, creative);
    for (const path of [place, `${place}/media`]) expectProblem(await nobody("GET", path), 404, "event.not_found");
    expectProblem(await fan("POST", `${place}/uploads`, tiny), 404, "event.not_found");
    expectProblem(await creative("PATCH", place, { title: "Back" }), 404, "event.not_found");
    expectProblem(await creative("GET", `${place}/flyer`), 404, "event.not_found");
    expectProblem(await creative("GET", `${place}/uploads`), 404, "event.not_found");
    const listed = bodyOf(await nobody("GET", `/events?creativeId=${cloud.creativeId}`)).events;
    expect(listed.map((one: any) => one.eventId)).not.toContain(eventId);
    await remove(place, creative);

    for (const { uploadId } of [complete, parts, pending]) await removed(uploadId);
    await eventually(async () => expect(await everything(`events/${eventId}/`)).toEqual([]));
    expect(await multiparts(cloud)).toBe(0);
    await eventually(async () => expect(new Set(await Promise.all(urls.map(edge)))).toEqual(new Set([403])));
    for (const { uploadId } of [complete, parts, pending])
      expect(bodyOf(await fan("GET", `/uploads/${uploadId}`)).status).toBe("deleted");
    expectProblem(
      await fan("POST", `/uploads/${pending.uploadId}/sign`, { mediaId: "image1", operation: "PutObject" }),
      409,
      "media.not_pending",
    );
    const own = bodyOf(await fan("GET", "/me/uploads?limit=25")).uploads;
    expect(own.filter((one: any) => one.eventId === eventId)).toEqual([]);

    expect(bodyOf(await nobody("GET", `/collections/${collectionId}`)).media.map((one: any) => one.uploadId)).toEqual([
      kept.uploadId,
    ]);
    expect((await gallery(otherId)).map((one: any) => one.uploadId)).toEqual([kept.uploadId]);
    expect(await edge(kept.urls!.content)).toBe(200);

    const { settleEvent } = await import("@dropclip/functions/settle-event");
    const { Event } = await import("@dropclip/core/event");
    const { QuotaEntity } = await import("@dropclip/core/quota.entity");
    await settleEvent(eventId, later(14 * MINUTE));
    expect((await Event.deleted(eventId))!.state).toBe("open");
    for (const minutes of [16, 17]) await settleEvent(eventId, later(minutes * MINUTE));
    const row = (await Event.deleted(eventId))!;
    expect([row.state, row.expires! * 1000 - Date.now() > 29 * 24 * 60 * MINUTE]).toEqual(["closed", true]);
    for (const { uploadId } of [complete, parts, pending])
      expect((await rows(uploadId)).upload.openShard).toBe("closed");
    expect((await QuotaEntity.get({ eventId, fanId: cloud.fanId }).go()).data).toBeNull();
    await remove(place, creative);
    expect((await Event.deleted(eventId))!.state).toBe("closed");
  });

  it.each([
    ["createEvent", "/events"],
    ["createCollection", "/collections"],
  ])("answers the %s that is repeated after all as openapi.json says", async (operationId, path) => {
    const key = { "idempotency-key": `gone-${operationId}` };
    const made = bodyOf(await creative("POST", path, { title: "Short" }, key), 201);
    await remove(`${path}/${made.eventId ?? made.collectionId}`, creative);
    const { status } = await creative("POST", path, { title: "Short" }, key);
    const { responses } = operations.find((one) => one.operationId === operationId)!;
    expect(Object.keys(responses)).toContain(String(status));
  });

  it("brought no function into trouble", () => expect(troubles(cloud)).toEqual([]));
});
