import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, type TestCloud, testCloud } from "../cloud.ts";
import { bodyOf, expectProblem, forgetCalls, MINUTE, tiny, troubles } from "./support.ts";

let cloud: TestCloud;
let fan: Api;
let Rate: typeof import("@dropclip/core/rate");
/** The middle of a minute that is long over. */
const MIDDLE = Math.floor(Date.UTC(2030, 0, 1) / MINUTE) * MINUTE + MINUTE / 2;
const at = (ms: number) => ({ now: () => ms, id: () => "unused" });
/** As on a server of its own. */
const server = () => Rate.leases();

beforeAll(async () => {
  cloud = await testCloud();
  fan = await cloud.as("fan");
  Rate = await import("@dropclip/core/rate");
});
afterAll(() => cloud.dispose());

const passed = async (calls: Promise<void>[]) =>
  (await Promise.allSettled(calls)).filter(({ status }) => status === "fulfilled").length;
const limits = { read: 600, write: 120, sign: 240 } as const;

describe("calls of one user in one minute", () => {
  it.each(["read", "write", "sign"] as const)("are so many of kind %s", async (kind) => {
    const one = server();
    const take = (user: string, ms: number) => Rate.take(user, kind, at(ms), one);
    for (let call = 0; call < limits[kind]; call++) await take(`${kind}-a`, MIDDLE);
    await expect(take(`${kind}-a`, MIDDLE)).rejects.toMatchObject({
      ...{ code: "request.too_many", details: { limit: limits[kind], retryAfterSeconds: 30 } },
    });
    // Others, other kinds and other minutes are not touched.
    await take(`${kind}-b`, MIDDLE);
    await Rate.take(`${kind}-a`, kind === "read" ? "write" : "read", at(MIDDLE), one);
    await expect(take(`${kind}-a`, MIDDLE + MINUTE / 2 - 1)).rejects.toMatchObject({
      details: { retryAfterSeconds: 1 },
    });
    await take(`${kind}-a`, MIDDLE + MINUTE / 2);
  });

  it("are never more, and little less, however many servers count", async () => {
    const servers = Array.from({ length: 7 }, server);
    let count = 0;
    for (let call = 0; call < 300; call++)
      count += await passed([Rate.take("many", "write", at(MIDDLE), servers[call % servers.length]!)]);
    expect(count).toBeLessThanOrEqual(limits.write);
    expect(count).toBeGreaterThanOrEqual(limits.write * 0.8);
    const atOnce = Array.from({ length: 300 }, (_, call) =>
      Rate.take("at once", "write", at(MIDDLE), servers[call % 7]!),
    );
    expect(await passed(atOnce)).toBeLessThanOrEqual(limits.write);
  });

  it("are what was called, wherever: who calls little is not refused because many servers answered", async () => {
    const calls = Array.from({ length: 30 }, () => Rate.take("spread", "write", at(MIDDLE), server()));
    expect(await passed(calls)).toBe(30);
  });
});

describe("the API", () => {
  it("answers 429 with Retry-After to who has used up the minute, and serves everybody else", async () => {
    const { RateEntity } = await import("@dropclip/core/rate.entity");
    const used = async (kind: "read" | "write" | "sign", userId: string) => {
      // This minute and the next, so that it does not matter when the call comes.
      const window = Math.floor(Date.now() / MINUTE);
      const expires = Math.ceil(Date.now() / 1000) + 300;
      for (const one of [window, window + 1])
        await RateEntity.put({ userId, kind, window: one, calls: limits[kind], expires }).go();
    };
    const { eventId } = cloud.seeds;
    const { uploadId } = bodyOf(await (await cloud.as("creative"))("POST", `/events/${eventId}/uploads`, tiny), 201);
    await forgetCalls();
    for (const kind of ["read", "write", "sign"] as const) await used(kind, cloud.fanId);
    const sign = { mediaId: "image1", operation: "PutObject" };
    for (const answer of [
      await fan("GET", "/me"),
      await fan("GET", `/uploads/${uploadId}`),
      await fan("POST", `/events/${eventId}/uploads`, tiny),
      await fan("DELETE", `/uploads/${uploadId}`),
      await fan("POST", `/uploads/${uploadId}/sign`, sign),
      await fan("POST", `/uploads/${uploadId}/media/image1/multipart`),
    ]) {
      expectProblem(answer, 429, "request.too_many");
      const seconds = Number(answer.headers.get("retry-after"));
      expect(seconds).toBe(answer.body.details.retryAfterSeconds);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(60);
    }
    const creative = await cloud.as("creative");
    bodyOf(await creative("GET", `/uploads/${uploadId}`));
    bodyOf(await creative("POST", `/uploads/${uploadId}/sign`, sign));
    bodyOf(await (await cloud.as("other-fan"))("GET", "/me"));
    // What is public is nobody's minute.
    bodyOf(await fan("GET", `/events/${eventId}`));
    await forgetCalls();
    bodyOf(await fan("GET", "/me"));
  });

  it("counts no call that it refuses by its token or group", async () => {
    const { RateEntity } = await import("@dropclip/core/rate.entity");
    await forgetCalls();
    expectProblem(await (await cloud.as("other-fan"))("POST", "/events", { title: "x" }), 403, "access.group_missing");
    expect((await fan("GET", "/me", undefined, { authorization: "Bearer x" })).status).toBe(401);
    expect((await RateEntity.scan.go({ pages: "all" })).data).toEqual([]);
  });
});

describe("all of this", () => {
  it("brought no function into trouble", () => expect(troubles(cloud)).toEqual([]));
});
