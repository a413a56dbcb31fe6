import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../../../../test/support/eventually.ts";
import { createLambda } from "../../src/lambda/index.ts";
import { runOut } from "../disk/trouble.ts";
import { lambdaFunction, type Running, start } from "./handlers.ts";

const CODE = {
  works: `export const handler = async (event: any) => { console.log("run " + event.n); };`,
  fails: `export const handler = async (event: any, context: any) => { console.log("try " + context.awsRequestId); throw new Error("no"); };`,
  slow: `export const handler = async (event: any) => { await new Promise((r) => setTimeout(r, 100)); console.log("done " + event.n); };`,
};

let running: Running;
afterEach(() => running.close());

const count = (name: string, text: RegExp) => running.lambda.log(name).match(text)?.length ?? 0;
const queued = () => running.world.store.all("SELECT attempts FROM lambda_async");

describe("an asynchronous event", () => {
  it("is run and forgotten", async () => {
    running = start(CODE);
    running.lambda.enqueue("works", '{"n":1}');
    await eventually(() => expect(queued()).toEqual([]));
    expect(count("works", /\trun 1/g)).toBe(1);
  });
  it("that fails is tried again after one and two minutes under the same request id, then dropped", async () => {
    running = start(CODE);
    const { requestId } = running.lambda.enqueue("fails", "{}");
    await eventually(() => expect(queued()).toEqual([{ attempts: 1 }]));
    await running.world.clock.advance(59_000);
    expect(queued()).toEqual([{ attempts: 1 }]);
    await running.world.clock.advance(1_000);
    await eventually(() => expect(queued()).toEqual([{ attempts: 2 }]));
    await running.world.clock.advance(119_000);
    expect(queued()).toEqual([{ attempts: 2 }]);
    await running.world.clock.advance(1_000);
    await eventually(() => expect(queued()).toEqual([]));
    expect(count("fails", new RegExp(`try ${requestId}`, "g"))).toBe(3);
    expect(running.world.logs.at(-1)).toMatchObject({
      level: "error",
      message: expect.stringContaining("is given up"),
    });
  });
  it("that fails while the disk is full is run again when there is room, uncounted", async () => {
    running = start(CODE);
    runOut(running.world.store.disk);
    running.lambda.enqueue("fails", "{}");
    await eventually(() => expect(count("fails", /try /g)).toBe(1));
    await running.world.clock.advance(24 * 3_600_000);
    expect(queued()).toEqual([{ attempts: 0 }]);
    running.world.store.disk.check();
    await eventually(() => expect(queued()).toEqual([{ attempts: 1 }]));
    expect(count("fails", /try /g)).toBe(2);
  });
  it("waits for a free process", async () => {
    running = start(CODE, { processes: 1 });
    for (let n = 0; n < 5; n++) running.lambda.enqueue("slow", JSON.stringify({ n }));
    await eventually(() => expect(queued()).toEqual([]));
    expect(count("slow", /done \d/g)).toBe(5);
  });
  it("belongs to the caller's transaction", async () => {
    running = start(CODE);
    const { store } = running.world;
    const failing = () =>
      store.transaction(() => {
        running.lambda.enqueue("works", '{"n":1}');
        throw new Error("rolled back");
      });
    expect(failing).toThrow("rolled back");
    store.transaction(() => running.lambda.enqueue("works", '{"n":2}'));
    await eventually(() => expect(queued()).toEqual([]));
    expect(running.lambda.log("works")).not.toContain("run 1");
    expect(running.lambda.log("works")).toContain("run 2");
  });
  it("survives a restart, with the attempts it had", async () => {
    running = start(CODE);
    running.lambda.enqueue("fails", "{}");
    await eventually(() => expect(queued()).toEqual([{ attempts: 1 }]));
    await running.lambda.stop();
    const functions = [lambdaFunction("fails")];
    const again = createLambda({
      world: running.world,
      functions,
      root: running.project.root,
      localise: (value) => value,
    });
    again.resume();
    await running.world.clock.advance(60_000);
    await eventually(() => expect(queued()).toEqual([{ attempts: 2 }]));
    await again.stop();
  });
  it("that fails for good goes to the function's dead-letter queue, with Lambda's attributes", async () => {
    const deadLetterArn = "arn:aws:sqs:us-east-1:123456789012:dead";
    const sent: { queueArn: string; body: string; attributes?: Record<string, string> }[] = [];
    const queues = {
      send(queueArn: string, body: string, attributes?: Record<string, string>) {
        sent.push({ queueArn, body, attributes: attributes! });
        return { messageId: "1" };
      },
    };
    running = start(CODE, { queues, functions: [{ ...lambdaFunction("fails"), deadLetterArn }] });
    const { requestId } = running.lambda.enqueue("fails", '{"n":1}');
    for (const attempts of [1, 2]) {
      await eventually(() => expect(queued()).toEqual([{ attempts }]));
      await running.world.clock.advance(attempts * 60_000);
    }
    await eventually(() => expect(queued()).toEqual([]));
    expect(sent).toEqual([
      {
        queueArn: deadLetterArn,
        body: '{"n":1}',
        attributes: { RequestID: requestId, ErrorCode: "200", ErrorMessage: expect.stringContaining("errorMessage") },
      },
    ]);
  });
  it("whose dead letter cannot be sent is given up all the same, and said so", async () => {
    const queues = {
      send(): never {
        throw new Error("no such queue");
      },
    };
    running = start(CODE, {
      queues,
      functions: [{ ...lambdaFunction("fails"), deadLetterArn: "arn:aws:sqs:a:1:gone" }],
    });
    running.lambda.enqueue("fails", "{}");
    for (const attempts of [1, 2]) {
      await eventually(() => expect(queued()).toEqual([{ attempts }]));
      await running.world.clock.advance(attempts * 60_000);
    }
    await eventually(() => expect(queued()).toEqual([]));
    expect(running.world.logs.at(-1)).toMatchObject({
      level: "error",
      message: expect.stringContaining("no such queue"),
    });
  });
  it("of a function that is gone is dropped", async () => {
    running = start(CODE);
    running.lambda.enqueue("fails", "{}");
    await eventually(() => expect(queued()).toEqual([{ attempts: 1 }]));
    await running.lambda.stop();
    const again = createLambda({
      world: running.world,
      functions: [],
      root: running.project.root,
      localise: (value) => value,
    });
    again.resume();
    await running.world.clock.advance(60_000);
    await eventually(() => expect(queued()).toEqual([]));
    await again.stop();
  });
  it.each([
    ["missing", "{}", "ResourceNotFoundException"],
    ["works", "{", "InvalidRequestContentException"],
    ["works", JSON.stringify("x".repeat(1024 * 1024)), "RequestEntityTooLargeException"],
  ])("for %s is refused as AWS does (%#)", (name, payload, code) => {
    running = start(CODE);
    expect(() => running.lambda.enqueue(name, payload)).toThrow(expect.objectContaining({ code }));
  });
});

describe("invoke", () => {
  it("stops waiting when its signal aborts, while the function runs on", async () => {
    running = start(CODE);
    const leave = new AbortController();
    const waiting = running.lambda.invoke("slow", '{"n":1}', { signal: leave.signal });
    leave.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
    await eventually(() => expect(running.lambda.log("slow")).toContain("done 1"));
  });
});
