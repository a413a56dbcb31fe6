import { afterEach, describe, expect, it } from "vitest";
import { createLab, FunctionError, type Handler, type Lab, TestJobs } from "./harness.ts";

const open: Lab[] = [];
afterEach(async () => {
  for (const lab of open.splice(0)) await lab.close();
});

interface Options {
  handlers?: Record<string, Handler>;
  jobs?: TestJobs;
}

async function begin(definition: object, options: Options = {}): Promise<Lab> {
  const lab = await createLab({ definition: { QueryLanguage: "JSONata", ...definition }, ...options });
  open.push(lab);
  return lab;
}

/** The process dies without a word and starts again on the same store; time went on by `ms`. */
async function crash(before: Lab, definition: object, options: Options = {}, ms = 0): Promise<Lab> {
  await before.states.stop();
  await before.clock.advance(ms);
  const { store, clock } = before;
  const after = await createLab({ definition: { QueryLanguage: "JSONata", ...definition }, ...options, store, clock });
  open.push(after);
  after.states.resume();
  return after;
}

const types = async (lab: Lab, arn: string) => (await lab.history(arn)).map(({ type }) => type);
const task = (FunctionName: string) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName, Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload %}",
});

describe("after a restart", () => {
  it("a Wait ends at its own moment", async () => {
    const machine = { StartAt: "Pause", States: { Pause: { Type: "Wait", Seconds: 100, End: true } } };
    const before = await begin(machine);
    const began = before.clock.now();
    const arn = before.start({ kept: true });
    await before.settle();
    const after = await crash(before, machine, {}, 40_000);
    const ended = await after.finish(arn);
    expect(ended).toMatchObject({ status: "SUCCEEDED", output: '{"kept":true}' });
    expect(ended.stopDate * 1000 - began).toBeCloseTo(100_000, 0);
    expect(await types(after, arn)).toEqual([
      "ExecutionStarted",
      "WaitStateEntered",
      "WaitStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("a Wait that ended meanwhile goes on at once", async () => {
    const machine = { StartAt: "Pause", States: { Pause: { Type: "Wait", Seconds: 100, End: true } } };
    const before = await begin(machine);
    const arn = before.start();
    await before.settle();
    const after = await crash(before, machine, {}, 500_000);
    const now = after.clock.now();
    expect((await after.finish(arn)).stopDate * 1000).toBeCloseTo(now, 0);
  });

  it("a function that was running is called again, as the same attempt with its whole time", async () => {
    const machine = { StartAt: "Work", States: { Work: { ...task("work"), TimeoutSeconds: 60, End: true } } };
    const before = await begin(machine, { handlers: { work: () => new Promise<never>(() => {}) } });
    const arn = before.start({ n: 1 });
    await before.settle();
    expect(before.invocations).toHaveLength(1);
    const after = await crash(before, machine, { handlers: { work: (event: any) => event.n + 1 } }, 3_600_000);
    expect(await after.finish(arn)).toMatchObject({ status: "SUCCEEDED", output: "2" });
    expect(await types(after, arn)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("a retry comes at its moment, and the retries so far count", async () => {
    const Retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 60, MaxAttempts: 2, BackoffRate: 1 }];
    const machine = { StartAt: "Work", States: { Work: { ...task("work"), Retry, End: true } } };
    const calls: number[] = [];
    const work = (lab: () => Lab) => () => {
      calls.push(lab().clock.now());
      throw new FunctionError("Flaky", "again");
    };
    const before: Lab = await begin(machine, { handlers: { work: work(() => before) } });
    const began = before.clock.now();
    const arn = before.start();
    await before.settle();
    const after: Lab = await crash(before, machine, { handlers: { work: work(() => after) } }, 20_000);
    expect(await after.finish(arn)).toMatchObject({ status: "FAILED", error: "Flaky" });
    expect(calls.map((at) => at - began)).toEqual([0, 60_000, 120_000]);
  });

  it("a submitted job is waited for again and no second one is made", async () => {
    const Encode = {
      Type: "Task",
      Resource: "arn:aws:states:::mediaconvert:createJob.sync",
      Arguments: { Role: "r", Settings: {} },
      Output: "{% $states.result.Job.Status %}",
      End: true,
    };
    const machine = { StartAt: "Encode", States: { Encode } };
    const jobs = new TestJobs();
    const before = await begin(machine, { jobs });
    const arn = before.start();
    await before.settle();
    const after = await crash(before, machine, { jobs }, 5000);
    await after.settle();
    expect(jobs.waited).toEqual(["job-0", "job-0"]);
    jobs.end("job-0", {});
    expect(await after.finish(arn)).toMatchObject({ status: "SUCCEEDED", output: '"COMPLETE"' });
    expect(jobs.created).toHaveLength(1);
    expect(jobs.cancelled).toEqual([]);
  });

  it("branches go on where each was", async () => {
    const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: { ...state, End: true } } });
    const Branches = [
      branch("Quick", { Type: "Pass", Output: "quick" }),
      branch("Pause", { Type: "Wait", Seconds: 10, Output: "paused" }),
      branch("Work", task("work")),
    ];
    const machine = {
      StartAt: "Set",
      States: {
        Set: { Type: "Pass", Assign: { mark: 7 }, Next: "All" },
        All: { Type: "Parallel", Branches, Next: "Sum" },
        Sum: { Type: "Pass", Output: { all: "{% $states.input %}", mark: "{% $mark %}" }, End: true },
      },
    };
    const before = await begin(machine, { handlers: { work: () => new Promise<never>(() => {}) } });
    const arn = before.start({});
    await before.settle();
    const after = await crash(before, machine, { handlers: { work: () => "worked" } });
    const { output } = await after.finish(arn);
    expect(JSON.parse(output)).toEqual({ all: ["quick", "paused", "worked"], mark: 7 });
    expect((await types(after, arn)).filter((type) => type === "PassStateEntered")).toHaveLength(3);
  });

  it("a Map goes on with the items that were not done, each done once", async () => {
    const ItemProcessor = { StartAt: "Work", States: { Work: { ...task("work"), End: true } } };
    const Items = "{% [1..5] %}";
    const machine = {
      StartAt: "Each",
      States: { Each: { Type: "Map", Items, MaxConcurrency: 2, ItemProcessor, End: true } },
    };
    const hang = (event: any) => (event <= 2 ? event * 10 : new Promise<never>(() => {}));
    const before = await begin(machine, { handlers: { work: hang } });
    const arn = before.start();
    await before.settle();
    const after = await crash(before, machine, { handlers: { work: (event: any) => event * 100 } });
    expect(await after.finish(arn)).toMatchObject({ status: "SUCCEEDED", output: "[10,20,300,400,500]" });
    expect((await types(after, arn)).filter((type) => type === "MapIterationStarted")).toHaveLength(5);
  });

  it("the machine's time has gone on", async () => {
    const machine = {
      TimeoutSeconds: 50,
      StartAt: "Pause",
      States: { Pause: { Type: "Wait", Seconds: 100, End: true } },
    };
    const before = await begin(machine);
    const arn = before.start();
    await before.settle();
    const after = await crash(before, machine, {}, 60_000);
    expect((await after.finish(arn)).status).toBe("TIMED_OUT");
  });

  it("an execution keeps the definition it began with, new ones have the new one", async () => {
    const machine = (Output: string) => ({
      StartAt: "Pause",
      States: { Pause: { Type: "Wait", Seconds: 5, Next: "Say" }, Say: { Type: "Pass", Output, End: true } },
    });
    const before = await begin(machine("old"));
    const old = before.start();
    await before.settle();
    const after = await crash(before, machine("new"));
    const young = after.start();
    expect((await after.finish(old)).output).toBe('"old"');
    expect((await after.finish(young)).output).toBe('"new"');
    const { definition } = await after.call("DescribeStateMachineForExecution", { executionArn: old });
    expect(JSON.parse(definition).States.Say.Output).toBe("old");
  });

  it("an execution that was started but took no step yet goes on", async () => {
    const machine = { StartAt: "Say", States: { Say: { Type: "Pass", Output: "said", End: true } } };
    const before = await begin(machine);
    const arn = before.start();
    const after = await crash(before, machine);
    expect(await after.finish(arn)).toMatchObject({ status: "SUCCEEDED", output: '"said"' });
  });

  it("what ended over 90 days ago is gone and its name free, what runs stays", async () => {
    const Pause = { Type: "Wait", Seconds: "{% $states.input.seconds %}", End: true };
    const machine = { StartAt: "Pause", States: { Pause } };
    const before = await begin(machine);
    const day = 24 * 3600;
    const old = before.start({ seconds: 1 }, "old");
    const long = before.start({ seconds: 200 * day }, "long");
    await before.finish(old);
    await before.clock.advance(50 * day * 1000);
    const recent = before.start({ seconds: 1 }, "recent");
    await before.finish(recent);
    const after = await crash(before, machine, {}, 41 * day * 1000);
    await expect(after.describe(old)).rejects.toMatchObject({ code: "ExecutionDoesNotExist" });
    expect(await after.history(recent)).toHaveLength(4);
    expect((await after.describe(long)).status).toBe("RUNNING");
    expect(after.start({ seconds: 1 }, "old")).toBe(old);
    expect(await after.finish(long)).toMatchObject({ status: "SUCCEEDED" });
  });

  it("nothing goes on before resume is called, and calling it twice does nothing twice", async () => {
    const machine = { StartAt: "Work", States: { Work: { ...task("work"), End: true } } };
    const before = await begin(machine, { handlers: { work: () => new Promise<never>(() => {}) } });
    const arn = before.start();
    await before.settle();
    const after = await crash(before, machine, { handlers: { work: () => new Promise<never>(() => {}) } });
    after.states.resume();
    await after.settle();
    expect(after.invocations).toHaveLength(1);
    expect((await after.describe(arn)).status).toBe("RUNNING");
  });
});
