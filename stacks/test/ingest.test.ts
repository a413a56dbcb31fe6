import { readFileSync } from "node:fs";
import validate from "asl-validator";
import jsonata from "jsonata";
import { describe, expect, it } from "vitest";
import { ingest } from "../ingest.asl.ts";
import { problems } from "./asl-rules.ts";
import { picture } from "./picture.ts";

const resources = {
  claimUpload: "arn:aws:lambda:us-east-1:123456789012:function:claim",
  planTranscode: "arn:aws:lambda:us-east-1:123456789012:function:plan",
  publishImage: "arn:aws:lambda:us-east-1:123456789012:function:image",
  publish: "arn:aws:lambda:us-east-1:123456789012:function:publish",
  mediaConvertRole: "arn:aws:iam::123456789012:role/convert",
  mediaConvertQueue: "arn:aws:mediaconvert:us-east-1:123456789012:queues/Default",
  uploadsBucket: "uploads",
  contentBucket: "content",
  app: "dropclip",
  stage: "dev",
  partition: "aws",
  live: false,
};
const definition: any = ingest(resources);

/** The states a successful run enters, when each Choice is answered with the route given. */
function walk(routes: Record<string, string>): string[] {
  const entered: string[] = [];
  for (let name = definition.StartAt; name; ) {
    entered.push(name);
    const state = definition.States[name];
    const taken = state.Choices?.find((choice: any) => choice.Condition.includes(`'${routes[name]}'`));
    name = state.Type === "Choice" ? (taken?.Next ?? state.Default) : state.Next;
  }
  return entered;
}
const lambdas = (states: string[]) =>
  states.filter((name) => definition.States[name].Resource?.endsWith("lambda:invoke"));

describe("ingest", () => {
  it("is a valid state machine", () => {
    expect(validate(definition).errors).toEqual([]);
    expect(problems(definition)).toEqual([]);
  });

  it.each<[string, Record<string, string>, number, number]>([
    ["a video", { "Content type?": "video" }, 8, 3],
    ["a refused video", { "Content type?": "video", "Playable?": "refused" }, 6, 2],
    ["a video that was deleted meanwhile", { "Content type?": "video", "Playable?": "gone" }, 6, 2],
    ["an image", { "Content type?": "image" }, 6, 3],
    ["a refused file", { "Content type?": "refused" }, 3, 1],
    ["a repeated event", {}, 3, 1],
  ])("%s takes few states and Lambda calls", (_, routes, states, calls) => {
    const entered = walk(routes);
    expect(entered).toHaveLength(states);
    expect(lambdas(entered)).toHaveLength(calls);
  });

  it("explains every state", () => {
    for (const state of Object.values<any>(definition.States)) expect(state.Comment).toMatch(/\.$|\?/);
  });

  /** The retriers of each Task, in the order in which Step Functions looks for one. */
  const retriers = (name: string, error: string) =>
    definition.States[name].Retry.find(
      ({ ErrorEquals }: any) => ErrorEquals.includes(error) || ErrorEquals.includes("States.ALL"),
    );
  const tasks = Object.keys(definition.States).filter((name) => definition.States[name].Type === "Task");

  it("tries what was unexpected again, in every state", () => {
    for (const name of tasks) {
      const retry = retriers(name, "SomethingNobodyThoughtOf");
      expect([name, retry.MaxAttempts > 0 && retry.MaxAttempts <= 4]).toEqual([name, true]);
    }
  });
  it("does not try again what would fail in the same way", () => {
    for (const name of lambdas(tasks))
      for (const error of ["TypeError", "ValiError", "AccessDeniedException", "Runtime.ImportModuleError"])
        expect([name, error, retriers(name, error).MaxAttempts]).toEqual([name, error, 0]);
    expect(retriers("Probe video", "MediaConvert.BadRequestException").MaxAttempts).toBe(0);
    expect(retriers("Transcode video", "MediaConvert.BadRequestException").MaxAttempts).toBe(0);
  });
  it("tries a call that ran out of time or memory once more, and no more", () => {
    for (const name of lambdas(tasks))
      for (const error of ["Sandbox.Timedout", "States.Timeout", "Runtime.ExitError"])
        expect([name, error, retriers(name, error).MaxAttempts]).toEqual([name, error, 1]);
  });
  it("waits for a developer at a breakpoint of sst dev as long as Lambda does", () => {
    const live: any = ingest({ ...resources, live: true });
    for (const name of lambdas(tasks)) expect(live.States[name].TimeoutSeconds).toBeGreaterThan(15 * 60);
    // A long film takes that long to be put together; nothing else does.
    const own = lambdas(tasks).filter((name) => name !== "Publish");
    for (const name of own) expect(definition.States[name].TimeoutSeconds).toBeLessThanOrEqual(6 * 60);
    expect(definition.States.Publish.TimeoutSeconds).toBe(16 * 60);
  });
  it("speaks of the partition it stands in", () => {
    const text = JSON.stringify(ingest({ ...resources, partition: "aws-us-gov" }).States);
    expect(text.match(/arn:[a-z-]+:states/g)).toEqual(tasks.map(() => "arn:aws-us-gov:states"));
  });

  it.each([
    ["Probe video", "MediaConvert.TooManyRequestsException", (2 * 10_000) / 5],
    ["Transcode video", "MediaConvert.TooManyRequestsException", (2 * 10_000) / 5],
    // 10,000 photos of 2.6 seconds each by 10 calls at a time.
    ["Claim upload", "Lambda.TooManyRequestsException", (2 * 10_000 * 2.6) / 10],
    ["Publish image", "Lambda.TooManyRequestsException", (2 * 10_000 * 2.6) / 10],
  ])("gives %s the time to wait out a burst of 10,000 uploads in a new account", (name, error, wanted) => {
    const retry = retriers(name, error);
    let seconds = 0;
    for (let attempt = 0; attempt < retry.MaxAttempts; attempt++)
      // Full jitter waits half of the interval on average.
      seconds += Math.min(retry.MaxDelaySeconds, retry.IntervalSeconds * retry.BackoffRate ** attempt) / 2;
    expect(seconds).toBeGreaterThan(wanted);
  });

  it.each<[string, string, unknown, unknown]>([
    ["Probe video", "probe", { ProbeResults: [{ Container: {} }] }, { Container: {} }],
    ["Probe video", "probe", { ProbeResults: [] }, null],
    ["Probe video", "probe", {}, null],
    [
      "Transcode video",
      "made",
      { Job: { OutputGroupDetails: [{ OutputDetails: [{ DurationInMs: 1 }] }] } },
      { DurationInMs: 1 },
    ],
    ["Transcode video", "made", { Job: { OutputGroupDetails: [{}] } }, null],
    ["Transcode video", "made", { Job: {} }, null],
  ])("%s hands on %s, also where AWS tells nothing of it", async (name, field, result, expected) => {
    const expression = jsonata(definition.States[name].Output[field].slice(2, -2));
    expect(await expression.evaluate(undefined, { states: { result } })).toEqual(expected);
  });

  it("stays as it was reviewed", () => expect(definition).toMatchSnapshot());
});

