import type { Socket } from "node:net";
import { type Listening, listen } from "../listener.ts";
import { gateway, type HttpApiOptions } from "./gateway.ts";
import { newRequestId } from "./incoming.ts";

/** One HTTP API. */
export interface RunningHttpApi {
  /** Opens the API on loopback (0: any port) and returns its URL; rejects with the listen error as it is. */
  listen(port: number): Promise<string>;
  /** Ends the listener with its connections at once. */
  stop(): Promise<void>;
}

/** Bytes of request line and headers an HTTP API takes. */
const HEAD_BYTES = 10_240;
const KEEP_ALIVE_MS = 60_000;

/** Makes an HTTP API (payload format 2.0); throws for a route that cannot run, naming it. */
export function createHttpApi({ world, api, lambda, verifyToken }: HttpApiOptions): RunningHttpApi {
  for (const { routeKey, payloadFormatVersion, authorizer } of api.routes) {
    const where = `the route ${routeKey} of the API ${api.name}`;
    if (payloadFormatVersion !== "2.0")
      throw new Error(`${where} has payload format ${payloadFormatVersion}; only 2.0 runs locally`);
    if (authorizer && !verifyToken)
      throw new Error(`${where} has the authorizer ${authorizer.id}, but nothing verifies its tokens`);
  }
  const handle = gateway({ world, api, lambda, verifyToken });
  const listeners: Listening[] = [];
  return {
    async listen(port) {
      const options = { maxHeaderSize: HEAD_BYTES, keepAliveTimeout: KEEP_ALIVE_MS };
      const listener = await listen({ ...options, answer: handle, refuse }, port);
      listeners.push(listener);
      return listener.url;
    },
    async stop() {
      await Promise.all(listeners.splice(0).map((listener) => listener.close()));
    },
  };
}

/** What cannot be parsed as a request, or has too much of a head. */
function refuse(error: NodeJS.ErrnoException, socket: Socket) {
  if (error.code === "ECONNRESET" || !socket.writable) return socket.destroy();
  const status = error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  const body = JSON.stringify({ message: status.slice(4) });
  const head = [
    `apigw-requestid: ${newRequestId()}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
  ];
  return socket.end(`HTTP/1.1 ${status}\r\n${head.join("\r\n")}\r\nConnection: close\r\n\r\n${body}`);
}
