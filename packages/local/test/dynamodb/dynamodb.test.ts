import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Table } from "@dropclip/synth/cloud";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDynamoDb, type DynamoDb } from "../../src/dynamodb/index.ts";
import { type TestGate, testGate, testWorld } from "../lambda/support.ts";

const ARN = "arn:aws:dynamodb:us-east-1:123456789012:table";

export const uploads: Table = {
  name: "dev-uploads",
  arn: `${ARN}/dev-uploads`,
  attributes: [
    { name: "pk", type: "S" },
    { name: "sk", type: "N" },
    { name: "fan", type: "S" },
  ],
  hashKey: "pk",
  rangeKey: "sk",
  indexes: [
    { indexName: "byFan", hashKey: "fan", rangeKey: "sk", projection: ["status"] },
    { indexName: "keys", hashKey: "fan", projection: "KEYS_ONLY" },
  ],
  ttlAttribute: "expiresAt",
  streamViewType: "NEW_IMAGE",
};

const events: Table = {
  name: "dev-events",
  arn: `${ARN}/dev-events`,
  attributes: [{ name: "pk", type: "S" }],
  hashKey: "pk",
  indexes: [],
};

const world = testWorld();
let dynamodb: DynamoDb;
let gate: TestGate;
let client: DynamoDBClient;

beforeAll(async () => {
  dynamodb = await createDynamoDb({ world, tables: [uploads, events], engine: { kind: "dynoxide" } });
  gate = await testGate(dynamodb);
  client = new DynamoDBClient(gate.client);
});

beforeEach(() => {
  world.asked.length = 0;
  world.denied.clear();
});

afterAll(async () => {
  client.destroy();
  await gate.close();
  await dynamodb.stop();
  world.close();
});

const put = (pk: string, sk: number, more: Record<string, any> = {}) =>
  client.send(new PutItemCommand({ TableName: "dev-uploads", Item: { pk: { S: pk }, sk: { N: `${sk}` }, ...more } }));
const get = async (pk: string, sk: number) =>
  (await client.send(new GetItemCommand({ TableName: "dev-uploads", Key: { pk: { S: pk }, sk: { N: `${sk}` } } })))
    .Item;

describe("the tables", () => {
  it("are those of the graph, in the deployment's account and region", async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: "dev-uploads" }));
    expect(Table).toMatchObject({
      TableArn: uploads.arn,
      TableStatus: "ACTIVE",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    });
    expect(Table?.GlobalSecondaryIndexes).toMatchObject([
      { IndexName: "byFan", Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["status"] } },
      { IndexName: "keys", Projection: { ProjectionType: "KEYS_ONLY" } },
    ]);
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: "dev-uploads" }));
    expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expiresAt" });
  });
  it("are listed", async () => {
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(["dev-events", "dev-uploads"]);
  });
  it("cannot be created by a caller", async () => {
    const create = new CreateTableCommand({
      TableName: "more",
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    });
    await expect(client.send(create)).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: expect.stringContaining("CreateTable"),
    });
  });
});

describe("items", () => {
  it("are written, read, changed on a condition and deleted", async () => {
    await put("u1", 1, { status: { S: "pending" } });
    const move = new UpdateItemCommand({
      TableName: "dev-uploads",
      Key: { pk: { S: "u1" }, sk: { N: "1" } },
      UpdateExpression: "SET #s = :next",
      ConditionExpression: "#s = :before",
      ExpressionAttributeNames: { "#s": "status" },
      ExpressionAttributeValues: { ":next": { S: "processing" }, ":before": { S: "pending" } },
    });
    await client.send(move);
    await expect(client.send(move)).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
    expect(await get("u1", 1)).toMatchObject({ status: { S: "processing" } });
    await client.send(new DeleteItemCommand({ TableName: "dev-uploads", Key: { pk: { S: "u1" }, sk: { N: "1" } } }));
    expect(await get("u1", 1)).toBeUndefined();
  });
  it("are reached by the table's ARN too", async () => {
    await client.send(new PutItemCommand({ TableName: events.arn, Item: { pk: { S: "by-arn" } } }));
    const requests = { [events.arn]: { Keys: [{ pk: { S: "by-arn" } }] } };
    const found = await client.send(new BatchGetItemCommand({ RequestItems: requests }));
    expect(found.Responses?.["dev-events"]).toEqual([{ pk: { S: "by-arn" } }]);
    expect(world.asked).toEqual([`dynamodb:PutItem ${events.arn}`, `dynamodb:BatchGetItem ${events.arn}`]);
  });
  it("may be large, with every kind of character", async () => {
    const text = "ü😀\n".repeat(40_000);
    await put("large", 1, { text: { S: text } });
    expect((await get("large", 1))?.text).toEqual({ S: text });
  });
});

