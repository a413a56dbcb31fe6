import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../../../test/support/eventually.ts";
import { type Running, start } from "./handlers.ts";
import { type TestGate, testGate } from "./support.ts";

let running: Running;
let gate: TestGate;
let client: LambdaClient;

beforeAll(async () => {
  running = start({
    echo: `export const handler = async (event: any, context: any) => { console.log("got %j", event); console.error("multi\\nline"); process.stdout.write("raw\\n"); return { event, client: context.clientContext, id: context.awsRequestId }; };`,
    fails: `export const handler = async () => { throw new Error("no"); };`,
  });
  gate = await testGate(running.lambda);
  client = new LambdaClient(gate.client);
});

afterAll(async () => {
  client.destroy();
  await gate.close();
  await running.close();
});

const invoke = (FunctionName: string, more: Partial<InvokeCommandInput> = {}) =>
  client.send(new InvokeCommand({ FunctionName, ...more }));
const json = (payload: Uint8Array | undefined) => JSON.parse(Buffer.from(payload!).toString());

describe("Invoke", () => {
  it.each([
    "echo",
    "echo:$LATEST",
    "123456789012:function:echo",
    "function:echo",
    "arn:aws:lambda:us-east-1:123456789012:function:echo",
    "arn:aws:lambda:us-east-1:123456789012:function:echo:$LATEST",
  ])("takes the function name %s", async (name) => {
    const result = await invoke(name, { Payload: '{"a":1}' });
    expect(result).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    expect(result.FunctionError).toBeUndefined();
    expect(json(result.Payload).event).toEqual({ a: 1 });
    expect(json(result.Payload).id).toBe(result.$metadata.requestId);
    expect(running.world.asked.filter((one) => one.startsWith("lambda:")).at(-1)).toBe(
      "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:echo",
    );
  });
  it("without payload sends an empty event", async () => {
    expect(json((await invoke("echo")).Payload).event).toEqual({});
  });
  it("passes the client context on", async () => {
    const ClientContext = Buffer.from('{"custom":{"a":"b"}}').toString("base64");
    expect(json((await invoke("echo", { ClientContext })).Payload).client).toEqual({ custom: { a: "b" } });
    await expect(invoke("echo", { ClientContext: "e30x" })).rejects.toMatchObject({
      name: "InvalidRequestContentException",
    });
  });
  it("gives the end of the log when asked to", async () => {
    const { LogResult, $metadata } = await invoke("echo", { LogType: "Tail", Payload: '{"a":1}' });
    const log = Buffer.from(LogResult!, "base64").toString();
    const id = $metadata.requestId;
    expect(log.split("\n")).toEqual([
      `START RequestId: ${id} Version: $LATEST`,
      expect.stringMatching(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\t${id}\tINFO\tgot {"a":1}$`)),
      expect.stringMatching(/\tERROR\tmulti$/),
      "line",
      "raw",
      `END RequestId: ${id}`,
      expect.stringMatching(
        new RegExp(
          `^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 256 MB\tMax Memory Used: \\d+ MB\t$`,
        ),
      ),
      "",
    ]);
  });
  it("answers 200 with the error when the function fails", async () => {
    const result = await invoke("fails");
    expect(result).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(json(result.Payload)).toMatchObject({ errorType: "Error", errorMessage: "no" });
  });
  it("as a dry run only checks", async () => {
    const before = running.lambda.log("echo");
    expect((await invoke("echo", { InvocationType: "DryRun" })).StatusCode).toBe(204);
    expect(running.lambda.log("echo")).toBe(before);
  });
  it("as an event answers 202 and runs it", async () => {
    const { StatusCode } = await invoke("echo", { InvocationType: "Event", Payload: '{"later":true}' });
    expect(StatusCode).toBe(202);
    await eventually(() => expect(running.lambda.log("echo")).toContain('got {"later":true}'));
  });
  it.each([
    ["nothing", {}, "ResourceNotFoundException", 404],
    ["echo", { Qualifier: "prod" }, "ResourceNotFoundException", 404],
    ["arn:aws:lambda:eu-west-1:123456789012:function:echo", {}, "ResourceNotFoundException", 404],
    ["a b", {}, "ValidationException", 400],
    ["echo", { Payload: "{" }, "InvalidRequestContentException", 400],
    ["echo", { InvocationType: "Sync" as any }, "ValidationException", 400],
    ["echo", { Payload: JSON.stringify("x".repeat(6 * 1024 * 1024)) }, "RequestEntityTooLargeException", 413],
    [
      "echo",
      { Payload: JSON.stringify("x".repeat(1024 * 1024)), InvocationType: "Event" as const },
      "RequestEntityTooLargeException",
      413,
    ],
  ])("of %s with %o is a %s", async (name, more, code, status) => {
    await expect(invoke(name, more)).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: status } });
  });
  it("names the function that is missing", async () => {
    const message = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nothing";
    await expect(invoke("nothing")).rejects.toMatchObject({ message });
  });
  it("takes six megabytes", async () => {
    const result = await invoke("echo", { Payload: JSON.stringify("x".repeat(6 * 1024 * 1024 - 300)) });
    expect(result.FunctionError).toBeUndefined();
  });
  it("needs permission", async () => {
    running.world.denied.add("lambda:InvokeFunction");
    await expect(invoke("echo")).rejects.toMatchObject({
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 403 },
    });
    running.world.denied.clear();
  });
});

describe("functions", () => {
  it("are listed page by page", async () => {
    const first = await client.send(new ListFunctionsCommand({ MaxItems: 1 }));
    const second = await client.send(new ListFunctionsCommand({ MaxItems: 1, Marker: first.NextMarker }));
    expect([...first.Functions!, ...second.Functions!].map(({ FunctionName }) => FunctionName)).toEqual([
      "echo",
      "fails",
    ]);
    expect(second.NextMarker).toBeUndefined();
  });
  it("are described", async () => {
    const configuration = {
      FunctionName: "echo",
      FunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:echo",
      Runtime: "nodejs24.x",
      Timeout: 3,
      MemorySize: 256,
      State: "Active",
      Version: "$LATEST",
    };
    const found = await client.send(new GetFunctionCommand({ FunctionName: "echo" }));
    expect(found.Configuration).toMatchObject(configuration);
    const direct = await client.send(new GetFunctionConfigurationCommand({ FunctionName: configuration.FunctionArn }));
    expect(direct).toMatchObject(configuration);
  });
  it("cannot be deleted: they are the graph's", async () => {
    await expect(client.send(new DeleteFunctionCommand({ FunctionName: "echo" }))).rejects.toMatchObject({
      name: "NotImplemented",
      $metadata: { httpStatusCode: 501 },
      message: expect.stringContaining("DELETE /2015-03-31/functions/echo"),
    });
  });
});

describe("the log", () => {
  it("reaches the local cloud's own, with function and request", async () => {
    await invoke("fails");
    const entry = running.world.logs.findLast(({ level }) => level === "error");
    expect(entry).toMatchObject({ service: "lambda", function: "fails", requestId: expect.stringMatching(/-/) });
    expect(entry!.message).toContain("Invoke Error");
  });
  it("is bounded", async () => {
    const { LogFiles } = await import("../../src/lambda/logs.ts");
    const files = new LogFiles(running.world.directory);
    for (let n = 0; n < 25; n++) files.append("big", "x".repeat(500_000));
    expect(files.read("big").length).toBeLessThanOrEqual(5.5 * 1024 * 1024);
    expect(files.read("big").length).toBeGreaterThan(0);
  });
});
