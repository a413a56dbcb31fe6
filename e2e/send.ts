import { statSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import type { Api } from "./api.ts";
import { answered, Unexpected } from "./expect.ts";

/** A larger file is sent in parts of this size. */
const MULTIPART_FROM_BYTES = 16 * 1024 ** 2;
const PART_BYTES = 8 * 1024 ** 2;

/** An S3 call that the API has signed. */
export interface SignedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  partNumber?: number;
}

/** Signs S3 calls for one file of an upload. */
export type Sign = (operation: string, more?: Record<string, unknown>) => Promise<SignedRequest[]>;

/** Sends files to an event as one upload, through the API and its signed URLs; the record as created. */
export async function sendFiles(call: Api, files: string[], eventId = DEMO_EVENT_ID) {
  const created = await call("POST", `/events/${eventId}/uploads`, { files: announced(files) });
  const upload = answered(created, 201);
  await sendAll(call, upload, files);
  return upload;
}

/** The files as the API expects them. */
export const announced = (files: string[]) =>
  files.map((file) => ({ name: basename(file), bytes: statSync(file).size }));

/** Sends the files of an upload that exists already. */
export async function sendAll(
  call: Api,
  upload: { uploadId: string; media: { mediaId: string; fileName: string }[] },
  files: string[],
  signal?: AbortSignal,
) {
  await Promise.all(
    upload.media.map(({ mediaId, fileName }) => {
      const file = files.find((one) => basename(one) === fileName)!;
      return sendFile(call, upload.uploadId, mediaId, file, signal);
    }),
  );
}

/** Signs the calls that send one file. */
export const signerOf =
  (call: Api, uploadId: string, mediaId: string): Sign =>
  async (operation, more = {}) => {
    const signed = await call("POST", `/uploads/${uploadId}/sign`, { mediaId, operation, ...more });
    return answered(signed, 200).requests;
  };

/** Makes a signed call; an error with S3's answer when it refuses. */
export async function perform(
  { method, url, headers }: SignedRequest,
  body?: string | Buffer<ArrayBuffer>,
  signal?: AbortSignal,
): Promise<{ text: string; headers: Headers }> {
  const response = await fetch(url, { method, headers, ...(body ? { body } : {}), ...(signal ? { signal } : {}) });
  const text = await response.text();
  // S3 begins its answer to CompleteMultipartUpload before it knows the result.
  if (!response.ok || text.includes("<Error>")) throw new Unexpected(`S3 answered ${response.status} ${text}`);
  return { text, headers: response.headers };
}

/** Begins a file's multipart upload, or finds the one in progress; returns S3's id for it. */
export async function beginParts(call: Api, uploadId: string, mediaId: string): Promise<string> {
  return answered(await call("POST", `/uploads/${uploadId}/media/${mediaId}/multipart`), 201).s3UploadId;
}

/** Sends one file: one PUT or parts, depending on its size. */
export async function sendFile(call: Api, uploadId: string, mediaId: string, file: string, signal?: AbortSignal) {
  const sign = signerOf(call, uploadId, mediaId);
  const { size: bytes } = await stat(file);
  if (bytes > MULTIPART_FROM_BYTES)
    return sendParts(sign, await beginParts(call, uploadId, mediaId), file, bytes, signal);
  const [request] = await sign("PutObject");
  await perform(request!, await read(file, 0, bytes), signal);
}

async function sendParts(sign: Sign, s3UploadId: string, file: string, bytes: number, signal?: AbortSignal) {
  const partNumbers = Array.from({ length: Math.ceil(bytes / PART_BYTES) }, (_, index) => index + 1);
  const parts = await Promise.all(
    (await sign("UploadPart", { s3UploadId, partNumbers })).map(async (request) => {
      const from = (request.partNumber! - 1) * PART_BYTES;
      const part = await read(file, from, Math.min(PART_BYTES, bytes - from));
      const { headers } = await perform(request, part, signal);
      return `<Part><PartNumber>${request.partNumber}</PartNumber><ETag>${headers.get("etag")}</ETag></Part>`;
    }),
  );
  const [complete] = await sign("CompleteMultipartUpload", { s3UploadId });
  await perform(complete!, `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`, signal);
}

async function read(file: string, from: number, length: number): Promise<Buffer<ArrayBuffer>> {
  await using handle = await open(file);
  const buffer = Buffer.alloc(length);
  await handle.read(buffer, 0, length, from);
  return buffer;
}
