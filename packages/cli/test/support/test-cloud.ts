import { createHash, createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TestS3 } from "./test-s3.ts";

/** A signed call as S3 received it, signature checked. */
export interface SignedCall {
  operation: string;
  key: string;
  query: URLSearchParams;
  body: Buffer;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

interface TestMedia {
  mediaId: string;
  contentType: string;
  fileName: string;
  bytes: number;
  type: string;
  status: string;
  progress?: number;
  transfer?: object | undefined;
  reason?: { code: string; message: string };
  urls?: Record<string, string>;
}

interface TestUpload {
  uploadId: string;
  eventId: string;
  fanId: string;
  status: string;
  media: TestMedia[];
}

const KEY = "a key only this server has";
const SIGNED_HEADERS = ["content-length", "content-type", "if-none-match", "x-amz-meta-name"];

/**
 * dropclip's API and a minimal S3 behind one port: the wire as the client meets it. Signed URLs bind method, query,
 * headers and time; the pipeline moves on by one step with every second look at a record.
 */
export class TestCloud {
  readonly s3 = new TestS3();
  readonly uploads = new Map<string, TestUpload>();
  /** What arrived, in order: `POST /uploads/…/sign UploadPart 1,2`, `UploadPart 3`. */
  readonly calls: string[] = [];
  /** Asked before each call is answered: an answer instead, "drop" to cut the connection, or undefined to go on. */
  intercept: (call: string, operation: string) => Answer | "drop" | undefined | Promise<Answer | "drop" | undefined> =
    () => undefined;
  /** How processing ends, by media id. */
  verdicts: Record<string, Partial<TestMedia>> = {};
  now = () => Date.now();
  partBytes = 1000;
  multipartAbove = 2000;
  signedMs = 900_000;
  base = "";
  /** The pipeline is done before anyone looks. */
  hurry = false;
  #looks = 0;
  readonly #open = new Set<Promise<unknown>>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<TestCloud> {
    const server = createServer((request, response) => {
      const answered = cloud.#answer(request, response).catch((error) => response.destroy(error));
      cloud.#open.add(answered);
      answered.finally(() => cloud.#open.delete(answered));
    });
    const cloud = new TestCloud(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cloud.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return cloud;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Until what a client sent before it went away has been dealt with. */
  async quiet() {
    for (let turn = 0; turn < 20; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.allSettled(this.#open);
    }
  }

  /** Names of the S3 operations that arrived. */
  s3Calls(): string[] {
    return this.calls.filter((call) => !call.startsWith("POST ") && !call.startsWith("GET "));
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url!, this.base);
    const operation = url.searchParams.get("operation") ?? "";
    const part = url.searchParams.get("partNumber");
    const call = operation ? `${operation}${part ? ` ${part}` : ""}` : `${request.method} ${url.pathname}`;
    const intercepted = await this.intercept(call, operation);
    if (intercepted === "drop") return void request.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    this.calls.push(call);
    const answer = intercepted ?? (operation ? this.#s3(request, url, body) : this.#api(request, url, body));
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  #api(request: IncomingMessage, url: URL, body: Buffer): Answer {
    const [, noun, id, verb] = url.pathname.split("/");
    const input = body.length > 0 ? JSON.parse(body.toString()) : {};
    if (noun === "events" && request.method === "POST") return json(201, { ...this.#create(id!, input), parts: {} });
    const upload = this.uploads.get(id ?? "");
    const fanId = input.fanId ?? url.searchParams.get("fanId");
    if (!upload || upload.fanId !== fanId) return problem(404, "upload.not_found", `there is no upload ${id}`);
    if (verb === "sign") return this.#sign(upload, input);
    this.#process(upload);
    const answer = json(200, upload);
    const etag = `"${createHash("sha1").update(answer.body!).digest("hex")}"`;
    if (request.headers["if-none-match"] === etag) return { status: 304, headers: { etag } };
    return { ...answer, headers: { ...answer.headers, etag } };
  }

  #create(
    eventId: string,
    { fanId, files }: { fanId: string; files: { name: string; type: string; bytes: number }[] },
  ) {
    let images = 0;
    const media = files.map(({ name, type, bytes }): TestMedia => {
      const contentType = type.split("/")[0]!;
      const mediaId = contentType === "video" ? "video" : `image${++images}`;
      const multipart = bytes > this.multipartAbove;
      const transfer = multipart ? { method: "multipart", partBytes: this.partBytes } : { method: "put" };
      return { mediaId, contentType, fileName: name, bytes, type, status: "pending", transfer };
    });
    const upload: TestUpload = { uploadId: randomUUID(), eventId, fanId, status: "pending", media };
    this.uploads.set(upload.uploadId, upload);
    return upload;
  }

  #sign(upload: TestUpload, input: Record<string, any>): Answer {
    const media = upload.media.find(({ mediaId }) => mediaId === input.mediaId);
    if (media?.status !== "pending") return problem(409, "media.not_pending", "this file has been sent already");
    const key = keyOf(upload, media);
    const partNumbers: number[] = input.partNumbers ?? [0];
    if (partNumbers.length > 100) return problem(400, "input.invalid", "partNumbers: at most 100");
    const expires = this.now() + this.signedMs;
    const requests = partNumbers.map((partNumber) => {
      const query = new URLSearchParams({ operation: input.operation, expires: String(expires) });
      if (input.s3UploadId) query.set("uploadId", input.s3UploadId);
      if (partNumber) query.set("partNumber", String(partNumber));
      if (input.partNumberMarker) query.set("part-number-marker", String(input.partNumberMarker));
      const put = input.operation === "PutObject";
      const last = partNumber * this.partBytes > media.bytes;
      const length = put ? media.bytes : last ? media.bytes % this.partBytes : this.partBytes;
      const headers: Record<string, string> = {
        ...((put || partNumber) && { "content-length": String(length) }),
        ...(put && { "content-type": media.type }),
        ...((put || input.operation === "CompleteMultipartUpload") && { "if-none-match": "*" }),
        ...(input.operation === "CreateMultipartUpload" && { "content-type": media.type, "x-amz-meta-name": "x" }),
      };
      const method = { CreateMultipartUpload: "POST", CompleteMultipartUpload: "POST", ListParts: "GET" }[
        input.operation as string
      ];
      const path = `/s3/${key}?${query}`;
      const signature = sign(method ?? "PUT", path, headers);
      return {
        method: method ?? "PUT",
        url: `${this.base}${path}&signature=${signature}`,
        headers,
        ...(partNumber && { partNumber }),
      };
    });
    return json(200, { requests, expiresAt: new Date(expires).toISOString() });
  }

  #s3(request: IncomingMessage, url: URL, body: Buffer): Answer {
    const query = url.searchParams;
    if (Number(query.get("expires")) < this.now()) return s3Error(403, "AccessDenied", "Request has expired");
    const [path, signature] = request.url!.split("&signature=");
    const sent = Object.fromEntries(
      SIGNED_HEADERS.flatMap((name) => (request.headers[name] ? [[name, String(request.headers[name])]] : [])),
    );
    // Completing, creating and listing leave the length to the client.
    if (query.get("operation") !== "PutObject" && !query.has("partNumber")) delete sent["content-length"];
    if (sign(request.method!, path!, sent) !== signature) return s3Error(403, "SignatureDoesNotMatch", "not as signed");
    const key = decodeURIComponent(url.pathname.slice("/s3/".length));
    return this.s3.handle({ operation: query.get("operation")!, key, query, body });
  }

  /** Every second look moves what has arrived one step on, so that the client meets 304 as well. */
  #process(upload: TestUpload) {
    if (this.#looks++ % 2 === 1 && !this.hurry) return;
    for (const media of upload.media) {
      if (media.status === "processing") {
        if ((media.progress ?? 0) < 50) media.progress = 50;
        else
          Object.assign(
            media,
            { progress: 100, status: "complete", urls: urlsOf(media) },
            this.verdicts[media.mediaId],
          );
      } else if (media.status === "pending" && this.s3.objects.has(keyOf(upload, media))) {
        Object.assign(media, { status: "processing", progress: 0, transfer: undefined });
        if (this.hurry) Object.assign(media, { status: "complete", urls: urlsOf(media) });
      }
    }
    const statuses = new Set(upload.media.map(({ status }) => status));
    if (statuses.size === 1) upload.status = [...statuses][0]!;
  }
}

function urlsOf({ mediaId }: TestMedia) {
  const base = `https://cdn.test/${mediaId}`;
  return mediaId === "video"
    ? { content: `${base}.mp4`, stream: `${base}/index.m3u8`, thumbnail: `${base}.jpg` }
    : { content: `${base}.jpg`, thumbnail: `${base}.webp` };
}

function keyOf({ eventId, fanId, uploadId }: TestUpload, { mediaId }: TestMedia) {
  return `events/${eventId}/uploads/${fanId}/${uploadId}/${mediaId}`;
}

function sign(method: string, path: string, headers: Record<string, string>) {
  const text = JSON.stringify([method, path, Object.entries(headers).toSorted()]);
  return createHmac("sha256", KEY).update(text).digest("hex");
}

function json(status: number, body: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** An error as the API words it. */
export function problem(status: number, code: string, message: string, headers: Record<string, string> = {}): Answer {
  const answer = json(status, { code, message, details: {}, requestId: "r-1" });
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function s3Error(status: number, code: string, message: string): Answer {
  return { status, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}