describe("permissions", () => {
  const asked = () => world.asked.toSorted();

  it("are asked for the index a query reads", async () => {
    await client.send(
      new QueryCommand({
        TableName: "dev-uploads",
        IndexName: "byFan",
        KeyConditionExpression: "fan = :f",
        ExpressionAttributeValues: { ":f": { S: "f" } },
      }),
    );
    await client.send(new ScanCommand({ TableName: "dev-events" }));
    expect(world.asked).toEqual([`dynamodb:Query ${uploads.arn}/index/byFan`, `dynamodb:Scan ${events.arn}`]);
  });
  it("are asked for each member of a transaction by its own action", async () => {
    const key = (sk: number) => ({ pk: { S: "t" }, sk: { N: `${sk}` } });
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: "dev-events", Item: { pk: { S: "t" } } } },
          {
            Update: {
              TableName: "dev-uploads",
              Key: key(1),
              UpdateExpression: "SET a = :a",
              ExpressionAttributeValues: { ":a": { N: "1" } },
            },
          },
          { Delete: { TableName: "dev-uploads", Key: key(2) } },
          {
            ConditionCheck: { TableName: "dev-uploads", Key: key(3), ConditionExpression: "attribute_not_exists(pk)" },
          },
        ],
      }),
    );
    await client.send(
      new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: "dev-uploads", Key: key(1) } }] }),
    );
    expect(asked()).toEqual([
      `dynamodb:ConditionCheckItem ${uploads.arn}`,
      `dynamodb:DeleteItem ${uploads.arn}`,
      `dynamodb:GetItem ${uploads.arn}`,
      `dynamodb:PutItem ${events.arn}`,
      `dynamodb:UpdateItem ${uploads.arn}`,
    ]);
  });
  it("are asked for every table of a batch", async () => {
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          "dev-events": [{ PutRequest: { Item: { pk: { S: "b" } } } }, { DeleteRequest: { Key: { pk: { S: "c" } } } }],
          "dev-uploads": [{ PutRequest: { Item: { pk: { S: "b" }, sk: { N: "1" } } } }],
        },
      }),
    );
    expect(new Set(world.asked)).toEqual(
      new Set([`dynamodb:BatchWriteItem ${events.arn}`, `dynamodb:BatchWriteItem ${uploads.arn}`]),
    );
  });
  it("that are missing keep the write from happening", async () => {
    world.denied.add("dynamodb:PutItem");
    await expect(put("denied", 1)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("is not authorized to perform: dynamodb:PutItem"),
      $metadata: { httpStatusCode: 403 },
    });
    expect(await get("denied", 1)).toBeUndefined();
  });
  it("of one member missing refuse the whole transaction", async () => {
    world.denied.add("dynamodb:DeleteItem");
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName: "dev-events", Item: { pk: { S: "half" } } } },
        { Delete: { TableName: "dev-events", Key: { pk: { S: "other" } } } },
      ],
    });
    await expect(client.send(transaction)).rejects.toMatchObject({ name: "AccessDeniedException" });
    const half = await client.send(new GetItemCommand({ TableName: "dev-events", Key: { pk: { S: "half" } } }));
    expect(half.Item).toBeUndefined();
  });
});

describe("malformed requests", () => {
  const raw = (target: string, body: string) =>
    fetch(gate.endpoint, { method: "POST", headers: { "x-amz-target": target }, body });

  it.each(["", "[]", "null", "7", '{"TableName":', '"text"'])(
    "the body %j is a SerializationException",
    async (body) => {
      const response = await raw("DynamoDB_20120810.GetItem", body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ __type: "com.amazon.coral.service#SerializationException" });
    },
  );
  it.each(["DynamoDB_20120810.Nonsense", "DynamoDB_20120810.toString", "DynamoDBStreams_20120810.GetRecords", ""])(
    "the target %j is an UnknownOperationException",
    async (target) => {
      const response = await raw(target, "{}");
      expect(await response.json()).toMatchObject({ __type: "com.amazon.coral.service#UnknownOperationException" });
    },
  );
  it.each([
    ["BatchWriteItem", { RequestItems: { "dev-events": "text" } }],
    ["BatchGetItem", { RequestItems: [null] }],
    ["TransactWriteItems", { TransactItems: [null, 5, { Put: null }, { Put: "x" }] }],
    ["PutItem", { TableName: 5, Item: [] }],
  ])("a nonsensical %s is refused, not an internal error", async (operation, body) => {
    const response = await raw(`DynamoDB_20120810.${operation}`, JSON.stringify(body));
    expect(response.status).toBe(400);
  });
});

describe("time to live", () => {
  const seconds = (offset: number) => ({ N: String(Math.floor(world.clock.now() / 1000) + offset) });

  it("sweeps what has passed by the clock, and nothing else", async () => {
    await put("ttl", 1, { expiresAt: seconds(-1) });
    await put("ttl", 2, { expiresAt: seconds(60) });
    await put("ttl", 3, { expiresAt: { S: "0" } });
    await put("ttl", 4, { expiresAt: seconds(-6 * 365 * 86_400) });
    await put("ttl", 5);
    expect(await dynamodb.sweep()).toBe(1);
    await world.clock.advance(61_000);
    expect(await dynamodb.sweep()).toBe(1);
    const left = await Promise.all([1, 2, 3, 4, 5].map((sk) => get("ttl", sk)));
    expect(left.map((found) => found !== undefined)).toEqual([false, false, true, true, true]);
  });
});
