import { cloud } from "@dropclip/synth/cloud-from-graph";
import type { Graph } from "@dropclip/synth/graph";
import { synth } from "@dropclip/synth/synth";
import { beforeAll, describe, expect, it } from "vitest";

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

async function printing(options: Partial<Parameters<typeof synth>[0]>) {
  const printed: string[] = [];
  const graph = await synth({ stage: "dev", log: (text) => printed.push(text), ...options });
  return { graph, printed: printed.join("") };
}

let usual: Awaited<ReturnType<typeof printing>>;
beforeAll(async () => {
  usual = await printing({});
});

describe("reserved concurrency", () => {
  it("is the API's, sign-up's, moderation's, and that of what decodes pictures, and nobody else's", () => {
    const { graph, printed } = usual;
    const waitedFor = ["public-api", "uploads-api", "events-api", "collections-api", "assign-group"];
    const others = ["publish-image", "adopt-picture", "settle", "invalidate"];
    expect(Object.keys(reserved(graph)).sort()).toEqual([...waitedFor, ...others].sort());
    // A function behind a route that is not on the list would share with ingest.
    const routed = new Set(cloud(graph).apis.flatMap(({ routes }) => routes.map(({ functionArn }) => functionArn)));
    const { functions } = cloud(graph);
    expect(functions.filter(({ arn }) => routed.has(arn)).every((one) => one.reservedConcurrency! > 0)).toBe(true);
    expect(printed).toBe("");
  });

  it("leaves room for a second stage in an account as AWS gives it", () => {
    expect(2 * sum(usual.graph)).toBeLessThanOrEqual(ACCOUNT - UNRESERVED);
  });

  it("is left out of a new account, which is told what to ask for", async () => {
    const { graph, printed } = await printing({ quotas: { [QUOTA]: 10 } });
    expect(reserved(graph)).toEqual({});
    expect(printed.match(/Lambda runs/g)).toHaveLength(1);
    expect(printed).toMatch(/^Lambda runs 10 functions at a time .* --quota-code L-B99A9384/);
  });

  it("wants as much as it takes and must leave, and not one more", async () => {
    const needed = sum(usual.graph) + UNRESERVED;
    const [enough, short] = await Promise.all(
      [needed, needed - 1].map((quota) => printing({ quotas: { [QUOTA]: quota } })),
    );
    expect([sum(enough!.graph), sum(short!.graph)]).toEqual([needed - UNRESERVED, 0]);
  });

  it("can be left out, for an account that many stages share, and is for sst dev", async () => {
    expect(reserved((await printing({ env: { DROPCLIP_RESERVED_CONCURRENCY: "0" } })).graph)).toEqual({});
    const { graph } = await printing({ dev: true });
    expect(graph.resources.filter(({ inputs }) => "reservedConcurrentExecutions" in inputs)).toEqual([]);
  });
});
