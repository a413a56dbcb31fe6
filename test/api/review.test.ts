import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import {
  bodyOf,
  edge,
  expectProblem,
  IMAGES,
  keysIn,
  newEvent,
  pages,
  published,
  settled,
  troubles,
} from "./support.ts";

let cloud: TestCloud;
let creative: Api;
let eventId: string;

beforeAll(async () => {
  cloud = await testCloud();
  creative = await cloud.as("creative");
  ({ eventId } = await newEvent(creative, { review: true }));
});
afterAll(() => cloud.dispose());

const review = (which: "publish" | "refuse", body: object, call = creative, event = eventId) =>
  call("POST", `/events/${event}/review/${which}`, body);
const waiting = (event = eventId) => pages(creative, `/events/${event}/review`, "media", 2);
const namesOf = (media: any[]) => media.map((one) => `${one.uploadId}/${one.mediaId}`);
const recordOf = async (uploadId: string, call: Api = cloud.call) => bodyOf(await call("GET", `/uploads/${uploadId}`));
const mediaOf = async (uploadId: string, mediaId = "image1") =>
  (await recordOf(uploadId)).media.find((one: any) => one.mediaId === mediaId);
const galleryOf = async (event = eventId) => namesOf(bodyOf(await cloud.call("GET", `/events/${event}/media`)).media);
const sent = (count = 1, more: object = {}) => published(cloud, { eventId, count, ...more });
/** Every address that a photo could have at the edge. */
const addressesOf = ({ fanId, uploadId }: { fanId: string; uploadId: string }, mediaId = "image1") =>
  ["uploads", "waiting"].flatMap((place) =>
    [".jpg", ".thumbnail.webp"].map(
      (end) => `${cloud.cdn}/events/${eventId}/${place}/${fanId}/${uploadId}/images/${mediaId}${end}`,
    ),
  );

describe("an event's review", () => {
  it("is said of it, and changed as the rest", async () => {
    const made = await newEvent(creative, { review: true });
    expect(made.review).toBe(true);
    const path = `/events/${made.eventId}`;
    expect(bodyOf(await cloud.call("GET", path)).review).toBe(true);
    expect(bodyOf(await creative("PATCH", path, { venue: "Kater" })).review).toBe(true);
    expect(bodyOf(await creative("PATCH", path, { review: false })).review).toBeUndefined();
    expectProblem(await creative("PATCH", path, { review: "yes" }), 400, "request.invalid");
    expect((await newEvent(creative)).review).toBeUndefined();
  });

  it("holds for what arrives from then on; what waits goes on waiting", async () => {
    const { eventId: event } = await newEvent(creative);
    const path = `/events/${event}`;
    const before = await published(cloud, { eventId: event });
    bodyOf(await creative("PATCH", path, { review: true }));
    const held = await published(cloud, { eventId: event });
    bodyOf(await creative("PATCH", path, { review: false }));
    const after = await published(cloud, { eventId: event });
    expect(await galleryOf(event)).toEqual([after, before].map(({ uploadId }) => `${uploadId}/image1`));
    expect(namesOf(await waiting(event))).toEqual([`${held.uploadId}/image1`]);
  });

  it("is not for what its creative films", async () => {
    const own = await published(cloud, { eventId, fan: "creative" });
    expect(own.media[0]!.waiting).toBeUndefined();
    expect(await galleryOf()).toContain(`${own.uploadId}/image1`);
    expect((await creative("DELETE", `/uploads/${own.uploadId}`)).status).toBe(204);
  });
});

