import type { BusEvent } from "../../ports.ts";
import type { Input } from "../../protocol/json.ts";
import { AwsError } from "../../world.ts";
import { busArn, type EventsState, type Operation } from "../context.ts";
import { isoSeconds } from "../time.ts";

const ENTRIES = 10;
/** All entries together (eb-putevent-size.html). */
export const REQUEST_BYTES = 1024 * 1024;
const TIME_BYTES = 14;

/** Every entry succeeds or fails on its own. */
export const putEvents: Operation = (service, input, call) => {
  const entries: unknown[] = Array.isArray(input.Entries) ? input.Entries : [];
  if (entries.length < 1 || entries.length > ENTRIES) {
    const problem = `Member must have length between 1 and ${ENTRIES}`;
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: ${problem}`,
      400,
    );
  }
  const bytes = entries.map(entryBytes).reduce((sum, size) => sum + size, 0);
  if (bytes > REQUEST_BYTES) {
    throw new AwsError("ValidationException", `Total size of the entries in the request is over the limit.`, 400);
  }
  for (const entry of entries as (Input | null)[]) {
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
    const keys = {
      ...(typeof entry?.Source === "string" ? { "events:source": entry.Source } : {}),
      ...(typeof entry?.DetailType === "string" ? { "events:detail-type": entry.DetailType } : {}),
    };
    service.world.authorize(call.principal, "events:PutEvents", knownBus(service, entry?.EventBusName), keys);
  }
  const results = service.world.store.transaction(() => entries.map((entry) => putEntry(service, entry)));
  return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
};

function putEntry(
  service: EventsState,
  entry: unknown,
): { EventId: string } | { ErrorCode: string; ErrorMessage: string } {
  try {
    const event = read(service, (entry ?? {}) as Input);
    service.accept(event);
    return { EventId: event.id };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { ErrorCode: error.code, ErrorMessage: error.message };
  }
}

function read(service: EventsState, entry: Input): BusEvent {
  const { world } = service;
  for (const name of ["Source", "DetailType", "Detail"]) {
    if (typeof entry[name] === "string" && entry[name] !== "") continue;
    throw new AwsError("InvalidArgument", `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  }
  busArn(service, entry.EventBusName);
  if (entry.Source.startsWith("aws.")) {
    throw new AwsError("NotAuthorizedForSourceException", "Not authorized for the source.");
  }
  return {
    version: "0",
    id: world.uuid(),
    "detail-type": entry.DetailType,
    source: entry.Source,
    account: world.account,
    time: isoSeconds(typeof entry.Time === "number" ? entry.Time * 1000 : world.clock.now()),
    region: world.region,
    resources: Array.isArray(entry.Resources) ? entry.Resources.map(String) : [],
    detail: readDetail(entry.Detail),
  };
}

function readDetail(text: string): Record<string, unknown> {
  try {
    const detail = JSON.parse(text);
    if (typeof detail === "object" && detail !== null && !Array.isArray(detail)) return detail;
  } catch {
    // Answered below, like anything else that is no object.
  }
  throw new AwsError("MalformedDetail", "Detail is malformed.");
}

/** A bus that is not there fails its entries, not the request; the permission asked for is the one of its name. */
function knownBus({ world }: EventsState, name: unknown): string {
  if (typeof name === "string" && name.startsWith("arn:")) return name;
  return `arn:aws:events:${world.region}:${world.account}:event-bus/${name === undefined ? "default" : String(name)}`;
}

function entryBytes(entry: any): number {
  const texts = [
    entry?.Source,
    entry?.DetailType,
    entry?.Detail,
    ...(Array.isArray(entry?.Resources) ? entry.Resources : []),
  ];
  const time = entry?.Time === undefined ? 0 : TIME_BYTES;
  return texts.reduce((sum, text) => sum + (typeof text === "string" ? Buffer.byteLength(text) : 0), time);
}
