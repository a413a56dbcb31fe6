import { createHash, createHmac, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Answer, json, nothing, page, problem } from "./answers.ts";
import type { TestUser } from "./test-identity.ts";
import { TestS3 } from "./test-s3.ts";

export interface TestMedia {
  mediaId: string;
  contentType: string;
  fileName: string;
  bytes: number;
  type: string;
  status: string;
  hidden?: boolean;
  progress: number;
  timeline: { at: string; step: string }[];
  transfer?: object | undefined;
  reason?: { code: string; message: string };
  urls?: Record<string, string> | undefined;
}

export interface TestUpload {
  uploadId: string;
  eventId: string;
  fanId: string;
  creativeId: string;
  contentType: string;
  status: string;
  progress: number;
  createdAt: string;
  expiresAt: string;
  media: TestMedia[];
}

/** A record as the API returns it. */
export const testUpload = (
  known: Pick<TestUpload, "eventId" | "fanId" | "media"> & Partial<TestUpload>,
): TestUpload => ({
  uploadId: randomUUID(),
  creativeId: randomUUID(),
  contentType: "video",
  status: "pending",
  progress: 0,
  createdAt: CREATED_AT,
  expiresAt: "2026-01-03T03:04:05.000Z",
  ...known,
});

const KEY = "a key only this server has";
const CREATED_AT = "2026-01-02T03:04:05.000Z";
const SIGNED_HEADERS = ["content-length", "content-type", "if-none-match"];

/**
 * The API's uploads, and the S3 they are sent to: signed URLs bind method, query, headers and time; the pipeline moves
 * on by one step at every second read of a record.
 */
export class TestUploads {
  readonly s3 = new TestS3();
  readonly uploads = new Map<string, TestUpload>();
  /** The multipart upload noted for each file, by the file's key. */
  readonly multipartOf = new Map<string, string>();
  /** The result of processing, by media id. */
  verdicts: Record<string, Partial<TestMedia>> = {};
  now = () => Date.now();
  partBytes = 1000;
  multipartAbove = 2000;
  signedMs = 900_000;
  base = "";
  /** Whether the pipeline has finished before the first read. */
  hurry = false;
  pageSize = 100;
  /** The uploads that were created with an Idempotency-Key. */
  readonly #made = new Map<string, { body: string; upload: TestUpload }>();
  #looks = 0;

  protected listUploads(url: URL, fitting: (upload: TestUpload) => boolean) {
    return page("uploads", [...this.uploads.values()].filter(fitting).toReversed(), url.searchParams, this.pageSize);
  }

  /** What everybody may have as a file. */
  protected answerDownload([, id, , mediaId]: string[]): Answer {
    const media = this.uploads.get(id ?? "")?.media.find((one) => one.mediaId === mediaId);
    if (media?.status !== "complete") return problem(404, "media.not_found", "The upload has no such file.");
    const url = `https://s3.test/${mediaId}?signed`;
    return json(200, { url, fileName: "Demo night\u001b 2026.mp4", expiresAt: "2026-01-02T03:19:05.000Z" });
  }

  protected answerUpload(
    request: IncomingMessage,
    path: string[],
    input: Record<string, any>,
    user: TestUser,
    ownsEvent: (eventId: string) => boolean,
  ): Answer {
    const [, id, verb, mediaId, more] = path;
    const upload = this.uploads.get(id ?? "");
    const creative = upload && ownsEvent(upload.eventId);
    if (!upload || (upload.fanId !== user.userId && !creative))
      return problem(404, "upload.not_found", `there is no upload ${id}`);
    if (verb === "sign") return this.#sign(upload, input);
    if (request.method === "DELETE") {
      this.uploads.delete(upload.uploadId);
      return nothing;
    }
    if (verb === "media") {
      const media = upload.media.find((one) => one.mediaId === mediaId);
      if (!media) return problem(404, "media.not_found", "The upload has no such file.");
      if (more === "multipart") return this.#begin(upload, media);
      if (more === "preview") return json(200, { urls: urlsOf(media), expiresAt: "2026-01-02T03:19:05.000Z" });
      media.hidden = input.hidden;
      return json(200, upload);
    }
    this.#process(upload);
    const answer = json(200, upload);
    const etag = `"${createHash("sha1").update(answer.body!).digest("hex")}"`;
    if (request.headers["if-none-match"] === etag) return { status: 304, headers: { etag } };
    return { ...answer, headers: { ...answer.headers, etag } };
  }

  protected createUpload(eventId: string, input: Record<string, any>, user: TestUser, key: string | undefined): Answer {
    const body = JSON.stringify(input);
    const made = this.#made.get(`${user.userId} ${key}`);
    if (made && made.body !== body)
      return problem(422, "request.idempotency_mismatch", "This Idempotency-Key was used for another request.");
    const upload = made?.upload ?? this.#create(eventId, user.userId, input.files);
    if (key) this.#made.set(`${user.userId} ${key}`, { body, upload });
    return json(201, upload);
  }

