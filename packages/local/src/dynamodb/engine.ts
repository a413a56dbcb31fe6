import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { KEEP_ALIVE } from "./lines.ts";

/** A DynamoDB-compatible server behind the front. */
export interface Engine {
  /** Where it listens now; waits while it restarts. */
  url(): Promise<string>;
  agent: Agent;
  stop(): Promise<void>;
}

/** Answers of the engine that are read, not passed on. */
export class EngineError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(`${type}: ${message}`);
    this.type = type;
  }
}

/** Engines check that a request is signed, not by whom. */
const SIGNATURE = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=AKIALOCAL/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
  "x-amz-date": "20260101T000000Z",
};

/** Sends one request over a kept connection; rejects when the engine cannot be reached. */
export async function post(engine: Engine, operation: string, body: string | Buffer): Promise<IncomingMessage> {
  const outgoing = request(await engine.url(), {
    method: "POST",
    agent: engine.agent,
    headers: {
      ...SIGNATURE,
      "content-type": "application/x-amz-json-1.0",
      "content-length": Buffer.byteLength(body),
      "x-amz-target": `DynamoDB_20120810.${operation}`,
    },
  });
  outgoing.end(body);
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  return response;
}

/** Runs an operation for ourselves. Rejects with EngineError when the engine refuses it. */
export async function ask(engine: Engine, operation: string, input: unknown): Promise<Record<string, any>> {
  const response = await post(engine, operation, JSON.stringify(input));
  const answer = JSON.parse(await text(response));
  if (response.statusCode === 200) return answer;
  throw new EngineError(String(answer.__type).split("#").at(-1)!, answer.message ?? answer.Message ?? "");
}

export async function text(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export function keepAlive(): Agent {
  return new Agent(KEEP_ALIVE);
}
