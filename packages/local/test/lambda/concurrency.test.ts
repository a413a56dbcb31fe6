import { GetFunctionCommand, GetFunctionConcurrencyCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../../../../test/support/eventually.ts";
import { createLambda } from "../../src/lambda/index.ts";
import { lambdaFunction, type Running, start } from "./handlers.ts";
import { testGate, testWorld } from "./support.ts";

const HANGS = `export const handler = async () => { console.log("hangs"); await new Promise((r) => setTimeout(r, 3_600_000)); };`;
const ANSWERS = `export const handler = async (event: any) => { console.log("answered " + event.n); return "answered"; };`;
/** Concurrency that must stay unreserved. */
const UNRESERVED = 100;
const slow = { timeoutSeconds: 900 };

let running: Running;
afterEach(() => running.close());

/** Starts invocations that do not end while the test runs. */
const saturate = (name: string, count: number) => {
  for (let n = 0; n < count; n++) running.call(name).catch(() => {});
};
const throttled = (Reason: string) => ({
  code: "TooManyRequestsException",
  status: 429,
  message: "Rate Exceeded.",
  details: { Type: "User", Reason },
});
const OF_ALL = throttled("ConcurrentInvocationLimitExceeded");
const ITS_OWN = throttled("ReservedFunctionConcurrentInvocationLimitExceeded");

describe("reserved concurrency", () => {
  it("is the most a function has, and waiting for a process counts", async () => {
    running = start(
      { image: HANGS, api: ANSWERS, other: ANSWERS },
      {
        concurrency: UNRESERVED + 4,
        processes: 2,
        overrides: { image: { ...slow, reservedConcurrency: 3 }, api: { reservedConcurrency: 1 } },
      },
    );
    saturate("image", 3);
    await expect(running.call("image")).rejects.toMatchObject(ITS_OWN);
    // Ingest that hangs takes nothing from the API, nor from those who share the rest.
    expect((await running.call("api")).payload).toBe("answered");
    expect((await running.call("other")).payload).toBe("answered");
  });

  it("is there for its function when all others have taken all there is", async () => {
    running = start(
      { ingest: HANGS, settle: ANSWERS, api: ANSWERS },
      { concurrency: UNRESERVED + 2, processes: 1, overrides: { ingest: slow, api: { reservedConcurrency: 2 } } },
    );
    saturate("ingest", UNRESERVED);
    await expect(running.call("ingest")).rejects.toMatchObject(OF_ALL);
    await expect(running.call("settle")).rejects.toMatchObject(OF_ALL);
    const answers = await Promise.all([running.call("api"), running.call("api")]);
    expect(answers.map(({ payload }) => payload)).toEqual(["answered", "answered"]);
  });

  it("keeps an API that hangs from starving ingest", async () => {
    running = start(
      { ingest: ANSWERS, api: HANGS },
      { concurrency: UNRESERVED + 2, overrides: { api: { ...slow, reservedConcurrency: 2 } } },
    );
    saturate("api", 2);
    await expect(running.call("api")).rejects.toMatchObject(ITS_OWN);
    const answers = await Promise.all(Array.from({ length: UNRESERVED }, () => running.call("ingest")));
    expect(new Set(answers.map(({ payload }) => payload))).toEqual(new Set(["answered"]));
  });

  it("of none stops a function", async () => {
    running = start({ off: ANSWERS }, { overrides: { off: { reservedConcurrency: 0 } } });
    await expect(running.call("off")).rejects.toMatchObject(ITS_OWN);
  });

  it("must leave 100 to those who reserve none", () => {
    running = start({ a: ANSWERS });
    const functions = [lambdaFunction("a", { reservedConcurrency: 901 })];
    const world = testWorld();
    const create = () => createLambda({ world, functions, root: ".", localise: (value) => value });
    expect(create).toThrow("reserve 901 of the account's 1000 concurrent executions, and 100 must stay unreserved");
    world.close();
  });

  it("is told by GetFunction and GetFunctionConcurrency", async () => {
    running = start({ own: ANSWERS, shares: ANSWERS }, { overrides: { own: { reservedConcurrency: 5 } } });
    const gate = await testGate(running.lambda);
    const client = new LambdaClient(gate.client);
    const told = async (FunctionName: string) => [
      (await client.send(new GetFunctionCommand({ FunctionName }))).Concurrency,
      (await client.send(new GetFunctionConcurrencyCommand({ FunctionName }))).ReservedConcurrentExecutions,
    ];
    expect(await told("own")).toEqual([{ ReservedConcurrentExecutions: 5 }, 5]);
    expect(await told("shares")).toEqual([undefined, undefined]);
    client.destroy();
    await gate.close();
  });
});

describe("an asynchronous event that is throttled", () => {
  const row = () => running.world.store.get("SELECT attempts, throttles FROM lambda_async");
  const MINUTE = 60_000;

  it("waits longer each time, from a second to five minutes, and is no failed attempt", async () => {
    const image = `export const handler = async (event: any) => { console.log("runs"); if (event.hang) await new Promise((r) => setTimeout(r, 3_600_000)); };`;
    running = start({ image }, { overrides: { image: { timeoutSeconds: 700, reservedConcurrency: 1 } } });
    const busy = running.call("image", { hang: true });
    await eventually(() => expect(running.lambda.log("image")).toContain("runs"));
    running.lambda.enqueue("image", "{}");
    let throttles = 1;
    // 511 seconds; the invocation that holds the only place ends after 700.
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256]) {
      await eventually(() => expect(row()).toEqual({ attempts: 0, throttles }));
      await running.world.clock.advance(seconds * 1000 - 1);
      expect(row()).toEqual({ attempts: 0, throttles });
      await running.world.clock.advance(1);
      throttles++;
    }
    await eventually(() => expect(row()).toEqual({ attempts: 0, throttles }));
    await running.world.clock.advance(5 * MINUTE - 1);
    expect((await busy).payload.errorType).toBe("Sandbox.Timedout");
    expect(row()).toEqual({ attempts: 0, throttles });
    await running.world.clock.advance(1);
    await eventually(() => expect(row()).toBeUndefined());
  });

  it("is given up after six hours, as a dead letter, across restarts", async () => {
    const deadLetterArn = "arn:aws:sqs:us-east-1:123456789012:dead";
    const sent: Record<string, string>[] = [];
    const queues = {
      send(_: string, __: string, attributes?: Record<string, string>) {
        sent.push(attributes!);
        return { messageId: "1" };
      },
    };
    const functions = [lambdaFunction("off", { reservedConcurrency: 0, deadLetterArn })];
    running = start({ off: ANSWERS }, { queues, functions });
    const { requestId } = running.lambda.enqueue("off", "{}");
    await running.world.clock.advance(3 * 60 * MINUTE);
    await running.lambda.stop();
    const { world, project } = running;
    const again = createLambda({ world, functions, queues, root: project.root, localise: (value) => value });
    again.resume();
    await world.clock.advance(2 * 60 * MINUTE + 54 * MINUTE);
    expect([row(), sent]).toEqual([{ attempts: 0, throttles: expect.any(Number) }, []]);
    await world.clock.advance(6 * MINUTE);
    expect(row()).toBeUndefined();
    expect(sent).toEqual([{ RequestID: requestId, ErrorCode: "429", ErrorMessage: "Rate Exceeded." }]);
    await again.stop();
  });

  it("was queued by a version that knew no throttling, and is taken up", async () => {
    const world = testWorld();
    world.store.exec(`CREATE TABLE lambda_async (
      request_id TEXT PRIMARY KEY, function_name TEXT NOT NULL, payload TEXT NOT NULL,
      attempts INTEGER NOT NULL, next_ms INTEGER NOT NULL) STRICT`);
    world.store.run("INSERT INTO lambda_async VALUES ('r', 'works', '{\"n\":7}', 0, 0)");
    running = start({ works: ANSWERS }, { world });
    running.lambda.resume();
    await eventually(() => expect(row()).toBeUndefined());
    expect(running.lambda.log("works")).toContain("answered 7");
  });
});
