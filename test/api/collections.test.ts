import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, apiOf, type TestCloud, testCloud } from "../support/cloud.ts";
import {
  bodyOf,
  expectProblem,
  forgetCalls,
  newEvent,
  pages,
  published,
  records,
  settled,
  tampered,
  tiny,
  troubles,
} from "./support.ts";

const NOTHING = "01900000-0000-7000-8000-00000000dead";
let cloud: TestCloud;
let nobody: Api;
let creative: Api;
let other: Api;
let uploadId: string;
let eventId: string;
const MEDIA = ["image1", "image2", "image3", "image4", "image5"];

beforeAll(async () => {
  cloud = await testCloud();
  nobody = apiOf(cloud.api);
  [creative, other] = await Promise.all([cloud.as("creative"), cloud.as("other-creative")]);
  ({ eventId } = await newEvent(creative));
  ({ uploadId } = await published(cloud, { eventId, count: MEDIA.length }));
});
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

const make = async (title = "Best of", call = creative, more = {}) =>
  bodyOf(await call("POST", "/collections", { title, ...more }), 201);
const entry = (collectionId: string, mediaId: string, upload = uploadId) =>
  `/collections/${collectionId}/media/${upload}/${mediaId}`;
const look = async (collectionId: string) => bodyOf(await nobody("GET", `/collections/${collectionId}`));
const order = async (collectionId: string) => (await look(collectionId)).media.map((one: any) => one.mediaId);
const add = async (collectionId: string, ...media: string[]) => {
  for (const one of media) bodyOf(await creative("PUT", entry(collectionId, one)), 204);
};
const filled = async (...media: string[]) => {
  const { collectionId } = await make();
  await add(collectionId, ...media);
  return collectionId as string;
};
const behind = (mediaId: string, upload = uploadId) => ({ after: { uploadId: upload, mediaId } });

