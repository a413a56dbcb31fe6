import { createReadStream } from "node:fs";
import { completeBody, type Part, partsOf, readPartsPage } from "@dropclip/core/parts";
import { ApiRefusal } from "../api/caller.ts";
import type { S3Operation } from "../api/client.ts";
import { CliError } from "../errors.ts";
import { isUnchanged } from "../files/media-file.ts";
import { together } from "../net/together.ts";
import { hasArrived } from "./arrival.ts";
import type { Delivery } from "./delivery.ts";
import { perform, S3Error, signatureOf } from "./perform.ts";
import { PartSignatures } from "./signatures.ts";

/** Parts of one file that are sent at the same time. */
const PARALLEL_PARTS = 4;
/** A multipart upload that disappears, for example because the sweep took it for abandoned, is begun again once. */
const ROUNDS = 2;
/** The API's error code when the multipart upload that an earlier run noted is not this file's. */
const NOT_THIS_ONE = ["sign.another_multipart", "sign.multipart_not_begun"];
/** The API's error code when S3 has already put the file together. */
const ARRIVED = "media.arrived";

/** Sends a file in parts of `partBytes`, skipping those that S3 has already, and completes the multipart upload. */
export async function sendByParts(delivery: Delivery, partBytes: number): Promise<void> {
  for (let round = 1; ; round++) {
    try {
      return await sendOnce(delivery, partsOf(delivery.file.bytes, partBytes));
    } catch (error) {
      if (error instanceof ApiRefusal && error.code === ARRIVED) return;
      if (!isGone(error)) throw error;
      // S3 also forgets a completed multipart upload: an earlier try may have completed it and lost the answer.
      if (await hasArrived(delivery)) return;
      if (round === ROUNDS) throw error;
      delivery.remember({ s3UploadId: undefined, completing: undefined });
    }
  }
}

async function sendOnce(delivery: Delivery, parts: Part[]): Promise<void> {
  const { file, state, progress, remember } = delivery;
  const etags = state.s3UploadId ? await storedParts(delivery, parts) : new Map<number, string>();
  if (!state.s3UploadId) remember(await begin(delivery));
  const missing = parts.filter(({ number }) => !etags.has(number));
  progress.resume(file.bytes - missing.reduce((sum, { bytes }) => sum + bytes, 0));
  await sendParts(delivery, missing, etags);
  if (!isUnchanged(file)) throw new CliError(`${file.name} was changed while it was being sent: run the command again`);
  remember({ completing: true });
  await call(delivery, "CompleteMultipartUpload", {}, completeBody(etags));
}

/** The multipart upload does not exist, or differs from the one that parts are signed for. */
const isGone = (error: unknown) =>
  (error instanceof S3Error && error.code === "NoSuchUpload") ||
  (error instanceof ApiRefusal && NOT_THIS_ONE.includes(error.code));

async function begin({ api, uploadId, state }: Delivery): Promise<{ s3UploadId: string }> {
  const { s3UploadId } = await api.beginMultipart(uploadId, state.mediaId);
  return { s3UploadId };
}

/** ETags of the parts that S3 has in full. */
async function storedParts(delivery: Delivery, parts: Part[]): Promise<Map<number, string>> {
  const etags = new Map<number, string>();
  for (let partNumberMarker = 0; ; ) {
    const { text } = await call(delivery, "ListParts", partNumberMarker ? { partNumberMarker } : {});
    const page = readPartsPage(text);
    for (const { number, etag, bytes } of page.parts) if (parts[number - 1]?.bytes === bytes) etags.set(number, etag);
    // A page that repeats would loop for ever; parts that are not known to be there are sent.
    if (!page.next || page.next <= partNumberMarker) return etags;
    partNumberMarker = page.next;
  }
}

async function sendParts(delivery: Delivery, missing: Part[], etags: Map<number, string>): Promise<void> {
  const { api, uploadId, file, state, patience } = delivery;
  const signParts = (partNumbers: number[]) =>
    api.sign(uploadId, {
      mediaId: state.mediaId,
      operation: "UploadPart",
      ...(state.s3UploadId && { s3UploadId: state.s3UploadId }),
      partNumbers,
    });
  const order = missing.map(({ number }) => number);
  const signatures = new PartSignatures(order, signParts);
  const queue = missing.values();
  await together(
    patience.signal,
    Array.from({ length: PARALLEL_PARTS }, () => async (signal) => {
      const within = { ...delivery, patience: { ...patience, signal } };
      for (const part of queue) {
        const body = {
          bytes: part.bytes,
          open: () => createReadStream(file.path, { start: part.start, end: part.start + part.bytes - 1 }),
        };
        const sign = (again: boolean) => signatures.take(part.number, again);
        const { headers } = await perform(within, `${file.name}, part ${part.number}`, sign, body);
        if (!headers.etag) throw new CliError(`${file.name}, part ${part.number}: S3 answered without an ETag`);
        etags.set(part.number, headers.etag);
      }
    }),
  );
}

/** A call about the multipart upload as a whole. */
function call(delivery: Delivery, operation: S3Operation, more: { partNumberMarker?: number } = {}, body?: string) {
  const { api, uploadId, file, state } = delivery;
  const input = {
    mediaId: state.mediaId,
    operation,
    ...(state.s3UploadId && { s3UploadId: state.s3UploadId }),
    ...more,
  };
  return perform(delivery, file.name, async () => signatureOf(await api.sign(uploadId, input)), body);
}
