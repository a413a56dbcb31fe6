import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { isLoopback } from "./lambda/runtime/loopback.ts";

/** The handler of a port of the local cloud. */
export interface Port extends Pick<ServerOptions, "maxHeaderSize" | "keepAliveTimeout" | "requestTimeout"> {
  /** With `waits` the client sends its body only after it is told to, which is then for `answer` to do. */
  answer(request: IncomingMessage, response: ServerResponse, waits: boolean): unknown;
  /** Whether `answer` tells such clients itself; they are told at once where it does not. */
  invites?: boolean;
  /** Answers input that is not an HTTP request. */
  refuse?(error: NodeJS.ErrnoException, socket: Socket): void;
}

export interface Listening {
  url: string;
  /** Ends the listener with all its connections, idle or not. */
  close(): Promise<void>;
}

const HOST = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i;
const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i;

/**
 * Opens a port on loopback, 0 for any; every port of the local cloud is opened here. Rejects with the listen error as
 * it is, for example EADDRINUSE. A web page reaches this machine under a name of its own once its DNS says so, and is
 * then of the same origin: only requests that name this machine are answered.
 */
export async function listen({ answer, invites, refuse, ...options }: Port, port: number): Promise<Listening> {
  const server = createServer({ ...options, requireHostHeader: false });
  const begin = (request: IncomingMessage, response: ServerResponse, waits: boolean) => {
    if (turnAway(request, response)) return;
    if (waits && !invites) response.writeContinue();
    answer(request, response, waits && invites === true);
  };
  server.on("request", (request, response) => begin(request, response, false));
  server.on("checkContinue", (request, response) => begin(request, response, true));
  if (refuse) server.on("clientError", refuse);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Answers a request that is not for this machine; returns false for a request that is, which the caller must answer.
 */
export function turnAway(request: IncomingMessage, response: ServerResponse): boolean {
  const problem = misdirected(request);
  if (!problem) return false;
  const [status, sentence] = problem;
  request.resume();
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(sentence),
    connection: "close",
  });
  response.end(sentence);
  return true;
}

/**
 * Why a request is not for this machine, with its status. A name in the target counts as much as the header's (RFC
 * 9112).
 */
function misdirected({ url = "", headersDistinct }: IncomingMessage): [status: number, sentence: string] | undefined {
  const hosts = headersDistinct.host ?? [];
  if (hosts.length !== 1) return [400, "A request has one Host header."];
  const named = [...hosts, ...(ABSOLUTE.exec(url)?.slice(1) ?? [])];
  if (named.every((host) => isLoopback(HOST.exec(host)?.[1] ?? ""))) return undefined;
  return [
    421,
    "The local cloud answers for this machine only: under localhost, a name below it or a loopback address.",
  ];
}
