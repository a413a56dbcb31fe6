import { afterEach, describe, expect, it } from "vitest";
import { createLab, FunctionError, type Handler, type Lab, TestJobs } from "./harness.ts";

let lab: Lab;
afterEach(() => lab.close());

const DAY = 24 * 3600 * 1000;
const task = (FunctionName: string, more: object = { End: true }) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName, Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload %}",
  ...more,
});

async function open(definition: object, handlers: Record<string, Handler> = {}, jobs?: TestJobs) {
  lab = await createLab({ definition: { QueryLanguage: "JSONata", ...definition }, handlers, jobs });
}

const types = async (arn: string) => (await lab.history(arn)).map(({ type }) => type);

/** A function that fails until it is mended. */
function flaky() {
  const state = { broken: true, calls: 0 };
  const work: Handler = (event) => {
    state.calls++;
    if (state.broken) throw new FunctionError("Broken", "mend me");
    return event;
  };
  return { state, work };
}

describe("RedriveExecution", () => {
  it("does the failed state again with its input, its retries and what was assigned before", async () => {
    const { state, work } = flaky();
    const Retry = [{ ErrorEquals: ["Broken"], MaxAttempts: 1 }];
    const States = {
      First: { Type: "Pass", Assign: { mark: "kept" }, Output: { n: 1 }, Next: "Work" },
      Work: task("work", { Retry, Next: "Last" }),
      Last: { Type: "Pass", Output: { was: "{% $states.input %}", mark: "{% $mark %}" }, End: true },
    };
    await open({ StartAt: "First", States }, { work });
    const arn = lab.start({});
    const failed = await lab.finish(arn);
    expect(failed).toMatchObject({ status: "FAILED", redriveCount: 0, redriveStatus: "REDRIVABLE" });
    expect(state.calls).toBe(2);

    await lab.clock.advance(DAY);
    const answer = await lab.call("RedriveExecution", { executionArn: arn });
    expect(answer).toEqual({ redriveDate: lab.clock.now() / 1000 });
    await lab.settle();
    expect(await lab.describe(arn)).toMatchObject({
      status: "RUNNING",
      redriveCount: 1,
      redriveDate: answer.redriveDate,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is RUNNING and cannot be redriven",
    });
    state.broken = false;
    const ended = await lab.finish(arn);
    expect(ended).toMatchObject({ status: "SUCCEEDED", output: '{"was":{"n":1},"mark":"kept"}', redriveCount: 1 });
    expect(ended).not.toHaveProperty("error");
    // One more failure right after the redrive, and a retry as if it were the first.
    expect(state.calls).toBe(4);
    const history = await lab.history(arn);
    const at = history.findIndex(({ type }) => type === "ExecutionRedriven");
    expect(history[at]).toMatchObject({ executionRedrivenEventDetails: { redriveCount: 1 } });
    expect(history[at - 1]!.type).toBe("ExecutionFailed");
    expect(history[at + 1]).toMatchObject({ type: "TaskScheduled", previousEventId: history[at]!.id });
    expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
    expect(history.filter(({ type }) => type === "TaskStateEntered")).toHaveLength(1);
  });

  it("does only the branches again that were not done", async () => {
    const { state, work } = flaky();
    const late: Handler = async (event) => {
      await lab.clock.sleep(10);
      return work(event);
    };
    let fine = 0;
    const branch = (name: string, inner: object) => ({ StartAt: name, States: { [name]: inner } });
    const Branches = [
      branch("Fine", task("fine")),
      branch("Failing", task("late")),
      branch("Waiting", { Type: "Wait", Seconds: 60, Output: "waited", End: true }),
    ];
    const handlers: Record<string, Handler> = { late, fine: () => ++fine };
    await open({ StartAt: "All", States: { All: { Type: "Parallel", Branches, End: true } } }, handlers);
    const arn = lab.start({ n: 1 });
    expect(await lab.finish(arn)).toMatchObject({ status: "FAILED", error: "Broken" });
    expect(await types(arn)).toContain("WaitStateAborted");
    state.broken = false;
    await lab.call("RedriveExecution", { executionArn: arn });
    const ended = await lab.finish(arn);
    expect(JSON.parse(ended.output)).toEqual([1, { n: 1 }, "waited"]);
    expect(fine).toBe(1);
  });

  it("does only the iterations again that were not done, and begins those that never began", async () => {
    const seen: number[] = [];
    let broken = true;
    const work: Handler = (event: any) => {
      seen.push(event);
      if (event === 2 && broken) throw new FunctionError("Broken", "");
      return event * 10;
    };
    const ItemProcessor = { StartAt: "Work", States: { Work: task("work") } };
    const Each = { Type: "Map", Items: [1, 2, 3], MaxConcurrency: 1, ItemProcessor, End: true };
    await open({ StartAt: "Each", States: { Each } }, { work });
    const arn = lab.start();
    await lab.finish(arn);
    broken = false;
    await lab.call("RedriveExecution", { executionArn: arn });
    expect(await lab.finish(arn)).toMatchObject({ status: "SUCCEEDED", output: "[10,20,30]" });
    expect(seen).toEqual([1, 2, 2, 3]);
  });

  it("makes a new job of a failed .sync task", async () => {
    const jobs = new TestJobs();
    const Encode = {
      Type: "Task",
      Resource: "arn:aws:states:::mediaconvert:createJob.sync",
      Arguments: { Settings: {} },
      Output: "{% $states.result.Job.Id %}",
      End: true,
    };
    await open({ StartAt: "Encode", States: { Encode } }, {}, jobs);
    const arn = lab.start();
    await lab.settle();
    jobs.end("job-0", { Status: "ERROR", ErrorCode: 1999, ErrorMessage: "no luck" });
    expect(await lab.finish(arn)).toMatchObject({ status: "FAILED", error: "States.TaskFailed" });
    await lab.call("RedriveExecution", { executionArn: arn });
    await lab.settle();
    jobs.end("job-1", {});
    expect(await lab.finish(arn)).toMatchObject({ status: "SUCCEEDED", output: '"job-1"' });
    const tokens = jobs.created.map(({ ClientRequestToken }) => ClientRequestToken);
    expect(new Set(tokens).size).toBe(2);
  });

  it("goes on from a stop and from the machine's timeout, whose time begins anew", async () => {
    const States = { Pause: { Type: "Wait", Seconds: 30, End: true } };
    await open({ TimeoutSeconds: 40, StartAt: "Pause", States });
    const arn = lab.start();
    await lab.clock.advance(20_000);
    await lab.call("StopExecution", { executionArn: arn });
    await lab.call("RedriveExecution", { executionArn: arn });
    const began = lab.clock.now();
    const ended = await lab.finish(arn);
    expect(ended.status).toBe("SUCCEEDED");
    expect(ended.stopDate * 1000 - began).toBeCloseTo(30_000, 0);
  });

  it("enters a Fail state's failure again", async () => {
    await open({ StartAt: "No", States: { No: { Type: "Fail", Error: "Never" } } });
    const arn = lab.start();
    await lab.finish(arn);
    await lab.call("RedriveExecution", { executionArn: arn });
    expect(await lab.finish(arn)).toMatchObject({ status: "FAILED", error: "Never", redriveCount: 1 });
  });

  it("survives a restart right after it", async () => {
    const { state, work } = flaky();
    const definition = { QueryLanguage: "JSONata", StartAt: "Work", States: { Work: task("work") } };
    const before = await createLab({ definition, handlers: { work } });
    const arn = before.start({ n: 1 });
    await before.finish(arn);
    state.broken = false;
    await before.call("RedriveExecution", { executionArn: arn });
    await before.close();
    lab = await createLab({ definition, handlers: { work }, store: before.store, clock: before.clock });
    lab.states.resume();
    expect(await lab.finish(arn)).toMatchObject({ status: "SUCCEEDED", redriveCount: 1 });
  });

  it("refuses what runs, what succeeded and what ended over 14 days ago", async () => {
    const { work } = flaky();
    const Route = {
      Type: "Choice",
      Choices: [{ Condition: "{% $states.input = 'fail' %}", Next: "Work" }],
      Default: "Pause",
    };
    const States = {
      Route,
      Work: task("work", { Arguments: { FunctionName: "work" }, End: true }),
      Pause: { Type: "Wait", Seconds: 5, End: true },
    };
    await open({ StartAt: "Route", States }, { work });
    const redrive = (executionArn: string) => lab.call("RedriveExecution", { executionArn });
    const refused = { code: "ExecutionNotRedrivable", status: 400 };
    const running = lab.start("wait");
    await lab.settle();
    await expect(redrive(running)).rejects.toMatchObject(refused);
    await lab.finish(running);
    await expect(redrive(running)).rejects.toMatchObject(refused);
    const failed = lab.start("fail");
    await lab.finish(failed);
    await lab.clock.advance(14 * DAY + 1000);
    await expect(redrive(failed)).rejects.toMatchObject(refused);
    expect((await lab.describe(failed)).redriveStatusReason).toBe("Execution redrivable period exceeded");
    await expect(redrive(`${failed}x`)).rejects.toMatchObject({ code: "ExecutionDoesNotExist" });
  });

  it("happens once when it is asked for twice at the same moment", async () => {
    const { state, work } = flaky();
    const hang: Handler = (event) => (state.calls === 0 ? work(event) : new Promise<never>(() => {}));
    await open({ StartAt: "Work", States: { Work: task("work", { TimeoutSeconds: 5, End: true }) } }, { work: hang });
    const arn = lab.start({ n: 1 });
    await lab.finish(arn);
    const both = await Promise.allSettled([1, 2].map(() => lab.call("RedriveExecution", { executionArn: arn })));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await lab.finish(arn)).toMatchObject({ status: "FAILED", redriveCount: 1 });
  });
});
