import { join } from "node:path";
import type { Table } from "@dropclip/synth/cloud";
import { TYPE } from "@dropclip/synth/from-graph/types";
import { type Input, type JsonOperation, JsonText } from "../protocol/json.ts";
import type { Settings } from "../settings.ts";
import type { World } from "../world.ts";
import { type Engine, post, text } from "./engine.ts";
import { internal } from "./errors.ts";
import { storageErrorOf } from "./fault.ts";
import type { Needs } from "./needs.ts";

/** What the operations work on. */
export interface DynamoDbState {
  world: World;
  tables: Table[];
  settings: Settings;
  engine: Engine;
}

/** The engine's own names for its tables, in answers that carry ARNs. */
const ENGINE_ARN = /arn:aws:dynamodb:[\w-]+:\d{12}:table\//g;

/** The operation of that name: checks that the caller may do what the request needs, then lets the engine answer it. */
export const forward =
  (name: string, needs: Needs): JsonOperation<DynamoDbState> =>
  async ({ world, tables, settings, engine }, body, { principal }) => {
    plainNames(world, body);
    for (const need of needs(body, tables)) {
      const context = need.leadingKey === undefined ? undefined : { "dynamodb:LeadingKeys": need.leadingKey };
      world.authorize(principal, `dynamodb:${need.action}`, arnOf(world, tables, need.table, need.index), context);
    }
    // Serialised again: the authorised input is what runs, even if the body named a member twice.
    const answer = await post(engine, name, JSON.stringify(body)).catch((error: Error) => {
      world.log({ service: "dynamodb", level: "warn", message: `the engine did not answer ${name}: ${error.message}` });
      throw internal("The request processing has failed because of an internal error");
    });
    const status = answer.statusCode ?? 500;
    if (status >= 500) {
      const said = await text(answer);
      const error = storageErrorOf(world, said, join(world.directory, "dynamodb.db"));
      if (error) throw internal(error.message);
      return new JsonText(status, said);
    }
    if (name.startsWith("Describe")) {
      const ours = `arn:aws:dynamodb:${world.region}:${world.account}:table/`;
      return new JsonText(status, protection(settings, (await text(answer)).replace(ENGINE_ARN, ours)));
    }
    const { "x-amz-crc32": checksum, "content-length": length } = answer.headers;
    return new JsonText(status, answer, {
      ...(length && { "content-length": length }),
      ...(checksum && { "x-amz-crc32": String(checksum) }),
    });
  };

/** The engine knows of no deletion protection: a table here lives as long as the local data. */
function protection(settings: Settings, text: string): string {
  const answer = JSON.parse(text);
  if (!answer.Table) return text;
  const set = settings.with(TYPE.table, "name", answer.Table.TableName)?.inputs;
  answer.Table.DeletionProtectionEnabled = set?.deletionProtectionEnabled ?? false;
  return JSON.stringify(answer);
}

/** The ARN of a table that a call names, or of one of its indexes. */
export function arnOf(world: World, tables: Table[], name: unknown, index: unknown): string {
  if (name === "*") return "*";
  const known = tables.find((table) => table.name === name)?.arn;
  const arn = known ?? `arn:aws:dynamodb:${world.region}:${world.account}:table/${name}`;
  return index === undefined ? arn : `${arn}/index/${index}`;
}

/** Callers may name a table by its ARN; the engine knows names only. Changes `body`. */
export function plainNames(world: World, body: Input) {
  const prefix = `arn:aws:dynamodb:${world.region}:${world.account}:table/`;
  const plain = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  const entries: unknown[] = Array.isArray(body.TransactItems) ? body.TransactItems : [];
  for (const holder of [body, ...entries.flatMap((entry) => Object.values(entry ?? {}))]) {
    if (typeof holder?.TableName === "string") holder.TableName = plain(holder.TableName);
  }
  if (typeof body.RequestItems === "object" && body.RequestItems !== null) {
    body.RequestItems = Object.fromEntries(
      Object.entries(body.RequestItems).map(([key, value]) => [plain(key), value]),
    );
  }
}
