import type { Table } from "@dropclip/synth/cloud";
import type { Clock } from "../clock.ts";
import { ask, type Engine, EngineError } from "./engine.ts";

const SECOND = 1000;
/** "Items with a TTL older than 5 years" are left alone (howitworks-ttl.html). */
const OLDEST_SECONDS = 5 * 365 * 24 * 60 * 60;

/** Deletes what has passed its time to live, as DynamoDB does some time after; resolves with how many items. */
export async function sweep(engine: Engine, tables: Table[], clock: Clock): Promise<number> {
  const now = Math.floor(clock.now() / SECOND);
  const values = { ":now": { N: String(now) }, ":oldest": { N: String(now - OLDEST_SECONDS) } };
  const expired = "#ttl < :now AND #ttl > :oldest";
  let deleted = 0;
  for (const table of tables.filter(({ ttlAttribute }) => ttlAttribute)) {
    const names = { "#ttl": table.ttlAttribute! };
    const keys = [table.hashKey, ...(table.rangeKey ? [table.rangeKey] : [])];
    const common = { TableName: table.name, ExpressionAttributeValues: values };
    let start: unknown;
    do {
      const page = await ask(engine, "Scan", {
        ...common,
        FilterExpression: expired,
        ProjectionExpression: keys.map((_, index) => `#key${index}`).join(", "),
        ExpressionAttributeNames: { ...names, ...Object.fromEntries(keys.map((key, index) => [`#key${index}`, key])) },
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      for (const key of page.Items) {
        // On the same condition: the item may have been given more time since it was read.
        const request = { ...common, Key: key, ConditionExpression: expired, ExpressionAttributeNames: names };
        if (await succeeds(ask(engine, "DeleteItem", request))) deleted++;
      }
      start = page.LastEvaluatedKey;
    } while (start);
  }
  return deleted;
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.type === "ConditionalCheckFailedException") return false;
    throw error;
  }
}