describe("what waits", () => {
  it("is listed for the event's creative alone, the longest waiting first", async () => {
    const first = await sent(2);
    const second = await sent(1, { fan: "other-fan" });
    expect(namesOf(await waiting())).toEqual([
      ...["image1", "image2"].map((id) => `${first.uploadId}/${id}`),
      `${second.uploadId}/image1`,
    ]);
    expect((await waiting())[0]).toEqual({
      ...{ eventId, uploadId: first.uploadId, mediaId: "image1", fanId: first.fanId, contentType: "image" },
      ...{ fileName: "photo.jpg", width: 16, height: 12, waitingSince: expect.any(String) },
    });
    const path = `/events/${eventId}/review`;
    expectProblem(await (await cloud.as("other-creative"))("GET", path), 404, "event.not_found");
    expectProblem(await cloud.call("GET", path), 403, "access.group_missing");
    bodyOf(await review("refuse", { media: [first, second].map(({ uploadId }) => ({ uploadId })) }));
    expect(await waiting()).toEqual([]);
  });

  it("is told to its fan, and shown to nobody but the creative", async () => {
    const upload = await sent();
    const { uploadId } = upload;
    const record = await recordOf(uploadId);
    expect(record).toMatchObject({ status: "complete", media: [{ status: "complete", waiting: true }] });
    expect([record.urls, record.media[0].urls, record.media[0].hidden]).toEqual([undefined, undefined, undefined]);
    expect(record.media[0].timeline.at(-1).step).toBe("waiting");
    expect(await galleryOf()).toEqual([]);
    for (const url of addressesOf(upload)) expect([url, await edge(url)]).toEqual([url, 403]);

    const media = `/uploads/${uploadId}/media/image1`;
    expectProblem(await cloud.call("GET", `${media}/download`), 404, "media.not_found");
    expectProblem(await cloud.call("POST", `${media}/reports`, { reason: "spam" }), 404, "media.not_found");
    for (const hidden of [true, false]) expectProblem(await creative("PATCH", media, { hidden }), 409, "media.waiting");
    const { collectionId } = bodyOf(await creative("POST", "/collections", { title: "Best" }), 201);
    expect((await creative("PUT", `/collections/${collectionId}/media/${uploadId}/image1`)).status).toBe(204);
    expect(bodyOf(await cloud.call("GET", `/collections/${collectionId}`)).media).toEqual([]);

    const { urls } = bodyOf(await creative("GET", `${media}/preview`));
    for (const url of [urls.content, urls.thumbnail]) expect(await edge(url)).toBe(200);
    expectProblem(await cloud.call("GET", `${media}/preview`), 403, "access.group_missing");

    bodyOf(await review("publish", { media: [{ uploadId }] }));
    await settled(uploadId, "image1", "public");
    expect(bodyOf(await cloud.call("GET", `/collections/${collectionId}`)).media).toHaveLength(1);
    expect((await creative("DELETE", `/uploads/${uploadId}`)).status).toBe(204);
  });

  it("is gone with its upload", async () => {
    const upload = await sent(2);
    expect((await cloud.call("DELETE", `/uploads/${upload.uploadId}`)).status).toBe(204);
    expect(await waiting()).toEqual([]);
    await eventually(async () =>
      expect(await keysIn(cloud, IMAGES, `events/${eventId}/waiting/${upload.fanId}/${upload.uploadId}/`)).toEqual([]),
    );
    const { results } = bodyOf(await review("publish", { media: [{ uploadId: upload.uploadId, mediaId: "image1" }] }));
    expect(results[0]).toMatchObject({ outcome: "not_decided", error: { code: "media.not_waiting" } });
  });
});

describe("publishing", () => {
  it("brings it to gallery and edge, where hiding works as ever", async () => {
    const upload = await sent(2);
    const { uploadId } = upload;
    const wanted = { media: [{ uploadId, mediaId: "image2" }] };
    expect(bodyOf(await review("publish", wanted)).results).toEqual([
      { uploadId, mediaId: "image2", outcome: "published" },
    ]);
    expect(namesOf(await waiting())).toEqual([`${uploadId}/image1`]);
    await settled(uploadId, "image2", "public");
    expect(await galleryOf()).toEqual([`${uploadId}/image2`]);
    const { urls, waiting: waits, timeline } = await mediaOf(uploadId, "image2");
    expect([waits, timeline.slice(-2).map(({ step }: any) => step)]).toEqual([undefined, ["waiting", "published"]]);
    for (const url of [urls.content, urls.thumbnail]) expect(await edge(url)).toBe(200);
    expect((await fetch(urls.content)).headers.get("content-type")).toBe("image/jpeg");
    for (const url of addressesOf(upload)) expect(await edge(url)).toBe(403);

    bodyOf(await creative("PATCH", `/uploads/${uploadId}/media/image2`, { hidden: true }));
    await settled(uploadId, "image2", "hidden");
    bodyOf(await creative("PATCH", `/uploads/${uploadId}/media/image2`, { hidden: false }));
    await settled(uploadId, "image2", "public");
    expect((await creative("DELETE", `/uploads/${uploadId}`)).status).toBe(204);
  });

  it("does the same again when it is repeated, for one and for all of an upload", async () => {
    const { uploadId } = await sent(2);
    for (const media of [[{ uploadId }], [{ uploadId }], [{ uploadId, mediaId: "image1" }, { uploadId }]]) {
      const { results } = bodyOf(await review("publish", { media }));
      expect(results.map((one: any) => [one.mediaId, one.outcome])).toEqual([
        ["image1", "published"],
        ["image2", "published"],
      ]);
    }
    await settled(uploadId, "image2", "public");
    const refused = bodyOf(await review("refuse", { media: [{ uploadId, mediaId: "image1" }, { uploadId }] })).results;
    expect(refused.map((one: any) => [one.mediaId, one.outcome, one.error?.code])).toEqual([
      [undefined, "not_decided", "upload.not_waiting"],
      ["image1", "not_decided", "media.not_waiting"],
    ]);
    expect((await creative("DELETE", `/uploads/${uploadId}`)).status).toBe(204);
  });

  it("decides each for itself, and nothing of another event or creative", async () => {
    const { uploadId } = await sent();
    const other = await newEvent(creative, { review: true });
    const elsewhere = await published(cloud, { eventId: other.eventId });
    const nowhere = randomUUID();
    const { results } = bodyOf(
      await review("publish", {
        media: [
          { uploadId: elsewhere.uploadId, mediaId: "image1" },
          { uploadId: nowhere },
          { uploadId, mediaId: "image9" },
          { uploadId, mediaId: "image1" },
        ],
      }),
    );
    expect(results.map((one: any) => one.error?.code ?? one.outcome).toSorted()).toEqual(
      ["upload.not_found", "upload.not_found", "media.not_found", "published"].toSorted(),
    );
    expect(namesOf(await waiting(other.eventId))).toEqual([`${elsewhere.uploadId}/image1`]);
    const wanted = { media: [{ uploadId: elsewhere.uploadId }] };
    for (const which of ["publish", "refuse"] as const) {
      const stranger = await cloud.as("other-creative");
      expectProblem(await review(which, wanted, stranger, other.eventId), 404, "event.not_found");
      expectProblem(await review(which, wanted, cloud.call, other.eventId), 403, "access.group_missing");
      for (const body of [{}, { media: [] }, { media: [{ uploadId: "x" }] }, { media: [{ uploadId, mediaId: "hls" }] }])
        expectProblem(await review(which, body), 400, "request.invalid");
    }
    expectProblem(await review("refuse", { media: [{ uploadId }], text: "" }), 400, "request.invalid");
    const many = Array.from({ length: 101 }, () => ({ uploadId }));
    expectProblem(await review("publish", { media: many }), 400, "request.invalid");
    await settled(uploadId, "image1", "public");
    expect((await creative("DELETE", `/uploads/${uploadId}`)).status).toBe(204);
  });
});

