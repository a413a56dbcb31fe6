import { gunzipSync } from "node:zlib";
import type { Input } from "../protocol/json.ts";
import type { Protocol } from "../protocol/service.ts";
import { AwsError, type Call } from "../world.ts";

const TARGET = "GraniteServiceVersion20100801";
/** Where today's aws CLI sends a call: smithy's RPC v2. */
const RPC_PATH = /^\/service\/([\w.]+)\/operation\/(\w+)\/?$/;
/** No request is larger (API_PutMetricData). */
const BODY_BYTES = 1024 * 1024;

/** Codes of the query protocol where they differ, which clients that match on them still read. */
const QUERY_CODES: Record<string, string> = {
  InvalidParameterValueException: "InvalidParameterValue",
  InvalidParameterCombinationException: "InvalidParameterCombination",
  MissingRequiredParameterException: "MissingParameter",
  ResourceNotFound: "ResourceNotFound",
  InvalidNextToken: "InvalidNextToken",
};

/**
 * CloudWatch speaks three protocols. Two are served: AWS JSON 1.0, which the SDK for JavaScript sends, and RPC v2 with
 * CBOR, which the aws CLI and the SDK for Python send. Outputs hold Dates; each protocol has its own way to write them.
 */
export const PROTOCOL: Protocol<Input, unknown> = {
  name: "json",
  request(call) {
    const rpc = RPC_PATH.exec(call.url.pathname);
    if (rpc && isCbor(call)) return { operation: rpc[2]!, input: () => readCbor(call) };
    const target = String(call.request.headers["x-amz-target"] ?? "");
    if (target.startsWith(`${TARGET}.`))
      return { operation: target.slice(TARGET.length + 1), input: () => readJson(call) };
    throw unsupported("The query protocol");
  },
  unknown: unsupported,
  answer: (call, output) => send(call, 200, output),
  fail(call, error) {
    const { code, message, status, details } = error;
    const side = status >= 500 ? "Receiver" : "Sender";
    call.response.setHeader("x-amzn-query-error", `${QUERY_CODES[code] ?? code};${side}`);
    void send(call, status, { __type: `com.amazonaws.cloudwatch#${code}`, message, ...details });
  },
};

function unsupported(what: string): AwsError {
  return new AwsError("UnsupportedOperation", `${what} is not part of the local cloud's CloudWatch`, 501);
}

let loading: Promise<typeof import("@smithy/core/cbor")> | undefined;
let codec: Awaited<typeof loading>;

/** CBOR takes ten megabytes of memory, and most clouds never speak it: it is loaded by the first call that does. */
async function load() {
  loading ??= import("@smithy/core/cbor");
  codec = await loading;
  return codec;
}

/** Resolves when the call can be read. */
export async function prepare(call: Call) {
  if (isCbor(call)) await load();
}

const isCbor = ({ request }: Call) => request.headers["smithy-protocol"] === "rpc-v2-cbor";

async function send(call: Call, status: number, output: unknown) {
  const { response, requestId } = call;
  const body = isCbor(call) ? await cborOf(output) : Buffer.from(jsonOf(output));
  response.writeHead(status, {
    "content-type": isCbor(call) ? "application/cbor" : "application/x-amz-json-1.0",
    ...(isCbor(call) && { "smithy-protocol": "rpc-v2-cbor" }),
    "content-length": body.length,
    "x-amzn-requestid": requestId,
  });
  response.end(body);
}

async function cborOf(output: unknown): Promise<Buffer> {
  const { cbor, dateToTag } = await load();
  return Buffer.from(cbor.serialize(dated(output, dateToTag)));
}

const jsonOf = (output: unknown) => JSON.stringify(dated(output, (date) => date.getTime() / 1000));

/** A copy in which every Date is written as `write` has it, and members without a value are left out. */
function dated(value: unknown, write: (date: Date) => unknown): unknown {
  if (value instanceof Date) return write(value);
  if (Array.isArray(value)) return value.map((one) => dated(one, write));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.map(([name, one]) => [name, dated(one, write)]));
}

function readJson(call: Call): Input {
  const text = bodyOf(call).toString("utf8");
  return objectOf(() => JSON.parse(text === "" ? "{}" : text));
}

function readCbor(call: Call): Input {
  const body = bodyOf(call);
  return objectOf(() => (body.length === 0 ? {} : plain(codec!.cbor.deserialize(body))));
}

function objectOf(read: () => unknown): Input {
  try {
    const input = read();
    if (typeof input === "object" && input !== null && !Array.isArray(input)) return input;
  } catch (error) {
    if (error instanceof AwsError) throw error;
    // Answered below, like anything else that is no object.
  }
  throw new AwsError("SerializationException", "The request body cannot be read");
}

/** As JSON has it: moments as seconds, numbers that are exact as numbers. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (codec!.tagSymbol in value) return plain((value as { value?: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

/** SDKs compress PutMetricData from ten kilobytes on. */
function bodyOf({ request, body }: Call): Buffer {
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined || encoding === "identity") return body;
  const unreadable = new AwsError("SerializationException", `The body cannot be read as ${encoding}`);
  if (encoding !== "gzip") throw unreadable;
  try {
    return gunzipSync(body, { maxOutputLength: BODY_BYTES });
  } catch {
    throw unreadable;
  }
}
