import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../../../test/support/eventually.ts";
import { createSqs, type Sqs } from "../../src/sqs/index.ts";
import { ACCOUNT, REGION, type TestGate, type TestWorld, testGate, testWorld } from "../lambda/support.ts";

const ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:dead`;
const world: TestWorld = testWorld();
let sqs: Sqs;
let gate: TestGate;
let client: SQSClient;
let QueueUrl: string;

beforeAll(async () => {
  const queue = {
    name: "dead",
    arn: ARN,
    url: "https://deployed",
    visibilityTimeoutSeconds: 30,
    messageRetentionSeconds: 3600,
  };
  const relay = {
    name: "sqs",
    protocol: "json" as const,
    handle: (call: any) => sqs.handle(call),
    fail: (call: any, error: any) => sqs.fail(call, error),
  };
  gate = await testGate(relay);
  sqs = createSqs({ world: { ...world, endpoint: () => gate.endpoint }, queues: [queue] });
  client = new SQSClient(gate.client);
  QueueUrl = `${gate.endpoint}/${ACCOUNT}/dead`;
});

beforeEach(() => client.send(new PurgeQueueCommand({ QueueUrl })));

afterAll(async () => {
  sqs.stop();
  client.destroy();
  await gate.close();
  world.close();
});

const send = (MessageBody: string, more = {}) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (more: Partial<ReceiveMessageCommandInput> = {}) =>
  (await client.send(new ReceiveMessageCommand({ QueueUrl, ...more }))).Messages ?? [];
const count = async () =>
  (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))).Attributes!;

describe("queues", () => {
  it("are found by name and listed, with URLs of this machine", async () => {
    expect((await client.send(new GetQueueUrlCommand({ QueueName: "dead" }))).QueueUrl).toBe(QueueUrl);
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: "de" }))).QueueUrls).toEqual([QueueUrl]);
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: "x" }))).QueueUrls).toBeUndefined();
  });
  it("that do not exist are named so", async () => {
    await expect(client.send(new GetQueueUrlCommand({ QueueName: "none" }))).rejects.toMatchObject({
      name: "QueueDoesNotExist",
    });
    const elsewhere = `${gate.endpoint}/999999999999/dead`;
    await expect(receive({ QueueUrl: elsewhere })).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  });
  it("have attributes", async () => {
    await send("a");
    await send("b", { DelaySeconds: 60 });
    await receive();
    expect(await count()).toEqual({
      QueueArn: ARN,
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "1",
      ApproximateNumberOfMessagesDelayed: "1",
      VisibilityTimeout: "30",
      MessageRetentionPeriod: "3600",
      MaximumMessageSize: "1048576",
      DelaySeconds: "0",
      ReceiveMessageWaitTimeSeconds: "0",
      SqsManagedSseEnabled: "true",
    });
  });
  it("cannot be created by a caller", async () => {
    await expect(client.send(new CreateQueueCommand({ QueueName: "x" }))).rejects.toMatchObject({
      name: "UnsupportedOperation",
      message: expect.stringContaining("CreateQueue"),
    });
  });
});

describe("a message", () => {
  it("arrives with its attributes, which the SDK checks by their digests", async () => {
    const MessageAttributes = {
      RULE_ARN: { DataType: "String", StringValue: "arn:ü" },
      ATTEMPTS: { DataType: "Number", StringValue: "3" },
      RAW: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
    };
    const sent = await send("text 😀", { MessageAttributes });
    const [message] = await receive({ MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] });
    expect(message).toMatchObject({ MessageId: sent.MessageId, Body: "text 😀", MessageAttributes });
    expect(message!.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(message!.Attributes).toEqual({
      SenderId: `arn:aws:iam::${ACCOUNT}:user/operator`,
      SentTimestamp: String(world.clock.now()),
      ApproximateReceiveCount: "1",
      ApproximateFirstReceiveTimestamp: String(world.clock.now()),
    });
  });
  it("shows only the attributes asked for", async () => {
    sqs.send(ARN, "body", { RULE_ARN: "r", RULE_NAME: "n", ERROR_CODE: "e" });
    const [message] = await receive({ MessageAttributeNames: ["RULE.*"], VisibilityTimeout: 0 });
    expect(Object.keys(message!.MessageAttributes!)).toEqual(["RULE_ARN", "RULE_NAME"]);
    expect((await receive())[0]!.MessageAttributes).toBeUndefined();
  });
  it("is hidden once received, and comes again when it was not deleted", async () => {
    await send("a");
    expect(await receive()).toHaveLength(1);
    expect(await receive()).toHaveLength(0);
    await world.clock.advance(30_000);
    const [again] = await receive({ AttributeNames: ["ApproximateReceiveCount"] as any });
    expect(again!.Attributes).toEqual({ ApproximateReceiveCount: "2" });
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again!.ReceiptHandle }));
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again!.ReceiptHandle }));
    await world.clock.advance(30_000);
    expect(await receive()).toHaveLength(0);
  });
  it("can be given back or kept longer", async () => {
    await send("a");
    const [{ ReceiptHandle } = {}] = await receive();
    const change = (VisibilityTimeout: number) =>
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    await change(120);
    await world.clock.advance(100_000);
    expect(await receive()).toHaveLength(0);
    await change(0);
    expect(await receive({ VisibilityTimeout: 0 })).toHaveLength(1);
    await expect(change(10)).rejects.toMatchObject({ name: "MessageNotInflight" });
  });
  it("waits for its delay", async () => {
    await send("a", { DelaySeconds: 10 });
    expect(await receive()).toHaveLength(0);
    await world.clock.advance(10_000);
    expect(await receive()).toHaveLength(1);
  });
  it("is gone after the queue's retention", async () => {
    await send("a");
    await world.clock.advance(3_600_001);
    expect(await receive()).toHaveLength(0);
    expect((await count()).ApproximateNumberOfMessages).toBe("0");
  });
  it("is delivered in the order it was sent, at most ten at a time", async () => {
    for (let n = 0; n < 12; n++) await send(`m${n}`);
    const first = await receive({ MaxNumberOfMessages: 10 });
    expect(first.map(({ Body }) => Body)).toEqual(Array.from({ length: 10 }, (_, n) => `m${n}`));
    expect(await receive({ MaxNumberOfMessages: 10 })).toHaveLength(2);
  });
  it("survives a restart", async () => {
    await send("kept");
    const again = createSqs({
      world,
      queues: [{ name: "dead", arn: ARN, url: "", visibilityTimeoutSeconds: 30, messageRetentionSeconds: 3600 }],
    });
    again.stop();
    expect(world.store.get("SELECT body FROM sqs_messages")).toEqual({ body: "kept" });
  });
});

describe("a long poll", () => {
  const polling = () => world.clock.advance(0);

  it("ends when a message arrives", async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    await eventually(() => expect(world.asked.at(-1)).toContain("ReceiveMessage"));
    await polling();
    sqs.send(ARN, "now");
    expect((await waiting).map(({ Body }) => Body)).toEqual(["now"]);
  });
  it("ends when a hidden message is visible again", async () => {
    await send("a");
    await receive({ VisibilityTimeout: 5 });
    const asked = world.asked.length;
    const waiting = receive({ WaitTimeSeconds: 20 });
    await eventually(() => expect(world.asked.length).toBeGreaterThan(asked));
    await world.clock.advance(5_000);
    expect(await waiting).toHaveLength(1);
  });
  it("ends empty after its time", async () => {
    const asked = world.asked.length;
    const waiting = receive({ WaitTimeSeconds: 20 });
    await eventually(() => expect(world.asked.length).toBeGreaterThan(asked));
    await world.clock.advance(20_000);
    expect(await waiting).toEqual([]);
  });
  it("takes nothing for a client that has gone", async () => {
    const asked = world.asked.length;
    const leave = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const waiting = client.send(command, { abortSignal: leave.signal });
    await eventually(() => expect(world.asked.length).toBeGreaterThan(asked));
    leave.abort();
    await expect(waiting).rejects.toThrow();
    // The next call is answered after the server has seen the first connection close.
    await count();
    await send("a");
    expect(await receive()).toHaveLength(1);
  });
});

describe("batches", () => {
  it("send and delete what they can, and name what failed", async () => {
    const Entries = [
      { Id: "a", MessageBody: "one" },
      { Id: "b", MessageBody: "bad \u0000" },
    ];
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(["a"]);
    expect(sent.Failed).toMatchObject([{ Id: "b", Code: "InvalidMessageContents", SenderFault: true }]);
    const [{ ReceiptHandle } = {}] = await receive();
    const deleted = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "x", ReceiptHandle },
          { Id: "y", ReceiptHandle: "nonsense" },
        ],
      }),
    );
    expect(deleted.Successful).toEqual([{ Id: "x" }]);
    expect(deleted.Failed).toMatchObject([{ Id: "y", Code: "ReceiptHandleIsInvalid" }]);
  });
  it.each([
    [[], "EmptyBatchRequest"],
    [Array.from({ length: 11 }, (_, n) => ({ Id: `${n}`, MessageBody: "x" })), "TooManyEntriesInBatchRequest"],
    [
      [
        { Id: "a", MessageBody: "x" },
        { Id: "a", MessageBody: "y" },
      ],
      "BatchEntryIdsNotDistinct",
    ],
    [[{ Id: "a b", MessageBody: "x" }], "InvalidBatchEntryId"],
  ])("of %o are refused as %s", async (Entries, name) => {
    await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({ name });
  });
});

describe("what is out of range", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["eleven messages at once", () => receive({ MaxNumberOfMessages: 11 })],
    ["a wait of 21 seconds", () => receive({ WaitTimeSeconds: 21 })],
    ["a hidden day", () => receive({ VisibilityTimeout: 86_400 })],
    ["a delay of an hour", () => send("x", { DelaySeconds: 3600 })],
    ["a message over a megabyte", () => send("x".repeat(1024 * 1024 + 1))],
    [
      "an attribute without value",
      () => send("x", { MessageAttributes: { a: { DataType: "String", StringValue: "" } } }),
    ],
  ])("is refused: %s", async (_name, call) => {
    await expect(call()).rejects.toMatchObject({ name: expect.stringMatching(/^InvalidParameterValue$/) });
  });
  it.each(["SendMessage", "ReceiveMessage"])("a caller without sqs:%s is refused", async (action) => {
    world.denied.add(`sqs:${action}`);
    const call = action === "SendMessage" ? send("x") : receive();
    await expect(call).rejects.toMatchObject({ name: "AccessDeniedException" });
    world.denied.clear();
  });
});
