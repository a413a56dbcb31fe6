import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { eventually } from "../../../../test/support/eventually.ts";
import { start } from "./handlers.ts";

const running = start(
  {
    waits: `import { spawn } from "node:child_process"; export const handler = async (event: any) => { if (event.child) { const child = spawn("/bin/sleep", ["1000"]); console.log("child " + child.pid); } console.log("waiting " + process.pid); await new Promise((r) => setTimeout(r, 3_600_000)); };`,
    spins: `export const handler = async (event: any) => { console.log("spinning"); for (;;); };`,
    neverLoads: `console.log("loading"); await new Promise((r) => setTimeout(r, 3_600_000)); export const handler = async () => 1;`,
    buffers: `export const handler = async (event: any) => { const kept = []; for (let i = 0; i < 64; i++) { kept.push(Buffer.alloc(8e6, 1)); await new Promise((r) => setTimeout(r, 10)); } return kept.length; };`,
    heap: `export const handler = async () => { const kept: any[] = []; for (;;) kept.push({ a: [kept.length, kept.length] }); };`,
    slot: `export const handler = async (event: any) => { await new Promise((r) => setTimeout(r, event.ms)); return process.pid; };`,
    quick: `export const handler = async () => process.pid;`,
  },
  {
    concurrency: 2,
    overrides: { buffers: { memoryMb: 128, timeoutSeconds: 60 }, heap: { memoryMb: 128, timeoutSeconds: 60 } },
  },
);
afterAll(() => running.close());

const logged = (name: string, text: string) => eventually(() => expect(running.lambda.log(name)).toContain(text));
/** A process that has ended may wait for its parent to notice. */
const alive = (pid: number) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

describe("the timeout", () => {
  it("kills the process and says so as Lambda does", async () => {
    const answer = running.call("waits", { child: true });
    await logged("waits", "waiting ");
    await running.world.clock.advance(3_000);
    const { error, payload } = await answer;
    expect(error).toBe("Unhandled");
    expect(payload.errorType).toBe("Sandbox.Timedout");
    expect(payload.errorMessage).toMatch(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 3\.00 seconds$/);
    const pids = [...running.lambda.log("waits").matchAll(/(?:waiting|child) (\d+)/g)].map(([, pid]) => Number(pid));
    expect(pids).toHaveLength(2);
    await eventually(() => expect(pids.filter(alive)).toEqual([]));
  });
  it("ends a handler that never yields", async () => {
    const answer = running.call("spins");
    await logged("spins", "spinning");
    await running.world.clock.advance(3_000);
    expect((await answer).payload.errorType).toBe("Sandbox.Timedout");
    expect(running.lambda.log("spins")).toMatch(/REPORT .*Duration: 3000\.00 ms.*Status: timeout/);
  });
  it("ends a module that does not load, ten seconds later", async () => {
    const answer = running.call("neverLoads");
    await logged("neverLoads", "loading");
    await running.world.clock.advance(13_000);
    expect((await answer).payload.errorType).toBe("Sandbox.Timedout");
  });
});

describe("the memory", () => {
  it("outside of the heap is watched", async () => {
    const { payload } = await running.call("buffers");
    expect(payload).toEqual({
      errorType: "Runtime.OutOfMemory",
      errorMessage: expect.stringMatching(/Error: Runtime exited with error: signal: killed$/),
    });
    expect(running.lambda.log("buffers")).toMatch(
      /Memory Size: 128 MB\tMax Memory Used: 128 MB.*Error Type: Runtime.OutOfMemory/,
    );
  });
  it("of the heap is the engine's limit", async () => {
    const { payload } = await running.call("heap");
    expect(payload.errorMessage).toMatch(/Runtime exited with error: signal: (aborted|killed)$/);
  });
});

describe("concurrency", () => {
  it("is a process each, and throttles beyond the limit", async () => {
    const both = Promise.all([running.call("slot", { ms: 300 }), running.call("slot", { ms: 300 })]);
    await expect(running.call("slot", { ms: 1 })).rejects.toMatchObject({
      code: "TooManyRequestsException",
      status: 429,
      message: "Rate Exceeded.",
    });
    const [first, second] = await both;
    expect(first.payload).not.toBe(second.payload);
    expect([first.payload, second.payload]).toContain((await running.call("slot", { ms: 1 })).payload);
  });
  it("shares fewer processes: what comes beyond waits for one", async () => {
    const queued = start({ pid: "export const handler = async () => process.pid;" }, { processes: 1, concurrency: 5 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => queued.call("pid")));
    expect(new Set(answers.map(({ payload }) => payload)).size).toBe(1);
    await queued.close();
  });
  it("is not used up by failures", async () => {
    for (let n = 0; n < 3; n++) {
      const before = running.lambda.log("spins").split("spinning").length;
      const answer = running.call("spins");
      await eventually(() => expect(running.lambda.log("spins").split("spinning").length).toBeGreaterThan(before));
      await running.world.clock.advance(3_000);
      expect((await answer).error).toBe("Unhandled");
    }
  });
});

describe("a warm process", () => {
  it("is ended when nobody needs it for a minute", async () => {
    const { payload: pid } = await running.call("quick");
    await running.world.clock.advance(59_000);
    expect(alive(pid)).toBe(true);
    await running.world.clock.advance(1_000);
    await eventually(() => expect(alive(pid)).toBe(false));
    expect((await running.call("quick")).payload).not.toBe(pid);
  });
  it("is replaced before its credentials expire", async () => {
    const { payload: pid } = await running.call("quick");
    for (let minutes = 0; minutes < 45; minutes++) {
      await running.world.clock.advance(59_000);
      const next = (await running.call("quick")).payload;
      if (next !== pid) return expect(minutes).toBeGreaterThanOrEqual(39);
    }
    throw new Error("the process was never replaced");
  });
});
