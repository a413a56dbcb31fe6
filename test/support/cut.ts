import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands between this process and the cloud's AWS endpoint. */
export interface Cut {
  url: string;
  /** Runs the work; after so many calls of AWS every further one is refused. Whether it came to its end. */
  after(calls: number, work: () => Promise<unknown>): Promise<boolean>;
  /** Does something before the next call of that method and end of path goes on. */
  before(method: string, path: string, work: () => Promise<unknown>): Promise<void>;
  /** Details of events that were handed to the bus since this was last asked. */
  told(): any[];
  close(): void;
}

/**
 * A way to the endpoint that can be cut: as if the process had been killed, nothing of what comes later is done.
 * Whoever is refused in vain goes on in this process, and does nothing either.
 */
export async function cuttable(endpoint: string): Promise<Cut> {
  const { hostname, port } = new URL(endpoint);
  let left = Number.POSITIVE_INFINITY;
  let refused = 0;
  let told: any[] = [];
  let awaited: { method: string; path: string; arrive: () => Promise<unknown> } | undefined;
  const forward = (call: IncomingMessage, body: Buffer, answer: ServerResponse) => {
    const onward = request({ hostname, port, method: call.method, path: call.url, headers: call.headers }, (from) => {
      answer.writeHead(from.statusCode!, from.headers);
      from.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    onward.end(body);
  };
  const server = createServer(async (call, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of call) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (awaited && call.method === awaited.method && new URL(call.url!, endpoint).pathname.endsWith(awaited.path)) {
      const { arrive } = awaited;
      awaited = undefined;
      await arrive();
    }
    if (left-- > 0) {
      if (call.headers["x-amz-target"] === "AWSEvents.PutEvents")
        told.push(...JSON.parse(body.toString()).Entries.map(({ Detail }: { Detail: string }) => JSON.parse(Detail)));
      return forward(call, body, answer);
    }
    refused++;
    // Nothing that a client would try again.
    const isJson = call.headers["x-amz-target"] !== undefined;
    answer.writeHead(403, { "content-type": isJson ? "application/x-amz-json-1.0" : "application/xml" });
    answer.end(isJson ? '{"__type":"Cut","message":"cut"}' : "<Error><Code>Cut</Code><Message>cut</Message></Error>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async after(calls, work) {
      [left, refused] = [calls, 0];
      await work().catch((error) => {
        if (refused === 0) throw error;
      });
      left = Number.POSITIVE_INFINITY;
      return refused === 0;
    },
    before(method, path, work) {
      const done = Promise.withResolvers<void>();
      awaited = { method, path, arrive: () => work().then(() => done.resolve(), done.reject) };
      return done.promise;
    },
    told() {
      const all = told;
      told = [];
      return all;
    },
    close: () => void server.close(),
  };
}
