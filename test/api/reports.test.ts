import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { peopleOf } from "./people.ts";
import { bodyOf, expectProblem, forgetCalls, newEvent, pages, published, records, tiny, troubles } from "./support.ts";

let cloud: TestCloud;
let creative: Api;
let fan: Api;
let otherFan: Api;
let eventId: string;
let uploadId: string;

beforeAll(async () => {
  cloud = await testCloud();
  [creative, fan, otherFan] = await Promise.all([cloud.as("creative"), cloud.as("fan"), cloud.as("other-fan")]);
});
afterAll(() => cloud.dispose());
beforeEach(async () => {
  await forgetCalls();
  ({ eventId } = await newEvent(creative));
  ({ uploadId } = await published(cloud, { eventId, count: 2 }));
});

const report = (call: Api, body: object = { reason: "privacy" }, mediaId = "image1", upload = uploadId) =>
  call("POST", `/uploads/${upload}/media/${mediaId}/reports`, body);
const reports = async (event = eventId) => bodyOf(await creative("GET", `/events/${event}/reports`)).reports;
const kept = async (text: string) => (await records(cloud)).filter((row) => row.includes(text));

describe("POST /uploads/{uploadId}/media/{mediaId}/reports", () => {
  it("reaches the event's creative, who is not told whose it is", async () => {
    const text = "I am in this picture\nand <b>do not</b> want to be.";
    const made = bodyOf(await report(otherFan, { reason: "privacy", text }), 201);
    expect(made).toEqual({
      ...{ reportId: expect.any(String), eventId, uploadId, mediaId: "image1", reason: "privacy", text },
      createdAt: expect.any(String),
    });
    expect(await reports()).toEqual([made]);
    const other = await cloud.as("other-creative");
    expectProblem(await other("GET", `/events/${eventId}/reports`), 404, "event.not_found");
    expectProblem(await fan("GET", `/events/${eventId}/reports`), 403, "access.group_missing");
  });

  it("takes the place of what the same user said of the same media before", async () => {
    bodyOf(await report(fan, { reason: "spam" }), 201);
    bodyOf(await report(otherFan, { reason: "rights" }), 201);
    const last = bodyOf(await report(fan, { reason: "other", text: "Look again." }), 201);
    const second = bodyOf(await report(fan, { reason: "spam" }, "image2"), 201);
    const all = await reports();
    expect(all.map(({ reason }: any) => reason)).toEqual(["spam", "other", "rights"]);
    expect(all.slice(0, 2)).toEqual([second, last]);
  });

  it("is of what is published, for one of its reasons, in few words", async () => {
    const pending = bodyOf(await fan("POST", `/events/${eventId}/uploads`, tiny), 201);
    bodyOf(await creative("PATCH", `/uploads/${uploadId}/media/image2`, { hidden: true }));
    for (const [mediaId, upload] of [
      ["image1", pending.uploadId],
      ["image2", uploadId],
      ["image3", uploadId],
      ["video", uploadId],
      ["image1", "01900000-0000-7000-8000-00000000dead"],
    ])
      expectProblem(await report(fan, { reason: "spam" }, mediaId, upload), 404, "media.not_found");
    for (const body of [
      {},
      { reason: "" },
      { reason: "ugly" },
      { reason: "spam", text: "" },
      { reason: "spam", text: "x".repeat(501) },
      { reason: "spam", text: "a\u0007b" },
      { reason: "spam", text: 1 },
    ])
      expectProblem(await report(fan, body), 400, "request.invalid");
    expect((await report(fan, { reason: "spam", text: "x".repeat(500) })).status).toBe(201);
  });

  it("is made so often a day, and not more often", async () => {
    const { Report } = await import("@dropclip/core/report");
    const { REPORTS_PER_DAY } = await import("@dropclip/core/limits");
    const busy = await peopleOf(cloud).signUp("busy@example.com", "fan");
    const say = () => Report.create({ userId: busy.userId, uploadId, mediaId: "image1", reason: "spam" });
    for (let time = 0; time < REPORTS_PER_DAY; time++) await say();
    const answer = await report(busy.api);
    expectProblem(answer, 429, "upload.day_used_up");
    expect(answer.body.details).toMatchObject({ unit: "reports", used: REPORTS_PER_DAY, limit: REPORTS_PER_DAY });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await report(fan)).status).toBe(201);
    const tomorrow = { now: () => Date.now() + 24 * 60 * 60_000, id: () => crypto.randomUUID() };
    await Report.create({ userId: busy.userId, uploadId, mediaId: "image1", reason: "spam" }, tomorrow);
  });
});

describe("GET /events/{eventId}/reports", () => {
  it("is in pages, newest first", async () => {
    const { Report } = await import("@dropclip/core/report");
    const { uuidv7 } = await import("@dropclip/core/ids");
    for (let at = 0; at < 5; at++) {
      const source = { now: () => Date.now(), id: () => uuidv7(1000 * at) };
      await Report.create({ userId: uuidv7(at), uploadId, mediaId: "image1", reason: "spam" }, source);
    }
    for (const limit of [1, 2, 5, 100]) {
      const all = await pages(creative, `/events/${eventId}/reports`, "reports", limit);
      const ids = all.map(({ reportId }) => reportId);
      expect(ids).toHaveLength(5);
      expect(ids).toEqual(ids.toSorted().toReversed());
    }
  });
});

describe("DELETE /events/{eventId}/reports/{reportId}", () => {
  it("closes one of the creative's own event, and can be repeated", async () => {
    const first = bodyOf(await report(fan), 201);
    const second = bodyOf(await report(otherFan), 201);
    const close = (call: Api, reportId: string, event = eventId) =>
      call("DELETE", `/events/${event}/reports/${reportId}`);
    expectProblem(await close(await cloud.as("other-creative"), first.reportId), 404, "event.not_found");
    const elsewhere = await newEvent(creative);
    bodyOf(await close(creative, first.reportId, elsewhere.eventId), 204);
    expect(await reports()).toEqual([second, first]);
    for (let time = 0; time < 2; time++) bodyOf(await close(creative, first.reportId), 204);
    expect(await reports()).toEqual([second]);
  });
});

describe("reports", () => {
  it("go with their upload, and with its event", async () => {
    const other = await published(cloud, { eventId });
    bodyOf(await report(otherFan), 201);
    bodyOf(await report(otherFan, { reason: "spam" }, "image1", other.uploadId), 201);
    bodyOf(await fan("DELETE", `/uploads/${uploadId}`), 204);
    await eventually(async () => expect((await reports()).map((one: any) => one.uploadId)).toEqual([other.uploadId]));
    bodyOf(await creative("DELETE", `/events/${eventId}`), 204);
    expectProblem(await creative("GET", `/events/${eventId}/reports`), 404, "event.not_found");
    await eventually(async () => expect((await kept(eventId)).filter((row) => row.includes('"$report_1'))).toEqual([]));
  });

  it("go with the account of who made them", async () => {
    const person = await peopleOf(cloud).signUp("reports@example.com", "fan");
    bodyOf(await report(person.api), 201);
    bodyOf(await report(person.api, { reason: "other", text: "Mine." }, "image2"), 201);
    const of = bodyOf(await report(otherFan), 201);
    expect(await reports()).toHaveLength(3);
    bodyOf(await person.api("DELETE", "/me"), 204);
    await eventually(async () => expect(await reports()).toEqual([of]));
    expect((await kept(person.userId)).filter((row) => row.includes("report_1"))).toEqual([]);
  });

  it("brought no function into trouble", () => expect(troubles(cloud)).toEqual([]));
});
