import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, type TestCloud, testCloud } from "../support/cloud.ts";
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
const limits = { read: 600, write: 120, sign: 240, leave: 10 } as const;

describe("calls of one user in one minute", () => {
  it.each(["read", "write", "sign", "leave"] as const)("are so many of kind %s", async (kind) => {
    const one = server();
    const take = (user: string, ms: number) => Rate.take(user, kind, at(ms), one);
    for (let call = 0; call < limits[kind]; call++) await take(`${kind}-a`, MIDDLE);
    await expect(take(`${kind}-a`, MIDDLE)).rejects.toMatchObject({
      code: "request.too_many",
      details: { limit: limits[kind], retryAfterSeconds: 30 },
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

  it("are counted once where two servers' clocks differ as a minute begins", async () => {
    const [ahead, behind] = [server(), server()];
    const end = Math.ceil(MIDDLE / MINUTE) * MINUTE;
    for (let call = 0; call < 60; call++) {
      await Rate.take("apart", "write", at(end), ahead);
      await Rate.take("apart", "write", at(end - 1), behind);
    }
    expect(await passed([Rate.take("apart", "write", at(end), ahead)])).toBe(0);
    expect(await passed([Rate.take("apart", "write", at(end - 1), behind)])).toBe(0);
  });

  it("are what was called, wherever: who calls little is not refused because many servers answered", async () => {
    const calls = Array.from({ length: 30 }, () => Rate.take("spread", "write", at(MIDDLE), server()));
    expect(await passed(calls)).toBe(30);
  });
});

describe("calls of a deleted account", () => {
  it("pass no more, of no kind but the one that deletes it, nor in a later minute", async () => {
    const servers = [server(), server()];
    const take = (kind: "read" | "write" | "sign" | "leave", ms: number, at_ = servers[0]!) =>
      Rate.take("gone", kind, at(ms), at_);
    for (const kind of ["write", "sign"] as const) for (let call = 0; call < 40; call++) await take(kind, MIDDLE);
    await take("read", MIDDLE);
    await Rate.end("gone", at(MIDDLE));
    for (const kind of ["read", "write", "sign"] as const)
      for (const ms of [MIDDLE, MIDDLE + MINUTE, MIDDLE + 24 * 60 * MINUTE])
        for (const one of servers)
          await expect(take(kind, ms, one)).rejects.toMatchObject({ kind: "unauthenticated", code: "account.deleted" });
    await take("leave", MIDDLE);
    const { RateEntity } = await import("@dropclip/core/rate.entity");
    const { data } = await RateEntity.get({ userId: "gone", kind: "write" }).go();
    expect(data!.expires * 1000).toBeGreaterThanOrEqual(MIDDLE + 24 * 60 * MINUTE);
    await Rate.take("stays", "write", at(MIDDLE), servers[0]!);
  });

  it("that were counted ahead are reads, and end with their minute", async () => {
    const one = server();
    for (let call = 0; call < 40; call++) await Rate.take("read ahead", "read", at(MIDDLE), one);
    await Rate.end("read ahead", at(MIDDLE));
    const passing = Array.from({ length: 100 }, () => Rate.take("read ahead", "read", at(MIDDLE), one));
    expect(await passed(passing)).toBeLessThanOrEqual(10);
    expect(await passed([Rate.take("read ahead", "read", at(MIDDLE + MINUTE), one)])).toBe(0);
  });
});

describe("the API", () => {
  it("answers 429 with Retry-After to who has used up the minute, and serves everybody else", async () => {
    const { RateEntity } = await import("@dropclip/core/rate.entity");
    const used = async (kind: "read" | "write" | "sign", userId: string) => {
      const window = Math.floor(Date.now() / MINUTE);
      const expires = Math.ceil(Date.now() / 1000) + 300;
      // As on a server whose clock is ahead: it does not matter whether a minute begins meanwhile.
      await RateEntity.put({ userId, kind, window: window + 1, calls: limits[kind], expires }).go();
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
