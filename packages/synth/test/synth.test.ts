import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatGraph, type Graph, parseGraph } from "../src/graph.ts";
import { Query } from "../src/query.ts";
import { synth } from "../src/synth.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const fixtures = "packages/synth/test/fixtures";
const config = `${fixtures}/everything.config.ts`;
const other = mkdtempSync(path.join(realpathSync(tmpdir()), "another checkout "));

let graph: Graph;
let query: Query;

beforeAll(async () => {
  graph = await synth({ stage: "dev", config });
  query = new Query(graph);
});
afterAll(() => rmSync(other, { recursive: true, force: true }));

const broken = (way: string) => synth({ stage: "dev", config: `${fixtures}/broken.config.ts`, env: { BREAK: way } });

describe("synth", () => {
  it("gives the same bytes again, in another folder as well", async () => {
    mkdirSync(path.join(other, fixtures), { recursive: true });
    cpSync(path.join(root, fixtures), path.join(other, fixtures), { recursive: true });
    symlinkSync(path.join(root, ".sst"), path.join(other, ".sst"));
    const again = await synth({ stage: "dev", config, root: other });
    expect(formatGraph(again)).toBe(formatGraph(graph));
  });

  it("leaves no trace of the machine", () => {
    const text = formatGraph(graph);
    for (const trace of [root, `${tmpdir()}/`, process.execPath]) expect(text).not.toContain(trace);
    // A hash of a zip covers the modes of its files, and so depends on the umask.
    expect(text).not.toMatch(/[0-9a-f]{64}\.zip/);
  });

  it("shows the config the given variables and none of this process's own", async () => {
    process.env.FIXTURE_SUFFIX = "-mine";
    try {
      const given = await synth({ stage: "production", config, env: { FIXTURE_SUFFIX: "-given" } });
      expect(new Query(given).get("Bucket", "MediaBucket").inputs.bucket).toBe("fixture-media-production-given");
      expect(new Query(given).get("Bucket", "MediaBucket").options.retainOnDelete).toBe(true);
      expect(query.get("Bucket", "MediaBucket").inputs.bucket).toBe("fixture-media-dev");
    } finally {
      delete process.env.FIXTURE_SUFFIX;
    }
  });

  it("records parents, protection and what is named in dependsOn, but no dependency by reference", () => {
    expect(query.get("StateMachine", "Work").options).toEqual({
      dependsOn: ["aws:iam/rolePolicy:RolePolicy::MachinePolicy"],
    });
    expect(query.get("Bucket", "MediaBucket").parent).toBe("sst:aws:Bucket::Media");
  });

  it("records what SST would bundle", () => {
    expect(graph.builds).toEqual([
      {
        functionID: "Echo",
        handler: `${fixtures}/functions/echo.handler`,
        runtime: "nodejs24.x",
        architecture: "arm64",
        install: ["sharp"],
        external: ["aws-crt", "bun:sqlite"],
      },
    ]);
  });

  it("runs as sst dev would", async () => {
    const live = await synth({ stage: "dev", dev: true, config });
    expect(live.dev).toBe(true);
    expect(live.builds.map(({ functionID }) => functionID)).toEqual(["Echo"]);
    expect(new Query(live).get("Function", "EchoFunction").inputs).toMatchObject({
      timeout: 900,
      handler: "bootstrap",
    });
    expect(formatGraph(live)).not.toMatch(/[0-9a-f]{64}\.zip/);
  });

  it("survives being written and read, but for what follows from the inputs", () => {
    const resources = graph.resources.map(({ dependencies: _, ...resource }) => resource);
    expect(parseGraph(formatGraph(graph))).toEqual({ ...graph, resources });
  });

  it("reports all that is wrong, each in a line", async () => {
    const error: Error = await broken("many").catch((thrown) => thrown);
    const folder = `${fixtures}/functions`;
    expect(error.message.split("\n").toSorted()).toEqual([
      'aws:sqs/queue:Queue Q: "arn:aws:kinesis:::undefined" refers to an attribute that synth does not compute (run/outputs.ts)',
      `function Lost: handler ${folder}/nowhere.handler: there is no file ${folder}/nowhere.ts`,
      `function Mistyped: handler ${folder}/echo.nothing: echo exports no "nothing"`,
      `function Shrunk: handler ${folder}/echo.handler: the graph does not hold nodejs.esbuild.conditions`,
      `function Shrunk: handler ${folder}/echo.handler: the graph does not hold nodejs.minify`,
      "synth of stage dev failed:",
      "the stacks call aws:route53/getZone:getZone, which synth cannot answer without AWS (run/mocks.ts)",
      "two resources aws:sqs/queue:Queue are named Twin",
    ]);
  });

  it("reports a dependency cycle instead of hanging", async () => {
    await expect(broken("cycle")).rejects.toThrow(
      /dependency cycle: these wait for each other: aws:cloudfront\/distribution:Distribution CDistribution/,
    );
  });

  it("says where there is no config", async () => {
    await expect(synth({ stage: "dev", config: "nowhere.config.ts" })).rejects.toThrow("there is no nowhere.config.ts");
  });

  it("says how to get SST's component source", async () => {
    const bare = mkdtempSync(path.join(other, "bare"));
    cpSync(path.join(root, fixtures), path.join(bare, fixtures), { recursive: true });
    await expect(synth({ stage: "dev", config, root: bare })).rejects.toThrow("node scripts/setup.mjs synth");
  });
});
