import { afterEach, describe, expect, it } from "vitest";
import { createLab, FunctionError, type Handler, type Lab, TestJobs } from "./harness.ts";

let lab: Lab;
afterEach(() => lab.close());

const task = (FunctionName: string, more: object = { End: true }) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName, Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload %}",
  ...more,
});
const flow = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });
const encode = { Type: "Task", Resource: "arn:aws:states:::mediaconvert:createJob.sync", Arguments: {}, End: true };

async function run(definition: object, handlers: Record<string, Handler> = {}, input: any = {}, jobs?: TestJobs) {
  lab = await createLab({ definition: { QueryLanguage: "JSONata", ...definition }, handlers, jobs });
  const arn = lab.start(input);
  const ended = await lab.finish(arn);
  return { ...ended, history: await lab.history(arn) };
}

/** `type<previousEventId` of each event. */
const chain = (history: any[]) => history.map(({ id, type, previousEventId }) => `${id} ${type} <${previousEventId}`);

describe("Parallel", () => {
  it("gives its arguments to each branch, and their outputs in the branches' order", async () => {
    const Branches = [
      flow("Slow", { Type: "Wait", Seconds: 5, Output: { slow: "{% $states.input %}" }, End: true }),
      flow("Quick", { Type: "Pass", Output: { quick: "{% $states.input %}" }, End: true }),
    ];
    const All = { Type: "Parallel", Arguments: { n: "{% $states.input.n * 2 %}" }, Branches, End: true };
    const { output } = await run(flow("All", All), {}, { n: 4 });
    expect(JSON.parse(output)).toEqual([{ slow: { n: 8 } }, { quick: { n: 8 } }]);
  });

  it("aborts the other branches when one fails, and cancels their jobs", async () => {
    const jobs = new TestJobs();
    const Inner = { Type: "Parallel", Branches: [flow("Encode", encode)], End: true };
    const Branches = [
      flow("Boom", task("boom")),
      flow("Pause", { Type: "Wait", Seconds: 99, End: true }),
      flow("Inner", Inner),
    ];
    const boom = async () => {
      await lab.clock.sleep(10);
      throw new FunctionError("Boom", "");
    };
    const { history, status, error } = await run(
      flow("All", { Type: "Parallel", Branches, End: true }),
      { boom },
      {},
      jobs,
    );
    expect({ status, error }).toEqual({ status: "FAILED", error: "Boom" });
    const failed = history.find(({ type }: any) => type === "TaskFailed").id;
    expect(chain(history.slice(failed))).toEqual([
      `${failed + 1} TaskStateAborted <${failed}`,
      `${failed + 2} WaitStateAborted <${failed}`,
      `${failed + 3} ParallelStateAborted <${failed}`,
      `${failed + 4} TaskStateAborted <${failed}`,
      `${failed + 5} ParallelStateFailed <${failed}`,
      `${failed + 6} ExecutionFailed <${failed + 5}`,
    ]);
    expect(jobs.cancelled).toEqual(["job-0"]);
  });

  it("keeps variables of a branch in the branch", async () => {
    const branch = (name: string, n: number) => ({
      StartAt: `${name} sets`,
      States: {
        [`${name} sets`]: { Type: "Pass", Assign: { own: n }, Next: `${name} reads` },
        [`${name} reads`]: { Type: "Pass", Output: "{% $own + $outer %}", End: true },
      },
    });
    const States = {
      Set: { Type: "Pass", Assign: { outer: 100 }, Next: "All" },
      All: { Type: "Parallel", Branches: [branch("A", 1), branch("B", 2)], Next: "After" },
      After: { Type: "Pass", Output: ["{% $states.input %}", "{% $exists($own) %}"], End: true },
    };
    const { output } = await run({ StartAt: "Set", States });
    expect(JSON.parse(output)).toEqual([[101, 102], false]);
  });

  // Chains measured on AWS: a failed catcher's own event follows what came before the state's failure.
  it("fails once more when its catcher's expression fails", async () => {
    const Catch = [{ ErrorEquals: ["States.ALL"], Output: "{% $states.input.missing %}", Next: "Done" }];
    const Branches = [flow("Boom", { Type: "Fail", Error: "E", Cause: "c" })];
    const States = { P: { Type: "Parallel", Branches, Catch, Next: "Done" }, Done: { Type: "Succeed" } };
    const { history } = await run({ StartAt: "P", States });
    expect(chain(history)).toEqual([
      "1 ExecutionStarted <0",
      "2 ParallelStateEntered <0",
      "3 ParallelStateStarted <2",
      "4 FailStateEntered <3",
      "5 ParallelStateFailed <4",
      "6 EvaluationFailed <4",
      "7 ParallelStateFailed <6",
      "8 ExecutionFailed <7",
    ]);
  });

  it("ends with the execution when a branch meets a runtime error, without a word of its own", async () => {
    const Branches = [
      {
        StartAt: "C",
        States: { C: { Type: "Choice", Choices: [{ Condition: false, Next: "D" }] }, D: { Type: "Succeed" } },
      },
    ];
    const Catch = [{ ErrorEquals: ["States.ALL"], Next: "Done" }];
    const States = { P: { Type: "Parallel", Branches, Catch, Next: "Done" }, Done: { Type: "Succeed" } };
    const { history, error, cause } = await run({ StartAt: "P", States });
    expect(error).toBe("States.Runtime");
    expect(cause).toBe(
      "An error occurred while executing the state 'C' (entered at the event id #4). " +
        "Failed to transition out of the state. The state does not point to a next state.",
    );
    expect(chain(history.slice(3))).toEqual(["4 ChoiceStateEntered <3", "5 ExecutionFailed <4"]);
  });
});