describe("a collection", () => {
  it("is made empty, renamed, described, and left as it was otherwise", async () => {
    const made = await make(" Best of ", creative, { description: "One\ntwo", creativeId: NOTHING, size: 3 });
    expect(made).toEqual({
      collectionId: expect.any(String),
      creativeId: cloud.creativeId,
      title: "Best of",
      description: "One\ntwo",
      size: 0,
      createdAt: expect.any(String),
      updatedAt: made.createdAt,
    });
    const place = `/collections/${made.collectionId}`;
    expect(await look(made.collectionId)).toEqual({ ...made, media: [] });
    const renamed = bodyOf(await creative("PATCH", place, { title: "Very best" }));
    expect(renamed).toEqual({ ...made, title: "Very best", updatedAt: renamed.updatedAt });
    expect(renamed.updatedAt >= made.createdAt).toBe(true);
    const { description: _, ...bare } = bodyOf(await creative("PATCH", place, { description: null }));
    expect(_).toBeUndefined();
    expect(await look(made.collectionId)).toEqual({ ...bare, media: [] });
  });

  it.each<[string, object]>([
    ["without a title", {}],
    ["with an empty title", { title: " " }],
    ["with too long a title", { title: "x".repeat(201) }],
    ["with too long a description", { title: "x", description: "x".repeat(2001) }],
    ["with an empty description", { title: "x", description: "" }],
    ["with null for a title", { title: null }],
  ])("is refused %s, made or changed", async (name, said) => {
    expectProblem(await creative("POST", "/collections", said), 400, "request.invalid");
    if (name === "without a title") return;
    const { collectionId } = await make();
    expectProblem(await creative("PATCH", `/collections/${collectionId}`, said), 400, "request.invalid");
  });

  it("is the same one for the same Idempotency-Key", async () => {
    const post = (title: string, call = creative) =>
      call("POST", "/collections", { title }, { "idempotency-key": "c1" });
    const made = await Promise.all(Array.from({ length: 5 }, () => post("Once")));
    expect(new Set(made.map((answer) => bodyOf(answer, 201).collectionId)).size).toBe(1);
    expectProblem(await post("Twice"), 422, "request.idempotency_mismatch");
    bodyOf(await post("Twice", other), 201);
  });

  it("changes only for who has read it as it is", async () => {
    const { collectionId } = await make();
    const place = `/collections/${collectionId}`;
    const { collections } = bodyOf(await creative("GET", "/collections?limit=1"));
    expect(collections[0].collectionId).toBe(collectionId);
    const first = await creative("PATCH", place, { title: "One" });
    const known = { "if-match": first.headers.get("etag")! };
    const answers = await Promise.all(["a", "b"].map((title) => creative("PATCH", place, { title }, known)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
    expectProblem(await creative("PATCH", place, { title: "c" }, known), 412, "request.precondition_failed");
  });

  it("changes for who holds the ETag of what GET gave them", async () => {
    const collectionId = await filled("image1");
    const place = `/collections/${collectionId}`;
    const known = { "if-match": (await nobody("GET", place)).headers.get("etag")! };
    bodyOf(await creative("PATCH", place, { title: "Read before" }, known));
  });

  it("is deleted with its entries, its media stay", async () => {
    const collectionId = await filled("image1", "image2");
    bodyOf(await creative("DELETE", `/collections/${collectionId}`), 204);
    expectProblem(await nobody("GET", `/collections/${collectionId}`), 404, "collection.not_found");
    expect((await records(cloud)).filter((row) => row.includes(collectionId))).toHaveLength(1);
    expect(await pages(creative, "/collections", "collections", 100)).not.toContainEqual(
      expect.objectContaining({ collectionId }),
    );
    for (const [method, path] of [
      ["PATCH", ""],
      ["DELETE", `/media/${uploadId}/image1`],
    ] as const)
      expect((await creative(method, `/collections/${collectionId}${path}`, { title: "b" })).status).toBe(404);
    expectProblem(await creative("PUT", entry(collectionId, "image1")), 404, "collection.not_found");
    expect(bodyOf(await nobody("GET", `/events/${eventId}/media`)).media).toHaveLength(MEDIA.length);
  });

  it("may be deleted again: it is gone as it should be", async () => {
    const collectionId = await filled("image1");
    bodyOf(await creative("DELETE", `/collections/${collectionId}`), 204);
    const [before, again] = [await records(cloud), await creative("DELETE", `/collections/${collectionId}`)];
    expect([again.status, await records(cloud)]).toEqual([204, before]);
    expectProblem(await other("DELETE", `/collections/${collectionId}`), 404, "collection.not_found");
  });
});

describe("media of a collection", () => {
  it("stand in the order in which they came, once each", async () => {
    const collectionId = await filled("image3", "image1", "image2", "image3", "image1");
    expect(await order(collectionId)).toEqual(["image3", "image1", "image2"]);
    const { size, media } = await look(collectionId);
    expect(size).toBe(3);
    expect(media).toEqual(
      expect.arrayContaining(
        bodyOf(await nobody("GET", `/events/${eventId}/media`)).media.filter(
          (one: any) => one.mediaId !== "image4" && one.mediaId !== "image5",
        ),
      ),
    );
  });

  it("are moved to the beginning, behind another and to the end", async () => {
    const collectionId = await filled("image1", "image2", "image3", "image4");
    const moved = async (mediaId: string, to: object) => {
      bodyOf(await creative("PATCH", entry(collectionId, mediaId), to), 204);
      return order(collectionId);
    };
    expect(await moved("image3", { after: null })).toEqual(["image3", "image1", "image2", "image4"]);
    expect(await moved("image3", behind("image2"))).toEqual(["image1", "image2", "image3", "image4"]);
    expect(await moved("image1", behind("image4"))).toEqual(["image2", "image3", "image4", "image1"]);
    expect(await moved("image1", behind("image4"))).toEqual(["image2", "image3", "image4", "image1"]);
    expect(await moved("image3", behind("image3"))).toEqual(["image2", "image3", "image4", "image1"]);
    expect(await moved("image2", { after: null })).toEqual(["image2", "image3", "image4", "image1"]);
    // Between the same two, again and again.
    for (let turn = 0; turn < 10; turn++)
      for (const one of ["image4", "image3"])
        bodyOf(await creative("PATCH", entry(collectionId, one), behind("image2")), 204);
    expect(await order(collectionId)).toEqual(["image2", "image3", "image4", "image1"]);
    expect((await look(collectionId)).size).toBe(4);
  });

  it("keep one order when they come and go at once", async () => {
    const { collectionId } = await make();
    await Promise.all(MEDIA.map((one) => add(collectionId, one)));
    expect((await order(collectionId)).toSorted()).toEqual(MEDIA);
    await Promise.all([
      ...MEDIA.slice(1).map((one) => creative("PATCH", entry(collectionId, one), { after: null })),
      creative("DELETE", entry(collectionId, "image1")),
    ]);
    expect((await order(collectionId)).toSorted()).toEqual(MEDIA.slice(1));
    expect((await look(collectionId)).size).toBe(4);
  });

  it("are taken out, twice too", async () => {
    const collectionId = await filled("image1", "image2");
    for (let time = 0; time < 2; time++) bodyOf(await creative("DELETE", entry(collectionId, "image1")), 204);
    expect(await order(collectionId)).toEqual(["image2"]);
    expect((await look(collectionId)).size).toBe(1);
    expectProblem(
      await creative("PATCH", entry(collectionId, "image1"), { after: null }),
      404,
      "collection.entry_not_found",
    );
    expectProblem(
      await creative("PATCH", entry(collectionId, "image2"), behind("image1")),
      404,
      "collection.entry_not_found",
    );
  });

  it("are the creative's own and complete", async () => {
    const { collectionId } = await make("Theirs", other);
    expectProblem(await other("PUT", entry(collectionId, "image1")), 404, "upload.not_found");
    expectProblem(await creative("PUT", entry(collectionId, "image1")), 404, "collection.not_found");
    const mine = await filled();
    expectProblem(await creative("PUT", entry(mine, "image6")), 404, "media.not_found");
    expectProblem(await creative("PUT", entry(mine, "video")), 404, "media.not_found");
    expectProblem(await creative("PUT", entry(mine, "image1", NOTHING)), 404, "upload.not_found");
    const pending = bodyOf(await cloud.call("POST", `/events/${eventId}/uploads`, tiny), 201);
    expectProblem(await creative("PUT", entry(mine, "image1", pending.uploadId)), 409, "media.not_complete");
    expect(await look(mine)).toMatchObject({ size: 0, media: [] });
  });

  it.each([{}, { after: "image1" }, { after: {} }, { after: { uploadId: "x", mediaId: "image1" } }, { after: [] }])(
    "are not moved by %j",
    async (body) => {
      const collectionId = await filled("image1");
      expectProblem(await creative("PATCH", entry(collectionId, "image1"), body), 400, "request.invalid");
    },
  );

  it("are left out while they are hidden, and keep their place", async () => {
    const collectionId = await filled("image1", "image2", "image3");
    bodyOf(await creative("PATCH", `/uploads/${uploadId}/media/image2`, { hidden: true }));
    expect(await order(collectionId)).toEqual(["image1", "image3"]);
    await settled(uploadId, "image2", "hidden");
    expect(await order(collectionId)).toEqual(["image1", "image3"]);
    bodyOf(await creative("PATCH", entry(collectionId, "image3"), behind("image2")), 204);
    bodyOf(await creative("PATCH", `/uploads/${uploadId}/media/image2`, { hidden: false }));
    await settled(uploadId, "image2", "public");
    expect(await order(collectionId)).toEqual(["image1", "image2", "image3"]);
  });

  it("are a thousand at most", async () => {
    const { Collection } = await import("@dropclip/core/collection");
    const { EntryEntity } = await import("@dropclip/core/entry.entity");
    const { collectionId } = await make();
    const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const rows = Array.from({ length: 1000 }, (_, index) => {
      const rank = `b${DIGITS[Math.floor(index / DIGITS.length)]}${DIGITS[index % DIGITS.length]}`;
      return { collectionId, uploadId: NOTHING, mediaId: `image${index}`, rank };
    });
    await EntryEntity.put(rows.map((row) => ({ ...row, createdAt: new Date().toISOString() }))).go({ concurrent: 4 });
    expectProblem(await creative("PUT", entry(collectionId, "image1")), 409, "collection.full");
    await Collection.drop({ collectionId, creativeId: cloud.creativeId, uploadId: NOTHING, mediaId: "image7" });
    bodyOf(await creative("PUT", entry(collectionId, "image1")), 204);
    expect((await look(collectionId)).size).toBe(1000);
    bodyOf(await creative("DELETE", `/collections/${collectionId}`), 204);
    expect((await records(cloud)).filter((row) => row.includes(collectionId))).toHaveLength(1);
  });
});

describe("lists", () => {
  it.each([1, 2, 4, 5, 6])("of a collection's media are in its order, in pages of %i", async (limit) => {
    const collectionId = await filled(...MEDIA.toReversed());
    const media = await pages(nobody, `/collections/${collectionId}`, "media", limit);
    expect(media.map(({ mediaId }) => mediaId)).toEqual(MEDIA.toReversed());
  });

  it.each([1, 3, 4, 5, 100])("of collections are the creative's own, newest first, in pages of %i", async (limit) => {
    const { Collection } = await import("@dropclip/core/collection");
    const { uuidv7 } = await import("@dropclip/core/ids");
    const creativeId = cloud.seeds.users["other-creative"].userId;
    const before = await pages(other, "/collections", "collections", 100);
    for (let index = before.length; index < 5; index++)
      await Collection.create(
        { title: "One more", creativeId },
        { now: Date.now, id: () => uuidv7(Date.now() + index) },
      );
    const ids = (await pages(other, "/collections", "collections", limit)).map((one) => one.collectionId);
    expect(ids).toHaveLength(5);
    expect(ids).toEqual(ids.toSorted().reverse());
    expect((await pages(creative, "/collections", "collections", 100)).map((one) => one.collectionId)).not.toContain(
      ids[0],
    );
  });

  it("take a cursor only where it came from", async () => {
    const [one, two] = [await filled("image1", "image2"), await filled("image1", "image2")];
    const { cursor } = bodyOf(await nobody("GET", `/collections/${one}?limit=1`));
    const refused = async (call: Api, place: string) =>
      expectProblem(await call("GET", place), 400, "request.invalid_cursor");
    await refused(nobody, `/collections/${two}?cursor=${cursor}`);
    await refused(nobody, `/collections/${one}?cursor=${tampered(cursor)}`);
    await refused(creative, `/collections?cursor=${cursor}`);
    const mine = bodyOf(await creative("GET", "/collections?limit=1")).cursor;
    await refused(other, `/collections?cursor=${mine}`);
    bodyOf(await creative("GET", `/collections?cursor=${mine}`));
  });
});

describe("all of this", () => {
  it("brought no function into trouble", () => expect(troubles(cloud)).toEqual([]));
});
