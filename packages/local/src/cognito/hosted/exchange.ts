import type { IncomingMessage, ServerResponse } from "node:http";
import { errorPage } from "./error-page.ts";

/** One request to the hosted domain. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Resolved against the pool's own address. */
  url: URL;
}

/** An answer that is an error page of its own. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const FORM_BYTES = 16 * 1024;

export function send({ response }: Exchange, status: number, headers: Record<string, string>, body: string) {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

export function redirect({ response }: Exchange, status: 302 | 303, location: string) {
  response.writeHead(status, { location, "content-length": 0, "cache-control": "no-store" });
  response.end();
}

export function refuse(exchange: Exchange, { status, code, message }: Refused) {
  send(exchange, status, errorPage.headers, errorPage.body(code, message));
}

/** The fields of a posted form. Throws `Refused` for any other body: pages of other sites can send those. */
export async function readForm({ request }: Exchange): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
    throw new Refused(415, "invalid_request", "The form was not sent as a form.");
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > FORM_BYTES) throw new Refused(413, "invalid_request", "The form is too large.");
    chunks.push(chunk as Buffer);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}
