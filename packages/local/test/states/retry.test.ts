import { afterEach, describe, expect, it } from "vitest";
import { createLab, FunctionError, type Lab, type LabOptions } from "./harness.ts";

const FN = "arn:aws:lambda:us-east-1:111111111111:function:work";

let lab: Lab;
afterEach(() => lab.close());

/** A machine of one task; answers the times of its attempts, in seconds since the start. */
async function attempts(task: object, more: Partial<LabOptions> = {}) {
  const times: number[] = [];
  lab = await createLab({
    definition: {
      QueryLanguage: "JSONata",
      StartAt: "Work",
      States: {
        Work: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Arguments: { FunctionName: FN }, ...task },
        Done: { Type: "Succeed" },
        Other: { Type: "Succeed", Output: "other" },
      },
    },
    handlers: {
      work: () => {
        times.push((lab.clock.now() - began) / 1000);
        throw new FunctionError("Flaky", "not today");
      },
    },
    ...more,
  });
  const began = lab.clock.now();
  const arn = lab.start();
  const ended = await lab.finish(arn);
  return { times, ended, arn };
}

/** Both spare states are entered only by a Catch: AWS refuses a state nothing leads to. */
const CATCH = [
  { ErrorEquals: ["Nothing"], Next: "Other" },
  { ErrorEquals: ["Never"], Next: "Done" },
];

describe("Retry", () => {
  it("waits IntervalSeconds times BackoffRate to the power of the retries so far", async () => {
    const retrier = { ErrorEquals: ["Flaky"], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3 };
    const { times, ended } = await attempts({ Retry: [retrier], Catch: CATCH, End: true });
    expect(times).toEqual([0, 2, 8, 26]);
    expect(ended).toMatchObject({ status: "FAILED", error: "Flaky" });
  });

  it("retries three times, after 1, 2 and 4 seconds, when nothing else is said", async () => {
    const { times } = await attempts({ Retry: [{ ErrorEquals: ["States.ALL"] }], Catch: CATCH, End: true });
    expect(times).toEqual([0, 1, 3, 7]);
  });

  it("waits no longer than MaxDelaySeconds", async () => {
    const retrier = { ErrorEquals: ["States.ALL"], IntervalSeconds: 4, MaxDelaySeconds: 5, MaxAttempts: 4 };
    const { times } = await attempts({ Retry: [retrier], Catch: CATCH, End: true });
    expect(times).toEqual([0, 4, 9, 14, 19]);
  });

  it("takes a random part of the whole wait with full jitter", async () => {
    const chances = [0.5, 0, 0.25];
    const retrier = { ErrorEquals: ["States.ALL"], IntervalSeconds: 10, MaxAttempts: 3, JitterStrategy: "FULL" };
    const { times } = await attempts(
      { Retry: [retrier], Catch: CATCH, End: true },
      { random: () => chances.shift() ?? Number.NaN },
    );
    expect(times).toEqual([0, 5, 5, 15]);
  });

  it("counts each retrier's attempts for itself, and the first that names the error decides", async () => {
    const codes = ["A", "B", "A", "A"];
    const work = () => {
      throw new FunctionError(codes.shift()!, "");
    };
    const Retry = [
      { ErrorEquals: ["A"], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 },
      { ErrorEquals: ["States.ALL"], IntervalSeconds: 100, MaxAttempts: 9 },
    ];
    const { ended } = await attempts({ Retry, Catch: CATCH, End: true }, { handlers: { work } });
    // A, B, A, A: the third A finds its retrier used up; the wildcard behind it does not take over.
    expect(codes).toEqual([]);
    expect(ended).toMatchObject({ status: "FAILED", error: "A" });
  });

  it("shows the number of the retry to the expressions of each attempt", async () => {
    const { arn } = await attempts({
      Arguments: { FunctionName: FN, Payload: "{% $states.context.State.RetryCount %}" },
      Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 2 }],
      Catch: CATCH,
      End: true,
    });
    expect(lab.invocations.map(({ event }) => event)).toEqual([0, 1, 2]);
    const types = (await lab.history(arn)).map(({ type }) => type);
    expect(types.filter((type) => type === "TaskStateEntered")).toHaveLength(1);
    expect(types.filter((type) => type === "TaskFailed")).toHaveLength(3);
  });
});

describe("Catch", () => {
  it("takes the first catcher that names the error, once the retries are used up", async () => {
    const { times, ended } = await attempts({
      Retry: [{ ErrorEquals: ["Flaky"], MaxAttempts: 1 }],
      Catch: [
        { ErrorEquals: ["Different"], Next: "Done" },
        { ErrorEquals: ["Flaky", "More"], Output: { said: "{% $states.errorOutput.Error %}" }, Next: "Done" },
        { ErrorEquals: ["States.ALL"], Next: "Other" },
      ],
      End: true,
    });
    expect(times).toHaveLength(2);
    expect(ended).toMatchObject({ status: "SUCCEEDED", output: '{"said":"Flaky"}' });
  });

  it.each([
    ["States.TaskFailed", "SUCCEEDED"],
    ["States.ALL", "SUCCEEDED"],
    ["States.Timeout", "FAILED"],
  ])("of %s ends a failed function in %s", async (name, status) => {
    const { ended } = await attempts({
      Catch: [
        { ErrorEquals: [name], Next: "Done" },
        ...(name === "States.ALL" ? [] : [{ ErrorEquals: ["Never"], Next: "Other" }]),
      ],
      ...(name === "States.ALL" && { Retry: [{ ErrorEquals: ["X"] }] }),
      ...(name === "States.ALL" ? { Next: "Other" } : { End: true }),
    });
    expect(ended.status).toBe(status);
  });

  it("does not catch its own failed expression, which the cause names by its place", async () => {
    const { ended, arn } = await attempts({
      Catch: [
        { ErrorEquals: ["Nothing"], Next: "Other" },
        { ErrorEquals: ["States.ALL"], Output: "{% $nowhere %}", Next: "Done" },
      ],
      End: true,
    });
    expect(ended).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
    expect(ended.cause).toContain("specified for the field 'Catch[1]/Output' returned nothing (undefined).");
    expect((await lab.history(arn)).at(-2)).toMatchObject({
      type: "EvaluationFailed",
      evaluationFailedEventDetails: { location: "Catch[1]/Output", state: "Work" },
    });
  });
});
