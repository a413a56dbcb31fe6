import type { Cloud } from "@dropclip/synth/cloud";
import { describe, expect, it } from "vitest";
import { localApi, localPool, portsOf } from "../src/local-addresses.ts";

const facts = (apis: number, distributions: number, userPools: number) =>
  ({
    apis: Array(apis).fill({}),
    distributions: Array(distributions).fill({}),
    userPools: Array(userPools).fill({}),
  }) as Pick<Cloud, "apis" | "distributions" | "userPools">;

describe("the ports of a local cloud", () => {
  it("are the API, the CDN, AWS and the sign-in, and then what there is more of", () => {
    const first = { apis: [4100], gate: 4102, userPools: [4103] };
    expect(portsOf(facts(1, 1, 1), 4100)).toEqual({ ...first, distributions: [4101] });
    expect(portsOf(facts(1, 2, 1), 4100)).toEqual({ ...first, distributions: [4101, 4104] });
    expect(portsOf(facts(2, 3, 2), 4100)).toEqual({
      ...{ apis: [4100, 4104], distributions: [4101, 4105, 4106], gate: 4102, userPools: [4103, 4107] },
    });
  });

  it("leave none out where there is none of a kind", () => {
    expect(portsOf(facts(0, 0, 0), 4100)).toEqual({ apis: [], distributions: [], gate: 4100, userPools: [] });
    expect(portsOf(facts(1, 0, 1), 4100)).toEqual({ apis: [4100], distributions: [], gate: 4101, userPools: [4102] });
  });

  it("are any, where any will do", () => {
    expect(portsOf(facts(1, 2, 1), 0)).toEqual({ apis: [0], distributions: [0, 0], gate: 0, userPools: [0] });
  });
});

describe("what names the pages by their deployed address", () => {
  const localise = (value: string) => value.replace("https://d1.cloudfront.net", "http://127.0.0.1:4104");
  it("lets them in by the one they have on this machine", () => {
    const cors = { allowOrigins: ["https://d1.cloudfront.net", "http://localhost:3000"], allowMethods: ["GET"] };
    const api = localApi({ id: "a", cors } as never, localise);
    expect(api).toEqual({
      ...{ id: "a", cors: { ...cors, allowOrigins: ["http://127.0.0.1:4104", "http://localhost:3000"] } },
    });
    expect(localApi({ id: "a" } as never, localise)).toEqual({ id: "a" });
  });
  it("leads back to it", () => {
    const client = {
      id: "c",
      callbackUrls: ["https://d1.cloudfront.net/callback"],
      logoutUrls: ["https://d1.cloudfront.net/"],
    };
    expect(localPool({ id: "p", clients: [client] } as never, localise).clients).toEqual([
      { id: "c", callbackUrls: ["http://127.0.0.1:4104/callback"], logoutUrls: ["http://127.0.0.1:4104/"] },
    ]);
  });
});