describe("Map", () => {
  it("runs as many iterations at a time as MaxConcurrency says, 40 at most", async () => {
    for (const [MaxConcurrency, items, most] of [
      [3, 10, 3],
      [undefined, 60, 40],
      ["{% 100 %}", 60, 40],
    ] as const) {
      let now = 0;
      let peak = 0;
      const work: Handler = async (event) => {
        peak = Math.max(peak, ++now);
        await lab.clock.sleep(100);
        now--;
        return event;
      };
      const Each = {
        Type: "Map",
        Items: `{% [1..${items}] %}`,
        ...(MaxConcurrency !== undefined && { MaxConcurrency }),
        ItemProcessor: flow("Work", task("work")),
        End: true,
      };
      const { output } = await run(flow("Each", Each), { work });
      expect(peak).toBe(most);
      expect(JSON.parse(output)).toHaveLength(items);
      await lab.close();
    }
  });

  it("selects each iteration's input with the item in the context", async () => {
    const Each = {
      Type: "Map",
      Items: "{% $states.input.list %}",
      ItemSelector: {
        at: "{% $states.context.Map.Item.Index %}",
        is: "{% $states.context.Map.Item.Value %}",
        of: "{% $states.input.name %}",
      },
      ItemProcessor: flow("Inside", {
        Type: "Pass",
        Output: ["{% $states.input %}", "{% $states.context.Map.Item.Index %}"],
        End: true,
      }),
      Output: { all: "{% $states.result %}" },
      End: true,
    };
    const { output } = await run(flow("Each", Each), {}, { name: "x", list: ["a", "b"] });
    const item = (at: number, is: string) => [{ at, is, of: "x" }, at];
    expect(JSON.parse(output)).toEqual({ all: [item(0, "a"), item(1, "b")] });
  });

  it("aborts running iterations and begins no more when the selector fails on an item", async () => {
    const Each = {
      Type: "Map",
      Items: [{ n: 1 }, {}, { n: 3 }],
      ItemSelector: "{% $states.context.Map.Item.Value.n %}",
      ItemProcessor: flow("Pause", { Type: "Wait", Seconds: 60, End: true }),
      Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "Caught" }],
      Next: "Caught",
    };
    const { history, status } = await run({
      StartAt: "Each",
      States: { Each, Caught: { Type: "Succeed", Output: "caught" } },
    });
    expect(status).toBe("SUCCEEDED");
    expect(history.map(({ type }: any) => type)).toEqual([
      "ExecutionStarted",
      "MapStateEntered",
      "MapStateStarted",
      "MapIterationStarted",
      "EvaluationFailed",
      "MapIterationAborted",
      "MapStateFailed",
      "MapStateExited",
      "SucceedStateEntered",
      "SucceedStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("tries all items again when it is retried", async () => {
    let broken = true;
    const seen: number[] = [];
    const work: Handler = (event: any) => {
      seen.push(event);
      if (event !== 2 || !broken) return event;
      broken = false;
      throw new FunctionError("Boom", "");
    };
    const Retry = [{ ErrorEquals: ["Boom"] }];
    const Each = {
      Type: "Map",
      Items: [1, 2, 3],
      MaxConcurrency: 1,
      ItemProcessor: flow("Work", task("work")),
      Retry,
      End: true,
    };
    const { output } = await run(flow("Each", Each), { work });
    expect(output).toBe("[1,2,3]");
    expect(seen).toEqual([1, 2, 1, 2, 3]);
  });
});

describe("distributed Map", () => {
  const each = (more: object = {}) => ({
    Type: "Map",
    Items: [1, 2, 3, 4],
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      ...flow("Work", task("work")),
    },
    End: true,
    ...more,
  });
  const work: Handler = (event: any) => {
    if (event % 2 === 0) throw new FunctionError("Even", "");
    return event;
  };

  it("fails with the first failure when none is tolerated", async () => {
    const { history, error } = await run(flow("Each", each()), { work });
    expect(error).toBe("States.ExceedToleratedFailureThreshold");
    const types = history.map(({ type }: any) => type);
    expect(types.slice(2)).toEqual([
      "MapStateStarted",
      "MapRunStarted",
      "MapRunFailed",
      "MapStateFailed",
      "ExecutionFailed",
    ]);
  });

  it("bears as many failures as it tolerates", async () => {
    const { output } = await run(flow("Each", each({ ToleratedFailurePercentage: 50 })), { work });
    expect(output).toBe("[1,3]");
  });

  it("does the failed children again in a redrive", async () => {
    let broken = true;
    const flaky: Handler = (event: any) => {
      if (event === 3 && broken) throw new FunctionError("Odd", "");
      return event;
    };
    lab = await createLab({
      definition: { QueryLanguage: "JSONata", ...flow("Each", each({ MaxConcurrency: 1 })) },
      handlers: { work: flaky },
    });
    const arn = lab.start();
    await lab.finish(arn);
    broken = false;
    await lab.call("RedriveExecution", { executionArn: arn });
    expect(await lab.finish(arn)).toMatchObject({ status: "SUCCEEDED", output: "[1,2,3,4]" });
    expect((await lab.history(arn)).map(({ type }) => type)).toContain("MapRunRedriven");
  });
});
