import { createServer, type Server, type ServerResponse } from "node:http";
import { finished } from "node:stream/promises";
import { CALLBACK_PATH, CALLBACK_PORTS, callbackUrl } from "@dropclip/core/sign-in";
import { turnAway } from "@dropclip/local/listener";
import { CliError } from "../errors.ts";
import { page } from "./page.ts";

/** The redirect URLs of the app client. */
export const CALLBACK_URLS = CALLBACK_PORTS.map(callbackUrl);

/** `localhost` is one or the other, depending on the browser. */
const HOSTS = ["127.0.0.1", "::1"];
/** Errors on a machine without IPv6. */
const NO_SUCH_ADDRESS = ["EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL"];

/** The parameters that the browser returned with. */
export interface Callback {
  answer: URLSearchParams;
  /** Shows the user a page; resolves when the browser has it. */
  reply(title: string, text: string): Promise<void>;
}

export interface CallbackListener {
  redirectUri: string;
  /** Waits for the browser's return from the sign-in with that state. Other requests are answered and ignored. */
  wait(state: string): Promise<Callback>;
  close(): Promise<void>;
}

/** Listens on the first free port. A `CliError` when none is free. */
export async function listenForCallback(ports: readonly number[]): Promise<CallbackListener> {
  for (const port of ports) {
    const servers = await listen(port);
    if (servers) return listener(port, servers);
  }
  const all = ports.map(String);
  const last = all.pop();
  throw new CliError(
    `the browser could not come back: ports ${all.join(", ")} and ${last} are in use; free one of them, or sign in with --user`,
  );
}

function listener(port: number, servers: Server[]): CallbackListener {
  return {
    redirectUri: callbackUrl(port),
    wait: (state) =>
      new Promise((resolve) => {
        for (const server of servers) {
          server.on("request", (request, response) => {
            if (turnAway(request, response)) return;
            const url = new URL(request.url ?? "/", callbackUrl(port));
            if (request.method !== "GET" || url.pathname !== CALLBACK_PATH)
              return void send(response, 404, "Not found", "There is nothing here.");
            // Any web page can send the browser here: only an answer with our own state counts.
            if (url.searchParams.get("state") !== state)
              return void send(response, 400, "Not signed in", "This page does not belong to the sign-in in progress.");
            resolve({ answer: url.searchParams, reply: (title, text) => send(response, 200, title, text) });
          });
        }
      }),
    async close() {
      await Promise.all(
        servers.map(async (server) => {
          server.closeAllConnections();
          await new Promise((closed) => server.close(closed));
        }),
      );
    },
  };
}

async function listen(port: number): Promise<Server[] | undefined> {
  const servers: Server[] = [];
  for (const host of HOSTS) {
    const server = createServer();
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, resolve);
      });
      servers.push(server);
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (NO_SUCH_ADDRESS.includes(code) && servers.length > 0) continue;
      for (const other of servers) other.close();
      if (code === "EADDRINUSE" || code === "EACCES") return undefined;
      throw error;
    }
  }
  return servers;
}

function send(response: ServerResponse, status: number, title: string, text: string): Promise<void> {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "no-store",
    connection: "close",
  });
  response.end(page(title, text));
  // A browser that closed its connection is no error: its part is done.
  return finished(response).catch(() => {});
}
