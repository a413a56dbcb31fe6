import { afterEach, describe, expect, it } from "vitest";
import { createLab, type Lab, machineArn } from "./harness.ts";

let lab: Lab;
afterEach(() => lab.close());

const DEFINITION = {
  QueryLanguage: "JSONata",
  StartAt: "Route",
  TimeoutSeconds: 100,
  States: {
    Route: {
      Type: "Choice",
      Choices: [{ Condition: "{% $states.input.end = 'fail' %}", Next: "No" }],
      Default: "Pause",
    },
    No: { Type: "Fail", Error: "Bad", Cause: "very" },
    Pause: { Type: "Wait", Seconds: "{% $states.input.seconds %}", End: true },
  },
};

async function open() {
  lab = await createLab({ definition: DEFINITION });
}

describe("Step Functions Execution Status Change", () => {
  it("tells of the start and the success, with times in milliseconds", async () => {
    await open();
    const input = { seconds: 5 };
    const arn = lab.start(input, "one");
    const began = lab.clock.now();
    await lab.finish(arn);
    const envelope = {
      source: "aws.states",
      detailType: "Step Functions Execution Status Change",
      resources: [arn],
    };
    const detail = {
      executionArn: arn,
      stateMachineArn: machineArn(),
      name: "one",
      status: "RUNNING",
      startDate: began,
      stopDate: null,
      input: JSON.stringify(input),
      output: null,
      inputDetails: { included: true },
      outputDetails: null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is RUNNING and cannot be redriven",
      error: null,
      cause: null,
    };
    expect(lab.published).toEqual([
      { ...envelope, detail },
      {
        ...envelope,
        detail: {
          ...detail,
          status: "SUCCEEDED",
          stopDate: expect.closeTo(began + 5000, -1),
          output: JSON.stringify(input),
          outputDetails: { included: true },
          redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
        },
      },
    ]);
  });

  it("tells of failure, abort, timeout and redrive", async () => {
    await open();
    const failed = lab.start({ end: "fail" }, "failed");
    await lab.finish(failed);
    const aborted = lab.start({ seconds: 50 }, "aborted");
    await lab.settle();
    await lab.call("StopExecution", { executionArn: aborted, error: "Stop" });
    const late = lab.start({ seconds: 500 }, "late");
    await lab.finish(late);
    await lab.call("RedriveExecution", { executionArn: failed });
    await lab.finish(failed);
    const told = lab.published.map(({ detail: { name, status, error, cause, redriveStatus, redriveCount } }) => [
      name,
      status,
      error,
      cause,
      redriveStatus,
      redriveCount,
    ]);
    expect(told).toEqual([
      ["failed", "RUNNING", null, null, "NOT_REDRIVABLE", 0],
      ["failed", "FAILED", "Bad", "very", "REDRIVABLE", 0],
      ["aborted", "RUNNING", null, null, "NOT_REDRIVABLE", 0],
      ["aborted", "ABORTED", "Stop", null, "REDRIVABLE", 0],
      ["late", "RUNNING", null, null, "NOT_REDRIVABLE", 0],
      ["late", "TIMED_OUT", null, null, "REDRIVABLE", 0],
      ["failed", "RUNNING", null, null, "NOT_REDRIVABLE", 1],
      ["failed", "FAILED", "Bad", "very", "REDRIVABLE", 1],
    ]);
    expect(lab.published.at(-1)!.detail.redriveDate).toEqual(expect.any(Number));
  });

  it("leaves out an input that is too large for an event", async () => {
    await open();
    const arn = lab.start({ seconds: 1, fill: '"'.repeat(120 * 1024) });
    await lab.finish(arn);
    for (const { detail } of lab.published) {
      expect(detail).toMatchObject({ input: null, inputDetails: { included: false }, output: null });
    }
    expect(lab.published[1]!.detail.outputDetails).toEqual({ included: false });
  });

  it("is published in the transaction that saves the status", async () => {
    await open();
    const seen: string[] = [];
    const arn = lab.start({ seconds: 1 });
    const push = lab.published.push.bind(lab.published);
    lab.published.push = (...events) => {
      const row = lab.store.get<{ status: string }>("SELECT status FROM states_executions WHERE arn = ?", arn);
      seen.push(row!.status);
      // Within a transaction a nested one does not commit: the hook waits.
      lab.store.transaction(() => lab.store.afterCommit(() => seen.push("committed")));
      seen.push("still open");
      return push(...events);
    };
    await lab.finish(arn);
    expect(seen).toEqual(["SUCCEEDED", "still open", "committed"]);
  });
});
