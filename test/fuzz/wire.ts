import { Agent, request } from "node:http";
import type { Sent } from "./requests.ts";

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** Longer than the gateway waits for a function. */
const HANGS_MS = 40_000;
const agent = new Agent({ keepAlive: true });

/** Sends a request as it is written: no client in between mends its path, its method or its headers. */
export function send(api: string, { method, target, headers, body }: Sent): Promise<Answer> {
  const { hostname, port } = new URL(api);
  const length = body ? { "content-length": body.length } : {};
  return new Promise((resolve, reject) => {
    const sent = request({ agent, hostname, port, method, path: target, headers: { ...headers, ...length } }, (got) => {
      const chunks: Buffer[] = [];
      got.on("data", (chunk: Buffer) => chunks.push(chunk));
      got.on("error", reject);
      got.on("end", () => {
        resolve({ status: got.statusCode!, headers: got.headers, text: Buffer.concat(chunks).toString("utf8") });
      });
    });
    sent.setTimeout(HANGS_MS, () => sent.destroy(new Error("no answer")));
    sent.on("error", reject);
    sent.end(body);
  });
}
