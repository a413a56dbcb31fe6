import { describe, expect, it } from "vitest";
import { TestClock } from "../../src/clock.ts";
import type { HistoryEvent } from "../../src/states/types.ts";
import { Store } from "../../src/store.ts";
import { createLab, FunctionError, type Handler, type Lab, TestJobs } from "./harness.ts";

const task = (FunctionName: string, more: object) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName, Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload %}",
  ...more,
});

/** Something of everything, one thing after the other so that the history has one order. */
const SEQUENCE = {
  QueryLanguage: "JSONata",
  StartAt: "Set",
  TimeoutSeconds: 10_000,
  States: {
    Set: { Type: "Pass", Assign: { total: 0 }, Next: "Flaky" },
    Flaky: task("flaky", { Retry: [{ ErrorEquals: ["Once"], IntervalSeconds: 3 }], Next: "Pause" }),
    Pause: { Type: "Wait", Seconds: 7, Next: "Encode" },
    Encode: {
      Type: "Task",
      Resource: "arn:aws:states:::mediaconvert:createJob.sync",
      Arguments: {},
      Output: "{% $states.result.Job.Id %}",
      Next: "Each",
    },
    Each: {
      Type: "Map",
      Items: [1, 2, 3],
      MaxConcurrency: 1,
      ItemProcessor: {
        StartAt: "Double",
        States: { Double: task("double", { Next: "Rest" }), Rest: { Type: "Wait", Seconds: 1, End: true } },
      },
      Assign: { total: "{% $sum($states.result) %}" },
      Next: "Hopeless",
    },
    Hopeless: task("hopeless", { Catch: [{ ErrorEquals: ["Never"], Output: "caught", Next: "Done" }], Next: "Done" }),
    Done: { Type: "Succeed", Output: ["{% $states.input %}", "{% $total %}"] },
  },
};

/** Runs the machine, dying after each commit whose number `dies` names; a restart finds only what was committed. */
async function run(dies: (commit: number) => boolean) {
  const store = new Store(":memory:");
  const clock = new TestClock();
  const jobs = new TestJobs();
  let failed = false;
  const handlers: Record<string, Handler> = {
    double: (event: any) => event * 2,
    flaky: () => {
      // Fails by the clock, not by the number of calls: a restart may call it again.
      if (failed || clock.now() > began) return "fine";
      throw new FunctionError("Once", "");
    },
    hopeless: () => {
      throw new FunctionError("Never", "");
    },
  };
  const began = clock.now();
  let commits = 0;
  let crashes = 0;
  const labs: Lab[] = [];
  const open = async () => {
    const lab = await createLab({ definition: SEQUENCE, handlers, jobs, store, clock });
    labs.push(lab);
    const { transaction } = Store.prototype;
    store.transaction = <T>(work: () => T): T =>
      transaction.call(store, () => {
        const result = work();
        store.afterCommit(() => {
          if (dies(++commits)) {
            crashes++;
            void labs.at(-1)!.states.stop();
          }
        });
        return result;
      }) as T;
    return lab;
  };
  let lab = await open();
  const arn = lab.start({}, "run");
  for (let seen = 0; ; ) {
    await lab.settle();
    if (crashes > seen) {
      seen = crashes;
      lab = await open();
      lab.states.resume();
      continue;
    }
    if (jobs.created.length > 0) jobs.end("job-0", {});
    failed ||= clock.now() > began;
    await lab.settle();
    if (crashes > seen) continue;
    if ((await lab.describe(arn)).status !== "RUNNING") break;
    if (!(await clock.skip()) && crashes === seen) throw new Error("waits for nothing");
  }
  const { status, output } = await lab.describe(arn);
  const history = await lab.history(arn);
  for (const each of labs) await each.close();
  return { status, output, history, commits, crashes, jobs };
}

/** The parts that must not depend on crashes: everything except the times. */
const timeless = (history: HistoryEvent[]) =>
  JSON.parse(
    JSON.stringify(history.map(({ timestamp: _timestamp, ...event }) => event)).replace(
      /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z/g,
      "…",
    ),
  );

describe("an execution whose process dies after any commit", () => {
  it("ends with the same history and output, with one job", async () => {
    const whole = await run(() => false);
    expect(whole).toMatchObject({ status: "SUCCEEDED", output: '["caught",12]', crashes: 0 });
    for (let at = 1; at <= whole.commits; at++) {
      const broken = await run((commit) => commit === at);
      expect(broken, `dies after commit ${at}`).toMatchObject({
        status: "SUCCEEDED",
        output: whole.output,
        crashes: 1,
      });
      expect(timeless(broken.history), `dies after commit ${at}`).toEqual(timeless(whole.history));
      expect(broken.jobs.created).toHaveLength(1);
    }
  });

  it("does so when it dies again and again", async () => {
    const whole = await run(() => false);
    const broken = await run((commit) => commit % 2 === 0 && commit < 60);
    expect(broken.crashes).toBeGreaterThan(5);
    expect(timeless(broken.history)).toEqual(timeless(whole.history));
    expect(broken.jobs.created).toHaveLength(1);
  });

  it("takes few commits: at most one a state that waits, and one that starts", async () => {
    const { history, commits } = await run(() => false);
    const states = history.filter(({ type }) => type.endsWith("StateEntered")).length;
    expect(commits).toBeLessThanOrEqual(states * 1.5);
  });
});
