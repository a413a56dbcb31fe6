import { afterEach, describe, expect, it } from "vitest";
import { createLab, type Handler, type Lab } from "./harness.ts";

let lab: Lab;
afterEach(() => lab.close());

async function run(definition: object, handlers: Record<string, Handler> = {}) {
  lab = await createLab({ definition: { QueryLanguage: "JSONata", ...definition }, handlers });
  const arn = lab.start({ spin: true });
  await lab.states.idle();
  return { arn, ...(await lab.describe(arn)) };
}

describe("25,000 events", () => {
  it("end an execution that loops: the last event is the failure", async () => {
    const Spin = { Type: "Choice", Choices: [{ Condition: "{% $states.input.spin %}", Next: "Spin" }] };
    const { arn, status, error, cause, redriveStatus } = await run({ StartAt: "Spin", States: { Spin } });
    expect({ status, error, cause, redriveStatus }).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause: "The execution reached the maximum number of history events (25000).",
      redriveStatus: "NOT_REDRIVABLE",
    });
    const { events } = await lab.call("GetExecutionHistory", { executionArn: arn, reverseOrder: true, maxResults: 2 });
    expect(events).toMatchObject([
      { id: 25_000, type: "ExecutionFailed", previousEventId: 24_999 },
      { id: 24_999, type: "ChoiceStateExited", previousEventId: 24_998 },
    ]);
  });

  it("leave other executions and the API their turn", async () => {
    const Spin = {
      Type: "Choice",
      Choices: [{ Condition: "{% $states.input.spin %}", Next: "Spin" }],
      Default: "Done",
    };
    lab = await createLab({
      definition: { QueryLanguage: "JSONata", StartAt: "Spin", States: { Spin, Done: { Type: "Succeed" } } },
    });
    const looping = lab.start({ spin: true });
    const other = lab.start({ spin: false });
    await lab.settle();
    expect((await lab.describe(other)).status).toBe("SUCCEEDED");
    expect((await lab.describe(looping)).status).toBe("RUNNING");
    await lab.call("StopExecution", { executionArn: looping });
    expect((await lab.describe(looping)).status).toBe("ABORTED");
    await lab.states.idle();
  });
});

describe("256 KiB", () => {
  it("is all a state may hand on; neither States.ALL nor States.TaskFailed catches more", async () => {
    const Work = {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: { FunctionName: "work" },
      Output: "{% $join([$states.result.Payload, $states.result.Payload]) %}",
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
      Next: "Caught",
    };
    const ended = await run(
      { StartAt: "Work", States: { Work, Caught: { Type: "Succeed" } } },
      { work: () => "x".repeat(140 * 1024) },
    );
    expect(ended).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
    expect(ended.cause).toBe(
      "The state/task 'Work' returned a result with a size exceeding the maximum number of bytes service limit.",
    );
  });

  it("counts bytes, not characters", async () => {
    const Say = { Type: "Pass", Output: "{% $pad('', 90000, '\u20ac') %}", End: true };
    expect(await run({ StartAt: "Say", States: { Say } })).toMatchObject({ error: "States.DataLimitExceeded" });
  });

  it("is the limit of what one state assigns, too", async () => {
    const Say = { Type: "Pass", Assign: { big: "{% $pad('', 270000, 'x') %}" }, Output: 1, End: true };
    expect(await run({ StartAt: "Say", States: { Say } })).toMatchObject({ error: "States.DataLimitExceeded" });
  });
});
