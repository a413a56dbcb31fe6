import type { ServerResponse } from "node:http";

/** A response, its body final. */
export interface Outgoing {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
}

/** An answer of the gateway's own: `{"message":"…"}`. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Fields of a function's response that the gateway sets itself. */
const OWN = ["connection", "content-length", "date", "keep-alive", "server", "transfer-encoding", "upgrade"];

/** The gateway's answer for a refusal. */
export function refusalResponse({ status, message, headers }: Refusal): Outgoing {
  const body = Buffer.from(JSON.stringify({ message }));
  return { status, headers: { "content-type": "application/json", ...headers }, cookies: [], body };
}

/**
 * Reads a function's result as payload format 2.0 has it: without a status code the result itself is the body, as JSON.
 * Throws a `Refusal` 500 for a malformed response.
 */
export function readResult(payload: string): Outgoing {
  const result: unknown = payload === "" ? null : JSON.parse(payload);
  if (typeof result !== "object" || result === null || !("statusCode" in result)) {
    const body = Buffer.from(typeof result === "string" ? result : JSON.stringify(result));
    return { status: 200, headers: { "content-type": "application/json" }, cookies: [], body };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = result as Record<string, unknown>;
  const status = Number(statusCode);
  const shaped = Number.isInteger(status) && status >= 200 && status <= 599 && isScalar(statusCode);
  if (!shaped || !isAbsent(body, "string") || !isAbsent(headers, "object")) throw malformed();
  if (cookies != null && !(Array.isArray(cookies) && cookies.every(isCookie))) {
    throw malformed();
  }
  const content = Buffer.from((body as string | null) ?? "", isBase64Encoded === true ? "base64" : "utf8");
  const fields = readHeaders((headers ?? {}) as Record<string, unknown>);
  if (content.length > 0) fields["content-type"] ??= "text/plain;charset=UTF-8";
  return { status, headers: fields, cookies: (cookies as string[] | null) ?? [], body: content };
}

/** Sends it; a HEAD, 204 or 304 goes without its body. */
export function sendResponse(
  response: ServerResponse,
  { status, headers, cookies, body }: Outgoing,
  requestId: string,
  atMs: number,
) {
  const date = new Date(atMs).toUTCString();
  const fields: Record<string, string | string[]> = { ...headers, date, "apigw-requestid": requestId };
  if (cookies.length > 0) fields["set-cookie"] = cookies;
  if (status !== 204 && status !== 304) fields["content-length"] = String(body.length);
  response.writeHead(status, fields);
  response.end(body);
}

function readHeaders(headers: Record<string, unknown>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!isScalar(value)) throw malformed();
    const text = String(value);
    // What cannot stand in a header would otherwise fail halfway through the answer.
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) || !isFieldText(text)) throw malformed();
    if (!OWN.includes(name.toLowerCase())) fields[name.toLowerCase()] = text;
  }
  return fields;
}

function isCookie(value: unknown): value is string {
  return typeof value === "string" && isFieldText(value);
}

function isFieldText(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function isAbsent(value: unknown, type: string): boolean {
  return value === undefined || value === null || (typeof value === type && !Array.isArray(value));
}

function malformed() {
  return new Refusal(500, "Internal Server Error");
}
