import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, describe, expect, it } from "vitest";
import { type Running, start } from "./handlers.ts";
import { testGate } from "./support.ts";

let running: Running;
afterEach(() => running.close());

const CODE = `export const handler = async () => { console.log("said"); return "done"; };`;
const said = () => running.world.logs.filter(({ service }) => service === "lambda").map(({ message }) => message);
const asked = () => running.world.asked.filter((one) => one.startsWith("logs:"));

describe("a function's log", () => {
  it("is written with its role, which is asked once for all its lines", async () => {
    running = start({ one: CODE }, { overrides: { one: { logGroup: "/app/one" } } });
    await running.call("one");
    await running.call("one");
    const stream = String.raw`arn:aws:logs:us-east-1:123456789012:log-group:/app/one:log-stream:2026/01/02/\[\$LATEST\][0-9a-f]{32}`;
    expect(asked()).toEqual([
      expect.stringMatching(new RegExp(`^logs:CreateLogStream ${stream}$`)),
      expect.stringMatching(new RegExp(`^logs:PutLogEvents ${stream}$`)),
    ]);
    expect(running.lambda.log("one").match(/said/g)).toHaveLength(2);
  });

  it.each(["logs:CreateLogStream", "logs:PutLogEvents"])("stays empty without %s, while it runs on", async (action) => {
    running = start({ one: CODE });
    running.world.denied.add(action);
    expect((await running.call("one")).payload).toBe("done");
    expect((await running.call("one")).payload).toBe("done");
    expect([running.lambda.log("one"), said()]).toEqual(["", []]);
    expect(asked().filter((one) => one.startsWith(action))).toHaveLength(1);
  });

  it("reaches the caller who asks for its end all the same", async () => {
    running = start({ one: CODE });
    running.world.denied.add("logs:PutLogEvents");
    const gate = await testGate(running.lambda);
    const client = new LambdaClient(gate.client);
    const { LogResult } = await client.send(new InvokeCommand({ FunctionName: "one", LogType: "Tail" }));
    expect(Buffer.from(LogResult!, "base64").toString()).toContain("INFO\tsaid");
    client.destroy();
    await gate.close();
  });
});
