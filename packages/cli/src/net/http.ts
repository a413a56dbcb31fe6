import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as plain } from "node:http";
import { request as secure } from "node:https";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { messageOf, Transient } from "../errors.ts";

/** A connection without any traffic for this long is closed. */
const IDLE_MS = 60_000;
/** A page of 1,000 parts is about 200 KB; no other expected answer is much larger. */
const ANSWER_BYTES = 16 * 1024 * 1024;

/** A request body read from disk while it is sent. */
export interface Slice {
  bytes: number;
  open(): Readable;
}

export interface HttpRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | Slice | undefined;
  signal: AbortSignal;
  /** Bytes of the body given to the connection since the last call. */
  onSent?: ((bytes: number) => void) | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/**
 * Sends one request and returns its whole answer, whatever its status. Uses Node's own client instead of fetch, because
 * signed requests must carry exactly the signed headers. Throws `Transient` when the connection fails, or the signal's
 * reason when it aborts.
 */
export async function exchange(ask: HttpRequest): Promise<HttpAnswer> {
  ask.signal.throwIfAborted();
  const length = typeof ask.body === "string" ? Buffer.byteLength(ask.body) : (ask.body?.bytes ?? 0);
  const hasLength = Object.keys(ask.headers).some((name) => name.toLowerCase() === "content-length");
  const headers = hasLength || ask.method === "GET" ? ask.headers : { ...ask.headers, "content-length": `${length}` };
  const open = ask.url.startsWith("https:") ? secure : plain;
  const request = open(ask.url, { method: ask.method, headers, signal: ask.signal });
  request.setTimeout(IDLE_MS, () => request.destroy(new Error(`no data for ${IDLE_MS / 1000} s`)));
  const answered = answerOf(request);
  try {
    // An answer that arrives before the whole body is sent is final: the server has refused the rest. So a connection
    // that breaks while sending is not a failure yet; the answer may have arrived already.
    const fed = feed(request, ask).catch((error) => {
      if (error instanceof ShortBody) throw error;
    });
    return await Promise.race([answered, fed.then(() => answered)]);
  } catch (error) {
    ask.signal.throwIfAborted();
    if (error instanceof ShortBody) throw error;
    throw new Transient(messageOf(error));
  } finally {
    if (!request.writableFinished) request.destroy();
  }
}

/** The file ended before the announced number of bytes. */
export class ShortBody extends Error {}

async function feed(request: ClientRequest, { body, onSent }: HttpRequest) {
  if (body === undefined || typeof body === "string") {
    request.end(body);
    return;
  }
  let sent = 0;
  await pipeline(
    body.open(),
    async function* count(source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        sent += chunk.length;
        onSent?.(chunk.length);
        yield chunk;
      }
      if (sent !== body.bytes) throw new ShortBody("the file became shorter while it was being sent");
    },
    request,
  );
}

function answerOf(request: ClientRequest): Promise<HttpAnswer> {
  const answer = new Promise<HttpAnswer>((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => collect(response).then(resolve, reject));
  });
  // `feed` may fail first; the same failure must not count as unhandled here, too.
  answer.catch(() => {});
  return answer;
}

async function collect(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES) throw new Error("the answer is too long");
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() };
}
