import { describe, expect, it } from "vitest";
import { gateway, httpApi, route } from "./setup.ts";

const ORIGIN = "https://pages.example";
const CORS = {
  ...{ allowOrigins: [ORIGIN], allowMethods: ["GET"], allowHeaders: [], exposeHeaders: [], allowCredentials: false },
};

describe("a throttled route", () => {
  const throttled = async (perSecond: number, burst: number) => {
    const routes = [route("GET /slow", { throttle: { perSecond, burst } }), route("GET /free")];
    const { ask, clock, events } = await gateway(httpApi(routes, { cors: CORS }));
    const statuses = async (count: number, path = "/slow") => {
      const all: number[] = [];
      for (let asked = 0; asked < count; asked++) all.push((await ask("GET", path)).status);
      return all;
    };
    return { ask, clock, events, statuses };
  };

  it("takes a burst, then what its rate allows", async () => {
    const { clock, statuses, events } = await throttled(2, 3);
    expect(await statuses(5)).toEqual([200, 200, 200, 429, 429]);
    await clock.advance(1000);
    expect(await statuses(3)).toEqual([200, 200, 429]);
    // What is not asked for is not saved up beyond the burst.
    await clock.advance(60_000);
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    expect(events).toHaveLength(8);
  });

  it("leaves the others alone", async () => {
    const { statuses } = await throttled(1, 1);
    expect(await statuses(2)).toEqual([200, 429]);
    expect(await statuses(3, "/free")).toEqual([200, 200, 200]);
  });

  it("says so in words that a page of another origin may read", async () => {
    const { ask, statuses } = await throttled(1, 1);
    await statuses(1);
    const { status, text, headers } = await ask("GET", "/slow", { origin: ORIGIN });
    expect([status, text]).toEqual([429, '{"message":"Too Many Requests"}']);
    expect(headers["access-control-allow-origin"]).toBe(ORIGIN);
    expect(headers["retry-after"]).toBeUndefined();
  });
});
