import { partBytes } from "@dropclip/core/limits";
import { completeBody, type Part, partsOf, readPartsPage } from "@dropclip/core/parts";
import { call } from "../api/call.ts";
import { isUnreachable } from "../api/problem.ts";
import { isReadable } from "./keep.ts";
import { ask } from "./s3.ts";
import type { Job } from "./sender.ts";
import type { Slots } from "./slots.ts";
import type { Width } from "./width.ts";

/** Pauses before a part is sent again by itself, while the others go on; then the file begins anew. */
const PAUSES_MS = [1000, 4000];

/** What sending one file goes by. */
export interface Way {
  requests: Slots;
  width: Width;
  progress(bytes: number): void;
  signal: AbortSignal;
}

/** Sends a file in parts, those that S3 lacks, several at a time, and has S3 put them together. */
export async function sendParts(job: Job, way: Way): Promise<void> {
  const { uploadId, mediaId } = job.transfer;
  const path = { uploadId, mediaId };
  const { s3UploadId } = await call("post", "/uploads/{uploadId}/media/{mediaId}/multipart", { path });
  const parts = partsOf(job.file.size, partBytes(job.file.size));
  const etags = await storedParts(job, s3UploadId, parts, way.signal);
  const gone = new Map(parts.map(({ number, bytes }) => [number, etags.has(number) ? bytes : 0]));
  const note = (number: number, bytes: number) => {
    gone.set(number, bytes);
    way.progress([...gone.values()].reduce((sum, one) => sum + one, 0));
  };
  note(0, 0);
  const send = async (part: Part, signal: AbortSignal) => {
    const within = { ...way, signal, progress: (bytes: number) => note(part.number, bytes) };
    etags.set(part.number, await sendPart(job, s3UploadId, part, within));
    note(part.number, part.bytes);
  };
  await together(
    parts.filter(({ number }) => !etags.has(number)),
    way,
    send,
  );
  await ask(job, "CompleteMultipartUpload", { s3UploadId }, { body: completeBody(etags), signal: way.signal });
}

/** ETags of the parts that S3 has in full. */
async function storedParts({ transfer }: Job, s3UploadId: string, parts: Part[], signal: AbortSignal) {
  const etags = new Map<number, string>();
  for (let partNumberMarker = 0; ; ) {
    const { text } = await ask({ transfer }, "ListParts", { s3UploadId, partNumberMarker }, { signal });
    const page = readPartsPage(text);
    for (const { number, etag, bytes } of page.parts) if (parts[number - 1]?.bytes === bytes) etags.set(number, etag);
    // A page that repeats would loop for ever; parts that are not known to be there are sent.
    if (!page.next || page.next <= partNumberMarker) return etags;
    partNumberMarker = page.next;
  }
}

/** Does something with each part, as many at a time as the width says; the first failure breaks off the others. */
async function together(
  parts: Part[],
  { width, signal }: Way,
  act: (part: Part, signal: AbortSignal) => Promise<void>,
) {
  const failing = new AbortController();
  const joined = AbortSignal.any([signal, failing.signal]);
  const begun: Promise<void>[] = [];
  const running = new Set<Promise<void>>();
  try {
    for (const part of parts) {
      while (running.size >= width.now()) await Promise.race(running);
      const one = act(part, joined).finally(() => running.delete(one));
      running.add(one);
      begun.push(one);
      // Its failure is met where it is waited for.
      one.catch(() => {});
    }
    // Not those alone that still run: of two that end at once the race tells of the first only.
    await Promise.all(begun);
  } catch (error) {
    failing.abort(error);
    throw error;
  }
}

/** The ETag of a part that was sent. */
async function sendPart(job: Job, s3UploadId: string, { number, start, bytes }: Part, way: Way): Promise<string> {
  const { requests, width, progress, signal } = way;
  for (let tries = 0; ; tries++)
    try {
      return await requests(signal, async () => {
        const began = performance.now();
        const body = job.file.slice(start, start + bytes);
        const { etag } = await ask(
          job,
          "UploadPart",
          { s3UploadId, partNumbers: [number] },
          { body, progress, signal },
        );
        if (!etag) throw new Error(`S3 told nothing of part ${number}.`);
        width.note(performance.now() - began);
        return etag;
      });
    } catch (error) {
      progress(0);
      const pauseMs = PAUSES_MS[tries];
      signal.throwIfAborted();
      const mayPass = isUnreachable(error) && navigator.onLine && (await isReadable(job.file));
      if (!mayPass || pauseMs === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
}
