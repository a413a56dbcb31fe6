export * as Database from "./database.ts";

import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import { Entity } from "electrodb";
import { Sha256 } from "./sha256.ts";
import type { Table } from "./tables.ts";

// ElectroDB holds every model against a JSON schema as it is made: a sixth of a function's cold start, for models that
// never change. A test makes them all with the check on (test/models.test.ts).
(Entity.prototype as unknown as { _validateModel: () => void })._validateModel = () => {};

/** What is bound to a table: an entity, or several of them asked at once. */
interface Bound {
  setTableName(name: string): void;
  setClient(client: DynamoDBClient): void;
}

/** Where the records are: a client for all of them, and the tables' names. Tables that are left out cannot be asked. */
export interface Connection {
  client: DynamoDBClient;
  tables: Partial<Record<Table, string>>;
}

const bound: [Table, Bound][] = [];
let connection: Connection | undefined;

/** Says which table an entity is in; `connect` binds it. */
export function inTable<T extends Bound>(table: Table, entity: T): T {
  bound.push([table, entity]);
  if (connection) bind(connection, table, entity);
  return entity;
}

/**
 * Binds all entities, those that are loaded later too. Until then nothing can be asked of them, and importing them
 * reads nothing from the environment. Connecting again moves them.
 */
export function connect(to: Connection): void {
  connection = to;
  for (const [table, entity] of bound) bind(to, table, entity);
}

function bind({ client, tables }: Connection, table: Table, entity: Bound) {
  const name = tables[table];
  if (name === undefined) return;
  entity.setTableName(name);
  entity.setClient(client);
}

/**
 * A client for `connect`. Its region, credentials and endpoint come the AWS SDK's usual way, where they are not given.
 */
export const clientOf = (config: DynamoDBClientConfig = {}) =>
  new DynamoDBClient({ maxAttempts: 5, sha256: Sha256, ...config });

/** Whether a single write failed because its condition did not hold. */
function conditionFailed(error: unknown): boolean {
  return cause(error) instanceof ConditionalCheckFailedException;
}

/** Does a single conditional write; false when its condition did not hold. */
export async function isDone(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (conditionFailed(error)) return false;
    throw error;
  }
}

/** Whether a single write met a transaction that holds its row: it may be tried again. */
export function conflicted(error: unknown): boolean {
  return cause(error) instanceof TransactionConflictException;
}

/**
 * Per action of a cancelled transaction, in order: DynamoDB's reason code (`None`, `ConditionalCheckFailed`,
 * `TransactionConflict` …); undefined for any other error.
 */
export function cancellation(error: unknown): string[] | undefined {
  const found = cause(error);
  if (!(found instanceof TransactionCanceledException)) return undefined;
  return (found.CancellationReasons ?? []).map((reason) => reason.Code ?? "None");
}

/** ElectroDB wraps the SDK's error as its cause. */
function cause(error: unknown): unknown {
  return error instanceof Error && error.name === "ElectroError" && error.cause ? error.cause : error;
}

/** Times that what a batch left over is tried, each after a longer wait. */
const BATCH_ATTEMPTS = 8;
const BATCH_BACKOFF_MS = 50;

/** Runs a batch of any length until DynamoDB has processed all of it, which under load it need not do at once. */
export async function inFull<Key, Item = never>(
  keys: Key[],
  batch: (keys: Key[]) => Promise<{ data?: Item[]; unprocessed: Key[] }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let left = keys;
  for (let attempt = 1; left.length > 0; attempt++) {
    if (attempt > BATCH_ATTEMPTS) throw new Error(`${left.length} of ${keys.length} items were left unprocessed.`);
    if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, BATCH_BACKOFF_MS * 2 ** attempt));
    const { data = [], unprocessed } = await batch(left);
    items.push(...data);
    left = unprocessed;
  }
  return items;
}