describe("the rules the definition is held to", () => {
  const task = {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: {},
    TimeoutSeconds: 1,
    Retry: [{ ErrorEquals: ["Lambda.TooManyRequestsException"] }],
  };
  it.each<[string, object, string]>([
    [
      "an undefined variable",
      { A: { ...task, Arguments: { Payload: "{% $nothing %}" }, End: true } },
      "A uses $nothing, which no state before it assigns",
    ],
    [
      "a variable assigned on one path only",
      {
        A: { Type: "Choice", Choices: [{ Condition: "{% true %}", Next: "B" }], Default: "C" },
        B: { Type: "Pass", Assign: { x: 1 }, Next: "C" },
        C: { Type: "Pass", Output: "{% $x %}", End: true },
      },
      "C uses $x, which no state before it assigns",
    ],
    ["an unreachable state", { A: { Type: "Succeed" }, B: { Type: "Succeed" } }, "B cannot be reached"],
    ["a state that leads nowhere", { A: { Type: "Pass", Next: "B" } }, "A goes to B, which is not there"],
    ["a task without a timeout", { A: { ...task, TimeoutSeconds: undefined, End: true } }, "A has no TimeoutSeconds"],
    [
      "a task that gives up when throttled",
      { A: { ...task, Retry: [], End: true } },
      "A does not retry Lambda.TooManyRequestsException",
    ],
    [
      "a retry without jitter",
      { A: { ...task, Retry: [{ ErrorEquals: ["Lambda.TooManyRequestsException"] }], End: true } },
      "A retries Lambda.TooManyRequestsException without full jitter",
    ],
    [
      "an expression that does not parse",
      { A: { Type: "Pass", Output: "{% $states.input. %}", End: true } },
      "A has an expression that does not parse",
    ],
    [
      "a heartbeat no shorter than the timeout",
      { A: { ...task, HeartbeatSeconds: 1, End: true } },
      "A's HeartbeatSeconds is not below its TimeoutSeconds",
    ],
    [
      "an unknown integration",
      { A: { ...task, Resource: "arn:aws:states:::lamda:invoke", End: true } },
      "A uses arn:aws:states:::lamda:invoke, whose throttling errors are not known here",
    ],
  ])("find %s", (_, States, expected) => {
    expect(problems({ QueryLanguage: "JSONata", StartAt: "A", States })).toContainEqual(
      expect.stringContaining(expected),
    );
  });
});

describe("the README", () => {
  it("shows the machine as it is", () => {
    expect(readFileSync("README.md", "utf8")).toContain(`\`\`\`mermaid\n${picture(definition)}\n\`\`\``);
  });
});
