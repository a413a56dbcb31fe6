import { misfit, type Operation, slip, success } from "./contract.ts";
import type { Sent } from "./requests.ts";
import type { Answer } from "./wire.ts";

/** Answers of the gateway's own, before or instead of a function's. */
const GATEWAY: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  413: "Request Entity Too Large",
  431: "Request Header Fields Too Large",
};
const PROBLEM = { $ref: "#/components/schemas/Problem" };
/** Words of what runs behind the API: none of it is for clients. */
const INTERNALS =
  /\bat [\w.<> ]+\(|:\d+:\d+\)|node_modules|\/(tmp|var|work|home|root)\/|\.ts\b|Exception|Electro|dynamo|arn:aws|AccessDenied|valibot|\[object |undefined\b|\bNaN\b|Cannot read/i;
/** Shorter text may stand in a message by chance. */
const ECHO_LENGTH = 12;
const DEEP = 10;

/** What is wrong with the answer to a request; nothing for a good one. */
export function verdict(operation: Operation, sent: Sent, { status, headers, text }: Answer): string[] {
  // Nobody of that name is here: what else is asked is not even looked at.
  if (sent.headers.host !== undefined)
    return status === 421 || status === 400 ? [] : [`answers ${status} to who asks for another host`];
  const problems: string[] = [];
  const body = parsed(text);
  const own = isGateways(status, body) || (sent.method === "HEAD" && status === 404);
  if (status >= 500) problems.push(`answers ${status}`);
  if (text !== "" && body === undefined) problems.push("the body is no JSON");
  if (!own && sent.plain && !(status in operation.answers)) problems.push(`answers ${status}, which is not documented`);
  if (own && sent.plain && status !== 401 && !isTooLong(sent)) problems.push("the gateway has no such route");
  if (!own && status >= 400 && sent.method !== "HEAD") problems.push(...refusal(sent, status, headers, text, body));
  if (!own && sent.plain) problems.push(...answer(operation, status, headers, text, body));
  if (sent.twists.join() === "spelling" && status < 300) problems.push("takes another spelling of a name");
  problems.push(...right(operation, sent, status, body));
  return problems;
}

function refusal(sent: Sent, status: number, headers: Answer["headers"], text: string, body: any): string[] {
  const problems: string[] = [];
  const wrong = slip(PROBLEM, body);
  if (wrong) problems.push(`the refusal is no Problem: ${wrong}`);
  else if (body.requestId === "") problems.push("the refusal has no requestId");
  if (INTERNALS.test(text)) problems.push("the refusal tells of the inside");
  if (status === 429 && body?.code === "request.too_many" && !/^\d+$/.test(String(headers["retry-after"])))
    problems.push("429 without Retry-After");
  const echoed = stringsOf(parsed(sent.body?.toString() ?? "")).find((one) => text.includes(one));
  if (echoed) problems.push(`the refusal repeats ${JSON.stringify(echoed.slice(0, 40))}`);
  return problems;
}

/** An answer of the operation itself. */
function answer(operation: Operation, status: number, headers: Answer["headers"], text: string, body: any): string[] {
  const schema = operation.answers[status];
  if (!schema) return text === "" ? [] : ["a body where none is documented"];
  const problems: string[] = [];
  const wrong = (status < 300 ? slip : misfit)(schema, body);
  if (wrong) problems.push(`the body does not fit the document: ${wrong}`);
  if (!/^application\/json\b/.test(String(headers["content-type"]))) problems.push("JSON that is not called so");
  if (status < 300 && !headers.etag) problems.push("no ETag");
  return problems;
}

/** Who may do what, and what is taken. */
function right(operation: Operation, sent: Sent, status: number, body: any): string[] {
  if (!sent.plain || status >= 500) return [];
  const { member, foreign, fits, twists } = sent;
  const done = status < 300;
  if (operation.access !== "public" && !member)
    return status === 401 || isTooLong(sent) ? [] : [`nobody is answered ${status}`];
  if (operation.access === "creative" && member?.group === "fan" && status !== 403 && !isTooLong(sent))
    return [`a fan is answered ${status}`];
  if (foreign && done) return ["takes what belongs to others"];
  if (done && fits === false) return ["takes a body that the document refuses"];
  const whole = twists.length === 0;
  if (whole && fits !== false && body?.code === "request.invalid")
    return [`refuses what the document takes: ${body.message}`];
  if (whole && operation.access === "public" && !done && status !== 404)
    return [`answers ${status} to an honest question`];
  if (done && String(status) !== success(operation)) return [`does it with ${status}`];
  return [];
}

const isGateways = (status: number, body: any) =>
  Object.keys(body ?? {}).join() === "message" && body.message === GATEWAY[status];

/** More than a gateway's 10,240 bytes of head, or than its 10 MB of body. */
const isTooLong = ({ target, headers }: Sent) =>
  target.length + Object.entries(headers).flat().join().length + 200 > 10_240;

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Text a client has sent that nobody else would write; what lies deep is left out. */
function stringsOf(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return value.length >= ECHO_LENGTH && !/^[A-Za-z]+$/.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null || depth > DEEP) return [];
  return Object.values(value).flatMap((inner) => stringsOf(inner, depth + 1));
}
