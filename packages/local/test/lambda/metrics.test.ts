import { afterEach, describe, expect, it } from "vitest";
import { type Running, start } from "./handlers.ts";
import { testWorld } from "./support.ts";

let running: Running;
afterEach(() => running.close());

/** A world that keeps what functions report, by metric and dimensions. */
function listening() {
  const world = testWorld();
  const puts: { metricName: string; dimensions: string; value: number }[] = [];
  world.metrics = {
    put: (namespace, metricName, dimensions, value) => {
      expect(namespace).toBe("AWS/Lambda");
      puts.push({ metricName, dimensions: JSON.stringify(dimensions), value });
    },
  };
  const values = (metricName: string, dimensions: object) =>
    puts
      .filter((one) => one.metricName === metricName && one.dimensions === JSON.stringify(dimensions))
      .map(({ value }) => value);
  return { world, values };
}

describe("Lambda's metrics", () => {
  it("count invocations and errors of a function, and of all together", async () => {
    const { world, values } = listening();
    const code = `export const handler = async ({ fail }) => { if (fail) throw new Error("no"); };`;
    running = start({ one: code }, { world });
    await running.call("one");
    await running.call("one", { fail: true });
    for (const dimensions of [{}, { FunctionName: "one" }, { FunctionName: "one", Resource: "one" }]) {
      expect(values("Invocations", dimensions)).toEqual([1, 1]);
      expect(values("Errors", dimensions)).toEqual([0, 1]);
      expect(values("Throttles", dimensions)).toEqual([0, 0]);
      expect(values("Duration", dimensions)).toHaveLength(2);
    }
    expect(values("ConcurrentExecutions", {})).toEqual([1, 1]);
  });
  it("count what is throttled, which is no invocation", async () => {
    const { world, values } = listening();
    running = start({ one: "export const handler = async () => {};" }, { world, concurrency: 0 });
    await expect(running.call("one")).rejects.toThrow("Rate Exceeded.");
    expect([values("Throttles", {}), values("Invocations", {})]).toEqual([[1], []]);
  });
  it("are beside those that a function embeds in its log, which needs the permission to log", async () => {
    const embedded: string[] = [];
    const code = `export const handler = async () => { process.stdout.write('{"_aws":{}}\\n'); };`;
    const take = (text: string, functionName: string) => {
      if (text.includes("_aws")) embedded.push(`${functionName} ${text.trim()}`);
      return text.includes("_aws");
    };
    running = start({ one: code, mute: code }, { embedded: take });
    await running.call("one");
    expect(embedded).toEqual(['one {"_aws":{}}']);
    running.world.denied.add("logs:PutLogEvents");
    await running.call("mute");
    expect(embedded).toHaveLength(1);
  });
});
