import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** One request on a connection of its own; the path goes out as written. */
export async function ask(base: string, path: string, options: Ask = {}): Promise<Answer> {
  const response = await open(base, path, options);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) };
}

/** The response with its body unread. */
export function open(base: string, path: string, { method = "GET", headers = {}, body }: Ask = {}) {
  const { hostname, port } = new URL(base);
  return new Promise<IncomingMessage>((resolve, reject) => {
    const agent = new Agent({ maxSockets: 1 });
    const sent = httpRequest({ agent, hostname, port, method, path, headers }, resolve);
    sent.on("error", reject);
    sent.end(body);
  });
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