  #create(eventId: string, fanId: string, files: { name: string; type: string; bytes: number }[]) {
    let images = 0;
    const media = files.map(({ name, type, bytes }): TestMedia => {
      const contentType = type.split("/")[0]!;
      const mediaId = contentType === "video" ? "video" : `image${++images}`;
      const multipart = bytes > this.multipartAbove;
      const transfer = multipart ? { method: "multipart", partBytes: this.partBytes } : { method: "put" };
      return {
        mediaId,
        contentType,
        fileName: name,
        bytes,
        type,
        status: "pending",
        progress: 0,
        timeline: [],
        transfer,
      };
    });
    const upload = testUpload({ eventId, fanId, contentType: media[0]!.contentType, media });
    this.uploads.set(upload.uploadId, upload);
    return upload;
  }

  /** One multipart upload per file: the noted one while S3 has it, else a new one, unless the file has arrived. */
  #begin(upload: TestUpload, media: TestMedia): Answer {
    if (media.status !== "pending") return problem(409, "media.not_pending", "this file has been sent already");
    const key = keyOf(upload, media);
    const known = this.multipartOf.get(key);
    if (known !== undefined && this.s3.multiparts.has(known)) return json(201, { s3UploadId: known, key });
    if (known !== undefined && this.s3.objects.has(key)) return problem(409, "media.arrived", "it has arrived");
    const s3UploadId = this.s3.begin(key);
    this.multipartOf.set(key, s3UploadId);
    return json(201, { s3UploadId, key });
  }

  #sign(upload: TestUpload, input: Record<string, any>): Answer {
    const media = upload.media.find(({ mediaId }) => mediaId === input.mediaId);
    if (media?.status !== "pending") return problem(409, "media.not_pending", "this file has been sent already");
    const key = keyOf(upload, media);
    const begun = this.multipartOf.get(key);
    if (input.operation !== "PutObject") {
      if (begun === undefined) return problem(409, "sign.multipart_not_begun", "no multipart upload was begun");
      if (input.s3UploadId && input.s3UploadId !== begun)
        return problem(409, "sign.another_multipart", "this is another multipart upload");
    }
    const partNumbers: number[] = input.partNumbers ?? [0];
    if (partNumbers.length > 100) return problem(400, "input.invalid", "partNumbers: at most 100");
    const expires = this.now() + this.signedMs;
    const requests = partNumbers.map((partNumber) => {
      const query = new URLSearchParams({ operation: input.operation, expires: String(expires) });
      if (begun && input.operation !== "PutObject") query.set("uploadId", begun);
      if (partNumber) query.set("partNumber", String(partNumber));
      if (input.partNumberMarker) query.set("part-number-marker", String(input.partNumberMarker));
      const put = input.operation === "PutObject";
      const last = partNumber * this.partBytes > media.bytes;
      const partLength = last ? media.bytes % this.partBytes : this.partBytes;
      // Signed as well, but set by the client from its body: browsers do not let pages set it.
      const length = (put || partNumber) && { "content-length": String(put ? media.bytes : partLength) };
      const headers: Record<string, string> = {
        ...(put && { "content-type": media.type }),
        ...((put || input.operation === "CompleteMultipartUpload") && { "if-none-match": "*" }),
      };
      const method = { CompleteMultipartUpload: "POST", ListParts: "GET" }[input.operation as string];
      const path = `/s3/${key}?${query}`;
      const signature = sign(method ?? "PUT", path, { ...headers, ...length });
      return {
        method: method ?? "PUT",
        url: `${this.base}${path}&signature=${signature}`,
        key,
        headers,
        ...(partNumber && { partNumber }),
      };
    });
    return json(200, { requests, expiresAt: new Date(expires).toISOString() });
  }

  protected answerS3(request: IncomingMessage, url: URL, body: Buffer): Answer {
    const query = url.searchParams;
    if (Number(query.get("expires")) < this.now()) return s3Error(403, "AccessDenied", "Request has expired");
    const [path, signature] = request.url!.split("&signature=");
    const sent = Object.fromEntries(
      SIGNED_HEADERS.flatMap((name) => (request.headers[name] ? [[name, String(request.headers[name])]] : [])),
    );
    // The length of completing and listing is left to the client.
    if (query.get("operation") !== "PutObject" && !query.has("partNumber")) delete sent["content-length"];
    if (sign(request.method!, path!, sent) !== signature) return s3Error(403, "SignatureDoesNotMatch", "not as signed");
    const key = decodeURIComponent(url.pathname.slice("/s3/".length));
    return this.s3.handle({ operation: query.get("operation")!, key, query, body });
  }

  /** Every second read moves arrived files one step on, so that the client meets 304, too. */
  #process(upload: TestUpload) {
    if (this.#looks++ % 2 === 1 && !this.hurry) return;
    for (const media of upload.media) {
      if (media.status === "processing") {
        if (media.progress < 50) media.progress = 50;
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

/** Whether the query asks for the upload's status, or has no status. */
export function hasStatus({ status }: TestUpload, query: URLSearchParams): boolean {
  return [null, status].includes(query.get("status"));
}

export function s3Error(status: number, code: string, message: string): Answer {
  return { status, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}
