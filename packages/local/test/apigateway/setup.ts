import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { HttpApi, Route } from "@dropclip/synth/cloud";
import { onTestFinished } from "vitest";
import { createHttpApi } from "../../src/apigateway/index.ts";
import { TestClock } from "../../src/clock.ts";
import type { InvokeResult, VerifyToken } from "../../src/ports.ts";
import { Store } from "../../src/store.ts";
import { AwsError, type LogEntry, type Principal, type World } from "../../src/world.ts";
import { checkKnown } from "../iam/known.ts";

export const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:api";

export function route(routeKey: string, changes: Partial<Route> = {}): Route {
  return { routeKey, functionArn: FUNCTION, payloadFormatVersion: "2.0", scopes: [], ...changes };
}

export function httpApi(routes: Route[], changes: Partial<HttpApi> = {}): HttpApi {
  const endpoint = "https://abc123.execute-api.us-east-1.amazonaws.com";
  return { id: "abc123", name: "dropclip-api", endpoint, routes, ...changes };
}

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  text: string;
  body: Buffer;
}

type Handler = (event: any) => unknown;

/** An API in front of a function written in the test; what it returns is the payload, what it throws the error. */
export async function gateway(api: HttpApi, handler: Handler = (event) => event, verifyToken?: VerifyToken) {
  const clock = new TestClock();
  const store = new Store(":memory:");
  const events: any[] = [];
  const asked: {
    principal: Principal;
    action: string;
    resource: string;
    context?: Record<string, string | string[]>;
  }[] = [];
  const denied = new Set<string>();
  const logs: LogEntry[] = [];
  const world: World = {
    account: "123456789012",
    region: "us-east-1",
    clock,
    store,
    directory: "/nonexistent",
    log: (entry) => logs.push(entry),
    uuid: () => "00000000-0000-7000-8000-000000000000",
    metrics: { put() {} },
    assumeRole: () => ({ accessKeyId: "A", secretAccessKey: "S" }),
    actAs: () => ({ accessKeyId: "A", secretAccessKey: "S" }),
    endpoint: () => "http://127.0.0.1:1",
    authorize: (principal, action, resource, context) => {
      checkKnown(action, resource, context);
      asked.push({ principal, action, resource, context });
      if (denied.has(resource)) throw new AwsError("AccessDeniedException", "not authorized", 403);
    },
  };
  const invoke = async (_: string, payload: string): Promise<InvokeResult> => {
    const event = JSON.parse(payload);
    events.push(event);
    const common = { statusCode: 200, executedVersion: "$LATEST", requestId: "L1" };
    try {
      const result = await handler(event);
      return { ...common, payload: result === undefined ? "null" : JSON.stringify(result) };
    } catch (error) {
      if (error instanceof AwsError) throw error;
      return { ...common, payload: JSON.stringify({ errorMessage: String(error) }), functionError: "Unhandled" };
    }
  };
  const running = createHttpApi({ world, api, lambda: { invoke }, verifyToken });
  const url = await running.listen(0);
  onTestFinished(async () => {
    await running.stop();
    store.close();
  });
  const ask = (method: string, path: string, headers: Record<string, string | string[]> = {}, body?: string | Buffer) =>
    send(url, method, path, headers, body);
  return { url, ask, events, asked, denied, clock, logs, running };
}

async function send(
  base: string,
  method: string,
  path: string,
  headers: Record<string, string | string[]>,
  body?: string | Buffer,
): Promise<Answer> {
  const { hostname, port } = new URL(base);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const agent = new Agent({ maxSockets: 1 });
    const request = httpRequest({ agent, hostname, port, method, path, headers }, resolve);
    request.on("error", reject);
    request.end(body);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  return { status: response.statusCode!, headers: response.headers, text: whole.toString(), body: whole };
}

/** Sends bytes as they are and reads until the other side closes. */
export function raw(base: string, text: string): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      received += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
    socket.write(text, "latin1");
  });
}
