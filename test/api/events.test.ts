import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, apiOf, type TestCloud, testCloud } from "../support/cloud.ts";
import { bodyOf, expectProblem, forgetCalls, HOUR, MIB, newEvent, pages, tampered, tiny, troubles } from "./support.ts";

const DAY = 24 * HOUR;
let cloud: TestCloud;
let nobody: Api;
let fan: Api;
let creative: Api;
let other: Api;

beforeAll(async () => {
  cloud = await testCloud();
  nobody = apiOf(cloud.api);
  [fan, creative, other] = await Promise.all([cloud.as("fan"), cloud.as("creative"), cloud.as("other-creative")]);
});
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

const at = (ms: number) => new Date(Date.now() + ms).toISOString();

describe("POST /events", () => {
  it("fills in what is not said", async () => {
    const from = Date.now();
    const event = await newEvent(creative, { title: "  The night \n" });
    expect(event).toEqual({
      eventId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      creativeId: cloud.creativeId,
      title: "The night",
      opensAt: event.createdAt,
      closesAt: expect.any(String),
      contentTypes: ["video", "image"],
      videoBytes: 5 * 1024 * MIB,
      videoDurationMs: 10 * 60_000,
      imageBytes: 25 * MIB,
      uploadsPerFan: 20,
      createdAt: expect.any(String),
    });
    expect(Date.parse(event.closesAt) - Date.parse(event.opensAt)).toBe(30 * DAY);
    expect(Date.parse(event.createdAt)).toBeGreaterThanOrEqual(from);
    expect(bodyOf(await nobody("GET", `/events/${event.eventId}`))).toEqual(event);
  });

  it("keeps everything that is said, times in UTC", async () => {
    const said = {
      title: "Öffentliche Probe 🎷",
      venue: "Hall\nof fame",
      contentTypes: ["image"],
      uploadsPerFan: 10_000,
      videoBytes: 1,
      imageBytes: 1,
      videoDurationMs: 24 * HOUR,
      opensAt: "2030-06-01T00:00:00+02:00",
      closesAt: "2030-06-02T00:00:00.5Z",
      startsAt: "2030-06-01T20:00:00-04:00",
      endsAt: "2030-06-02T01:00:00Z",
    };
    expect(await newEvent(creative, said)).toMatchObject({
      ...said,
      opensAt: "2030-05-31T22:00:00.000Z",
      closesAt: "2030-06-02T00:00:00.500Z",
      startsAt: "2030-06-02T00:00:00.000Z",
      endsAt: "2030-06-02T01:00:00.000Z",
    });
  });

  it("is nobody else's, whatever the body says", async () => {
    const said = { creativeId: cloud.fanId, eventId: DEMO_EVENT_ID, idempotencyKey: "k", revision: 7, deletedAt: "x" };
    const event = await newEvent(creative, said);
    expect(event.creativeId).toBe(cloud.creativeId);
    expect(event.eventId).not.toBe(DEMO_EVENT_ID);
    expect((await newEvent(creative, said)).eventId).not.toBe(event.eventId);
  });

  it.each<[string, object, string]>([
    ["without a title", { title: undefined }, "title"],
    ["with an empty title", { title: " \t\n" }, "title"],
    ["with too long a title", { title: "x".repeat(201) }, "title"],
    ["with a control character", { title: "a\u0000b" }, "title"],
    ["with half a character", { venue: "a\ud800" }, "venue"],
    ["with a title of another type", { title: { toString: "x" } }, "title"],
    ["with a day that is none", { startsAt: "2030-02-30T00:00:00Z" }, "startsAt"],
    ["beyond the calendar", { closesAt: "9999-12-31T23:59:59-01:00" }, "closesAt"],
    ["before the calendar", { opensAt: "0000-01-01T00:00:00+01:00" }, "opensAt"],
    ["with a time without a zone", { startsAt: "2030-02-03T00:00:00" }, "startsAt"],
    ["that takes nothing", { contentTypes: [] }, "contentTypes"],
    ["that takes something else", { contentTypes: ["audio"] }, "contentTypes.0"],
    ["with videos of no size", { videoBytes: 0 }, "videoBytes"],
    ["with videos beyond the limit", { videoBytes: 5 * 1024 * MIB + 1 }, "videoBytes"],
    ["with half a byte", { imageBytes: 1.5 }, "imageBytes"],
    ["with images beyond the limit", { imageBytes: 25 * MIB + 1 }, "imageBytes"],
    ["with clips beyond a day", { videoDurationMs: 24 * HOUR + 1 }, "videoDurationMs"],
    ["with no uploads", { uploadsPerFan: 0 }, "uploadsPerFan"],
    ["with too many uploads", { uploadsPerFan: 10_001 }, "uploadsPerFan"],
    ["with a number as text", { uploadsPerFan: "5" }, "uploadsPerFan"],
    ["that closes before it opens", { opensAt: at(HOUR), closesAt: at(0) }, "closesAt"],
    ["that opened before it closes now", { closesAt: "2020-01-01T00:00:00Z" }, "closesAt"],
    ["that ends as it starts", { startsAt: "2030-01-01T00:00:00Z", endsAt: "2030-01-01T00:00:00Z" }, "endsAt"],
  ])("refuses one %s, naming the field", async (_, more, field) => {
    const answer = await creative("POST", "/events", { title: "A night", ...more });
    expectProblem(answer, 400, expect.stringMatching(/^(request\.invalid|event\.times_in_wrong_order)$/) as never);
    expect(answer.body.details.field).toBe(field);
    expect(answer.body.message).not.toMatch(/received|undefined|\[object|null/i);
  });

  it("gives the same event for the same Idempotency-Key, refuses another one", async () => {
    const key = { "idempotency-key": "night-1" };
    const first = bodyOf(await creative("POST", "/events", { title: "Once" }, key), 201);
    expect(bodyOf(await creative("POST", "/events", { title: "Once" }, key), 201)).toEqual(first);
    expectProblem(
      await creative("POST", "/events", { title: "Twice" }, key),
      ...([422, "request.idempotency_mismatch"] as const),
    );
    // Keys are each user's own.
    expect(bodyOf(await other("POST", "/events", { title: "Twice" }, key), 201).eventId).not.toBe(first.eventId);
    const at = await Promise.all(
      Array.from({ length: 5 }, () => creative("POST", "/events", { title: "At once" }, { "idempotency-key": "n2" })),
    );
    expect(new Set(at.map((answer) => bodyOf(answer, 201).eventId)).size).toBe(1);
  });

  it.each(["a b", "x".repeat(129)])("refuses the Idempotency-Key %j", async (key) => {
    const answer = await creative("POST", "/events", { title: "Once" }, { "idempotency-key": key });
    expectProblem(answer, 400, "request.invalid");
  });
});

describe("PATCH /events/{eventId}", () => {
  it("changes what is said and leaves the rest; null takes away", async () => {
    const event = await newEvent(creative, { venue: "Hall", startsAt: at(0), endsAt: at(HOUR) });
    const place = `/events/${event.eventId}`;
    const changed = bodyOf(
      await creative("PATCH", place, { title: "Moved", uploadsPerFan: 3, creativeId: cloud.fanId }),
    );
    expect(changed).toEqual({ ...event, title: "Moved", uploadsPerFan: 3 });
    const { venue: _, startsAt: _s, endsAt: _e, ...bare } = changed;
    expect(bodyOf(await creative("PATCH", place, { venue: null, startsAt: null, endsAt: null }))).toEqual(bare);
    expect(bodyOf(await nobody("GET", place))).toEqual(bare);
    expect(bodyOf(await creative("PATCH", place, {}))).toEqual(bare);
    for (const name of ["title", "opensAt", "closesAt", "contentTypes", "uploadsPerFan"])
      expectProblem(await creative("PATCH", place, { [name]: null }), 400, "request.invalid");
  });

  it("holds new times against those that stay", async () => {
    const { eventId } = await newEvent(creative, { opensAt: at(HOUR), closesAt: at(2 * HOUR) });
    const place = `/events/${eventId}`;
    expectProblem(await creative("PATCH", place, { opensAt: at(3 * HOUR) }), 400, "event.times_in_wrong_order");
    expectProblem(await creative("PATCH", place, { closesAt: at(0) }), 400, "event.times_in_wrong_order");
    bodyOf(await creative("PATCH", place, { opensAt: at(3 * HOUR), closesAt: at(4 * HOUR) }));
  });

  it("changes nothing that is no longer as it was read", async () => {
    const { eventId } = await newEvent(creative);
    const place = `/events/${eventId}`;
    const etag = (await nobody("GET", place)).headers.get("etag")!;
    const answers = await Promise.all(
      ["a", "b", "c"].map((title) => creative("PATCH", place, { title }, { "if-match": etag })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
    const won = answers.find(({ status }) => status === 200)!;
    expectProblem(answers.find(({ status }) => status === 412)!, 412, "request.precondition_failed");
    expect(bodyOf(await nobody("GET", place))).toEqual(won.body);
    const now = won.headers.get("etag")!;
    bodyOf(await creative("PATCH", place, { title: "d" }, { "if-match": `"x", W/${now}` }));
    bodyOf(await creative("PATCH", place, { title: "e" }, { "if-match": "*" }));
    expectProblem(
      await creative("PATCH", place, { title: "f" }, { "if-match": etag }),
      412,
      "request.precondition_failed",
    );
  });

  it("loses none of many changes at once", async () => {
    const { eventId } = await newEvent(creative);
    const changes = [{ title: "All" }, { venue: "Here" }, { uploadsPerFan: 7 }, { imageBytes: 8 }, { videoBytes: 9 }];
    await Promise.all(changes.map(async (change) => bodyOf(await creative("PATCH", `/events/${eventId}`, change))));
    expect(bodyOf(await nobody("GET", `/events/${eventId}`))).toMatchObject(Object.assign({}, ...changes));
  });

  it("answers 304 to who knows the event, and the event once it has changed", async () => {
    const { eventId } = await newEvent(creative);
    const first = await nobody("GET", `/events/${eventId}`);
    const known = { "if-none-match": first.headers.get("etag")! };
    const again = await nobody("GET", `/events/${eventId}`, undefined, known);
    expect([again.status, again.body, again.headers.get("etag")]).toEqual([304, undefined, known["if-none-match"]]);
    await creative("PATCH", `/events/${eventId}`, { title: "Else" });
    expect(bodyOf(await nobody("GET", `/events/${eventId}`, undefined, known)).title).toBe("Else");
  });
});

describe("an event's upload window", () => {
  it.each<[string, { opensAt: string; closesAt: string }]>([
    ["before", { opensAt: at(HOUR), closesAt: at(2 * HOUR) }],
    ["after", { opensAt: at(-2 * HOUR), closesAt: at(-HOUR) }],
  ])("keeps fans out %s it, but not the event's creative", async (_, times) => {
    const { eventId } = await newEvent(creative, times);
    const answer = await fan("POST", `/events/${eventId}/uploads`, tiny);
    expectProblem(answer, 409, "event.closed");
    expect(answer.body.details).toEqual(times);
    const upload = bodyOf(await creative("POST", `/events/${eventId}/uploads`, tiny), 201);
    expect([upload.fanId, upload.creativeId]).toEqual([cloud.creativeId, cloud.creativeId]);
  });

  it("follows when it is moved", async () => {
    const { eventId } = await newEvent(creative);
    bodyOf(await fan("POST", `/events/${eventId}/uploads`, tiny), 201);
    bodyOf(await creative("PATCH", `/events/${eventId}`, { opensAt: at(-HOUR), closesAt: at(-1000) }));
    expectProblem(await fan("POST", `/events/${eventId}/uploads`, tiny), 409, "event.closed");
  });

  it("is open to fans only: another creative may never", async () => {
    const { eventId } = await newEvent(creative);
    expectProblem(await other("POST", `/events/${eventId}/uploads`, tiny), 403, "access.not_your_event");
  });
});

describe("GET /events", () => {
  let ids: string[];
  beforeAll(async () => {
    // Made by the domain: the API would count them against the minute's calls.
    const { Event } = await import("@dropclip/core/event");
    const { uuidv7 } = await import("@dropclip/core/ids");
    ids = [];
    for (let index = 0; index < 7; index++) {
      const source = { now: () => Date.now(), id: () => uuidv7(Date.now() + index) };
      const { eventId } = await Event.create(
        { title: `Event ${index}`, creativeId: cloud.seeds.users.fan.userId },
        source,
      );
      ids.unshift(eventId);
    }
  });
  const own = () => `/events?creativeId=${cloud.fanId}`;

  it.each([1, 2, 3, 6, 7, 8, 100])("tells one creative's, newest first, in pages of %i", async (limit) => {
    const events = await pages(nobody, own(), "events", limit);
    expect(events.map(({ eventId }) => eventId)).toEqual(ids);
  });

  it("tells everybody's, newest first, each once", async () => {
    const all = (await pages(nobody, "/events", "events", 100)).map(({ eventId }) => eventId);
    expect((await pages(nobody, "/events", "events", 4)).map(({ eventId }) => eventId)).toEqual(all);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toEqual(all.toSorted().reverse());
    expect(all).toEqual(expect.arrayContaining([...ids, DEMO_EVENT_ID]));
  });

  it("takes 20 unless told", async () => {
    const { Event } = await import("@dropclip/core/event");
    for (let index = 0; index < 15; index++) await Event.create({ title: "More", creativeId: cloud.creativeId });
    expect(bodyOf(await nobody("GET", "/events")).events).toHaveLength(20);
  });

  it.each(["0", "-1", "101", "1.5", "x", "1e1", "", "٣"])("refuses the limit %j", async (limit) => {
    expectProblem(await nobody("GET", `/events?limit=${encodeURIComponent(limit)}`), 400, "request.invalid");
  });

  it("takes a cursor only where it came from, and as it came", async () => {
    const { cursor } = bodyOf(await nobody("GET", `${own()}&limit=2`));
    expect(Buffer.from(cursor, "base64url").toString("latin1")).not.toMatch(/events|creativeid|gsi1pk/i);
    for (const place of [
      `/events?cursor=${cursor}`,
      `/events?creativeId=${cloud.creativeId}&cursor=${cursor}`,
      `/events/${DEMO_EVENT_ID}/media?cursor=${cursor}`,
      `${own()}&cursor=${tampered(cursor)}`,
      `${own()}&cursor=${cursor.slice(0, -1)}`,
      `${own()}&cursor=${cursor}A`,
      `${own()}&cursor=${cursor}=`,
      `${own()}&cursor=e30`,
    ])
      expectProblem(await nobody("GET", place), 400, "request.invalid_cursor");
    expectProblem(await nobody("GET", `${own()}&cursor=`), 400, "request.invalid");
    expectProblem(await nobody("GET", `${own()}&cursor=${"A".repeat(4097)}`), 400, "request.invalid");
    expectProblem(await creative("GET", `/collections?cursor=${cursor}`), 400, "request.invalid_cursor");
    expect(bodyOf(await creative("GET", `${own()}&limit=2&cursor=${cursor}`)).events).toHaveLength(2);
  });

  it("refuses what is no id", async () => {
    for (const id of ["x", cloud.fanId.toUpperCase(), `${cloud.fanId}%00`, "%F0%9F%8E%B7"])
      expectProblem(await nobody("GET", `/events?creativeId=${id}`), 400, "request.invalid");
  });
});

describe("all of this", () => {
  it("brought no function into trouble", () => expect(troubles(cloud)).toEqual([]));
});
