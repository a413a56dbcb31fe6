import { readFileSync } from "node:fs";
import { cloud } from "@dropclip/synth/cloud-from-graph";
import { type Graph, parseGraph } from "@dropclip/synth/graph";
import { synth } from "@dropclip/synth/synth";
import { describe, expect, it } from "vitest";
import { needed } from "../reserved.ts";

const QUOTA = "lambda/L-B99A9384";
const ACCOUNT = 1000;
/** AWS refuses reservations that leave less. */
const UNRESERVED = 100;

const reserved = (graph: Graph) =>
  Object.fromEntries(
    cloud(graph).functions.flatMap(({ name, reservedConcurrency }) =>
      reservedConcurrency === undefined ? [] : [[name.replace(/^dropclip-|-dev$/g, ""), reservedConcurrency]],
    ),
  );
const sum = (graph: Graph) => Object.values(reserved(graph)).reduce((all, one) => all + one, 0);

const WEBHOOK = { DROPCLIP_WEBHOOK: "https://example.com/dropclip" };
/** What is wanted without a webhook, and with one. */
const NEEDED = needed({ webhook: undefined });
const NEEDED_IN_ALL = needed({ webhook: "https://example.com/dropclip" });
const usual = parseGraph(readFileSync("stacks/graph.json", "utf8"));

describe("reserved concurrency", () => {
  it("is the API's, sign-up's, moderation's, and that of what decodes pictures, and nobody else's", () => {
    const waitedFor = ["public-api", "uploads-api", "events-api", "collections-api", "assign-group"];
    const others = ["publish-image", "adopt-picture", "settle", "invalidate"];
    expect(Object.keys(reserved(usual)).sort()).toEqual([...waitedFor, ...others].sort());
    // A function behind a route that is not on the list would share with ingest.
    const routed = new Set(cloud(usual).apis.flatMap(({ routes }) => routes.map(({ functionArn }) => functionArn)));
    const { functions } = cloud(usual);
    expect(functions.filter(({ arn }) => routed.has(arn)).every((one) => one.reservedConcurrency! > 0)).toBe(true);
  });

  it("leaves room for a second stage in an account as AWS gives it, and wants what it takes and must leave", async () => {
    const all = await synth({ stage: "dev", env: WEBHOOK });
    expect(Object.keys(reserved(all)).filter((name) => !(name in reserved(usual)))).toEqual(["deliver"]);
    expect(2 * sum(all)).toBeLessThanOrEqual(ACCOUNT - UNRESERVED);
    expect([NEEDED, NEEDED_IN_ALL]).toEqual([sum(usual) + UNRESERVED, sum(all) + UNRESERVED]);
    // The README's numbers.
    expect([NEEDED, NEEDED_IN_ALL]).toEqual([542, 546]);
  });

  it("is left out of an account with one less, which is told what to ask for", async () => {
    let printed = "";
    const log = (text: string) => (printed += text);
    const graph = await synth({ stage: "dev", quotas: { [QUOTA]: NEEDED - 1 }, log });
    expect(reserved(graph)).toEqual({});
    expect(printed.match(/Lambda runs/g)).toHaveLength(1);
    expect(printed).toMatch(
      /^Lambda runs 541 functions at a time .* Ask AWS for 542 or more.* --quota-code L-B99A9384/,
    );
  });

  it("is there in an account with just enough, but not where many stages share it, nor for sst dev", async () => {
    const quotas = { [QUOTA]: NEEDED };
    expect(sum(await synth({ stage: "dev", quotas }))).toBe(NEEDED - UNRESERVED);
    // The webhook's function wants some too.
    expect(reserved(await synth({ stage: "dev", quotas, env: WEBHOOK }))).toEqual({});
    expect(reserved(await synth({ stage: "dev", quotas, env: { DROPCLIP_RESERVED_CONCURRENCY: "0" } }))).toEqual({});
  });
});
