/**
 * A process of its own that writes until it is killed, printing what was acknowledged: `node keeper.ts {directory}`.
 */
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createDynamoDb } from "../../src/dynamodb/index.ts";
import { testGate, testWorld } from "../lambda/support.ts";
import { items } from "./tables.ts";

const world = testWorld({ directory: process.argv[2] });
const dynamodb = await createDynamoDb({ world, tables: [items], engine: { kind: "dynoxide" } });
const client = new DynamoDBClient((await testGate(dynamodb)).client);
for (let n = 0; ; n++) {
  await client.send(new PutItemCommand({ TableName: items.name, Item: { pk: { S: `${n}` } } }));
  process.stdout.write(`${n}\n`);
}
