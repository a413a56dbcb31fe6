import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Table } from "@dropclip/synth/cloud";
import { AwsError, type Call, type World } from "../world.ts";
import { bodyOf, operationOf, send, unknownOperation } from "./call.ts";
import { type Engine, post, text } from "./engine.ts";
import { storageErrorOf } from "./fault.ts";
import { OPERATIONS } from "./operations.ts";

/** The engine's own names for its tables, in answers that carry ARNs. */
const ENGINE_ARN = /arn:aws:dynamodb:[\w-]+:\d{12}:table\//g;

/** Checks that the caller may do what the request asks, then lets the engine answer it. */
export async function handle(world: World, tables: Table[], engine: Engine, call: Call) {
  const name = operationOf(call);
  const operation = OPERATIONS[name];
  if (!operation || !Object.hasOwn(OPERATIONS, name)) throw unknownOperation(name);
  const body = bodyOf(call);
  plainNames(world, body);
  for (const need of operation(body, tables)) {
    const context = need.leadingKey === undefined ? undefined : { "dynamodb:LeadingKeys": need.leadingKey };
    world.authorize(call.principal, `dynamodb:${need.action}`, arnOf(world, tables, need.table, need.index), context);
  }
  // Written anew: what was authorised is what runs, even if the body named a member twice.
  const answer = await post(engine, name, JSON.stringify(body)).catch((error: Error) => {
    world.log({ service: "dynamodb", level: "warn", message: `the engine did not answer ${name}: ${error.message}` });
    throw internal("The request processing has failed because of an internal error");
  });
  const status = answer.statusCode ?? 500;
  if (status >= 500) {
    const said = await text(answer);
    const error = storageErrorOf(world, said, join(world.directory, "dynamodb.db"));
    if (error) throw internal(error.message);
    return send(call, status, said);
  }
  if (name.startsWith("Describe")) {
    const ours = `arn:aws:dynamodb:${world.region}:${world.account}:table/`;
    return send(call, status, (await text(answer)).replace(ENGINE_ARN, ours));
  }
  const { "x-amz-crc32": checksum, "content-length": length } = answer.headers;
  call.response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-requestid": call.requestId,
    ...(length ? { "content-length": length } : {}),
    ...(checksum ? { "x-amz-crc32": String(checksum) } : {}),
  });
  await pipeline(answer, call.response).catch(() => undefined); // the client has gone
}

/** What DynamoDB calls a fault of its own; SDKs try again. */
const internal = (message: string) => new AwsError("InternalServerError", message, 500);

function arnOf(world: World, tables: Table[], name: unknown, index: unknown): string {
  if (name === "*") return "*";
  const known = tables.find((table) => table.name === name)?.arn;
  const arn = known ?? `arn:aws:dynamodb:${world.region}:${world.account}:table/${name}`;
  return index === undefined ? arn : `${arn}/index/${index}`;
}

/** Callers may name a table by its ARN; the engine knows names only. Changes `body`. */
function plainNames(world: World, body: Record<string, any>) {
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