describe("refusing", () => {
  it("tells the fan why, and leaves nothing of the file", async () => {
    const upload = await sent(2);
    const { uploadId, fanId } = upload;
    const text = "Too dark, sorry.";
    const media = [{ uploadId, mediaId: "image1" }];
    for (let time = 0; time < 2; time++)
      expect(bodyOf(await review("refuse", { media, text })).results).toEqual([
        { uploadId, mediaId: "image1", outcome: "refused" },
      ]);
    expect(await mediaOf(uploadId)).toMatchObject({
      status: "rejected",
      reason: { code: "media.refused", said: text, message: `The performer did not take this file: ${text}` },
    });
    expect((await recordOf(uploadId)).status).toBe("partial");
    const below = `events/${eventId}/waiting/${fanId}/${uploadId}/images/`;
    await eventually(async () =>
      expect(await keysIn(cloud, IMAGES, below)).toEqual([`${below}image2.jpg`, `${below}image2.thumbnail.webp`]),
    );
    await settled(uploadId, "image1", "refused");
    for (const url of addressesOf(upload)) expect(await edge(url)).toBe(403);

    expect(bodyOf(await review("publish", { media })).results[0].error).toEqual({
      code: "media.not_waiting",
      message: "The file is rejected; it does not wait for review.",
    });
    bodyOf(await review("refuse", { media: [{ uploadId }] }));
    const { reason } = await mediaOf(uploadId, "image2");
    expect(reason).toEqual({ code: "media.refused", message: "The performer did not take this file." });
    expect((await recordOf(uploadId)).status).toBe("rejected");
    expect(await waiting()).toEqual([]);
  });

  it("and publishing at once ends in one of the two", async () => {
    const { uploadId } = await sent(6);
    const media = [{ uploadId }];
    const answers = await Promise.all([
      ...[review("publish", { media }), review("refuse", { media }), review("publish", { media })],
      creative("DELETE", `/uploads/${(await sent()).uploadId}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 204]);
    const { Visibility } = await import("@dropclip/core/visibility");
    const record = await recordOf(uploadId);
    for (const { mediaId, status, urls } of record.media) {
      const wanted = status === "complete" ? "public" : "refused";
      const ref = { eventId, fanId: record.fanId, uploadId, mediaId };
      await eventually(async () => expect(await Visibility.get(ref)).toBe(wanted));
      const [file] = addressesOf(record, mediaId);
      expect([mediaId, urls === undefined || status === "complete", await edge(file!)]).toEqual([
        ...[mediaId, true, status === "complete" ? 200 : 403],
      ]);
    }
    expect(await waiting()).toEqual([]);
  });

  it("and all before leave no trouble behind", () => {
    expect(troubles(cloud)).toEqual([]);
  });
});
