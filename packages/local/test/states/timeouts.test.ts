import { afterEach, describe, expect, it } from "vitest";
import { createLab, type Lab, type LabOptions, TestJobs } from "./harness.ts";

let lab: Lab;
afterEach(() => lab.close());

async function open(definition: object, more: Partial<LabOptions> = {}) {
  lab = await createLab({ definition: { QueryLanguage: "JSONata", ...definition }, ...more });
  return lab;
}

const invoke = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Arguments: { FunctionName: "slow" } };
const slow = { slow: () => new Promise<never>(() => {}) };

describe("TimeoutSeconds of a task", () => {
  it("ends the attempt at its moment; States.Timeout is retried and caught by its name", async () => {
    const Work = {
      ...invoke,
      TimeoutSeconds: 30,
      Retry: [{ ErrorEquals: ["States.Timeout"], MaxAttempts: 1, IntervalSeconds: 5 }],
      Catch: [
        { ErrorEquals: ["States.TaskFailed"], Next: "Wrong" },
        { ErrorEquals: ["States.Timeout"], Next: "Late" },
      ],
      End: true,
    };
    const States = { Work, Late: { Type: "Succeed" }, Wrong: { Type: "Fail" } };
    await open({ StartAt: "Work", States }, { handlers: slow });
    const began = lab.clock.now();
    const arn = lab.start();
    const { status, output, stopDate } = await lab.finish(arn);
    expect({ status, output }).toEqual({ status: "SUCCEEDED", output: '{"Error":"States.Timeout"}' });
    expect(stopDate * 1000 - began).toBeCloseTo(65_000, 0);
    expect((await lab.history(arn)).map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskTimedOut",
      "TaskScheduled",
      "TaskStarted",
      "TaskTimedOut",
      "TaskStateExited",
      "SucceedStateEntered",
      "SucceedStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("may be an expression, which must give a positive whole number", async () => {
    const Work = { ...invoke, TimeoutSeconds: "{% $states.input %}", End: true };
    await open({ StartAt: "Work", States: { Work } }, { handlers: { slow: () => "quick" } });
    const good = lab.start(7);
    const bad = [lab.start(0), lab.start(1.5), lab.start("7")];
    await lab.finish(good);
    expect((await lab.history(good))[2]).toMatchObject({ taskScheduledEventDetails: { timeoutInSeconds: 7 } });
    for (const arn of bad) {
      expect(await lab.finish(arn)).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
      expect((await lab.history(arn)).at(-2)).toMatchObject({
        evaluationFailedEventDetails: { location: "TimeoutSeconds" },
      });
    }
  });

  it("cancels the job of a .sync task", async () => {
    const jobs = new TestJobs();
    const Work = {
      Type: "Task",
      Resource: "arn:aws:states:::mediaconvert:createJob.sync",
      Arguments: {},
      TimeoutSeconds: 60,
      End: true,
    };
    await open({ StartAt: "Work", States: { Work } }, { jobs });
    const ended = await lab.finish(lab.start());
    expect(ended).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    expect(ended.cause).toBeUndefined();
    expect(jobs.cancelled).toEqual(["job-0"]);
  });

  it("leaves a late answer without effect", async () => {
    let answer = (_value: string) => {};
    const handlers = { slow: () => new Promise<string>((resolve) => (answer = resolve)) };
    await open({ StartAt: "Work", States: { Work: { ...invoke, TimeoutSeconds: 1, End: true } } }, { handlers });
    const arn = lab.start();
    await lab.finish(arn);
    const before = await lab.history(arn);
    answer("too late");
    await lab.settle();
    expect(await lab.history(arn)).toEqual(before);
  });
});

describe("TimeoutSeconds of the machine", () => {
  it("ends the execution as TIMED_OUT, its error standing in the event only", async () => {
    const jobs = new TestJobs();
    const Job = { Type: "Task", Resource: "arn:aws:states:::mediaconvert:createJob.sync", Arguments: {}, End: true };
    const Pause = { Type: "Wait", Seconds: 3600, End: true };
    const Branches = [
      { StartAt: "Job", States: { Job } },
      { StartAt: "Pause", States: { Pause } },
    ];
    await open(
      { TimeoutSeconds: 90, StartAt: "Both", States: { Both: { Type: "Parallel", Branches, End: true } } },
      { jobs },
    );
    const began = lab.clock.now();
    const arn = lab.start();
    const ended = await lab.finish(arn);
    expect(ended).toMatchObject({ status: "TIMED_OUT", redriveStatus: "REDRIVABLE" });
    expect(ended).not.toHaveProperty("error");
    expect(ended).not.toHaveProperty("cause");
    expect(ended.stopDate * 1000 - began).toBeCloseTo(90_000, 0);
    expect((await lab.history(arn)).at(-1)).toMatchObject({
      type: "ExecutionTimedOut",
      previousEventId: 0,
      executionTimedOutEventDetails: { error: "States.Timeout" },
    });
    expect(jobs.cancelled).toEqual(["job-0"]);
    expect(await lab.clock.skip()).toBe(false);
  });
});
