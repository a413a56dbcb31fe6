import type { Table } from "@dropclip/synth/cloud";
import type { Input } from "../protocol/json.ts";

/**
 * One permission an operation needs: `PutItem` on a table or index, and the partition key it touches when it names one.
 */
export interface Need {
  action: string;
  table: string;
  index?: string;
  leadingKey?: string;
}

/** What a request needs to be allowed; `tables` are the known ones. */
export type Needs = (body: Input, tables: Table[]) => Need[];

/** Reads and writes of one item, by the key it names. */
const item =
  (action: string): Needs =>
  (body, tables) => [
    { action, table: body.TableName, leadingKey: leadingKey(tables, body.TableName, body.Key ?? body.Item) },
  ];

/** Permissions on a table, or on one of its indexes. */
const table =
  (action: string): Needs =>
  (body) => [{ action, table: body.TableName, index: body.IndexName }];

/** DynamoDB's name of each member of a transaction is the action it needs. */
const transaction =
  (members: Record<string, string>): Needs =>
  (body, tables) =>
    list(body.TransactItems).flatMap((entry) =>
      Object.keys(members)
        .filter((member) => entry?.[member])
        .map((member) => {
          const { TableName, Key, Item } = entry[member];
          return { action: members[member]!, table: TableName, leadingKey: leadingKey(tables, TableName, Key ?? Item) };
        }),
    );

const batch =
  (action: string, keys: (request: Input) => Input[]): Needs =>
  (body, tables) =>
    Object.entries(body.RequestItems ?? {}).flatMap(([name, request]) => {
      const found = new Set(keys(request as Input).map((key) => leadingKey(tables, name, key)));
      return [...(found.size > 0 ? found : [undefined])].map((key) => ({ action, table: name, leadingKey: key }));
    });

/**
 * The operations that the front allows, with the permissions each needs. Tables come from the graph, so none here
 * creates, changes or deletes one.
 */
export const NEEDS: Record<string, Needs> = {
  GetItem: item("GetItem"),
  PutItem: item("PutItem"),
  UpdateItem: item("UpdateItem"),
  DeleteItem: item("DeleteItem"),
  Query: table("Query"),
  Scan: table("Scan"),
  BatchGetItem: batch("BatchGetItem", (request) => list(request?.Keys)),
  BatchWriteItem: batch("BatchWriteItem", (requests) =>
    list(requests).map((request) => request?.PutRequest?.Item ?? request?.DeleteRequest?.Key),
  ),
  TransactGetItems: transaction({ Get: "GetItem" }),
  TransactWriteItems: transaction({
    Put: "PutItem",
    Update: "UpdateItem",
    Delete: "DeleteItem",
    ConditionCheck: "ConditionCheckItem",
  }),
  DescribeTable: table("DescribeTable"),
  DescribeTimeToLive: table("DescribeTimeToLive"),
  ListTables: () => [{ action: "ListTables", table: "*" }],
};

/** The partition key's value as `dynamodb:LeadingKeys` has it; undefined when the table or the key is not known. */
function leadingKey(tables: Table[], name: unknown, key: Input | undefined): string | undefined {
  const hashKey = tables.find((candidate) => candidate.name === name)?.hashKey;
  const value = hashKey === undefined ? undefined : key?.[hashKey];
  return value?.S ?? value?.N;
}

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
