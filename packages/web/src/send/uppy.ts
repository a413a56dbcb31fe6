import { partBytes } from "@dropclip/core/limits";
import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import { call } from "../api/call.ts";
import { Problem } from "../api/problem.ts";
import type { Job, Sender, Watcher } from "./sender.ts";

/** What Uppy calls to have a request to S3 signed. */
interface Asked {
  method: string;
  key: string;
  uploadId?: string;
  partNumber?: number;
}
const OPERATIONS = {
  GET: "ListParts",
  POST: "CompleteMultipartUpload",
  PUT: "UploadPart",
  DELETE: "AbortMultipartUpload",
} as const;

/** Everything that goes wrong is told to the watcher. */
const SILENT = { debug() {}, warn() {}, error() {} };

/** Sends by Uppy, which is told one file at a time and keeps nothing. */
export function createSender(): Sender {
  /** By Uppy's name of the file, and by its key in S3. */
  const jobs = new Map<string, Job>();
  const watchers = new Map<string, Watcher>();
  const uppy = new Uppy({ id: "sender", logger: SILENT });
  uppy.use(AwsS3, {
    generateObjectKey: (file) => (file.meta as { relativePath?: string }).relativePath!,
    shouldUseMultipart: ({ meta }) =>
      jobs.get((meta as { relativePath?: string }).relativePath!)?.transfer.method === "multipart",
    getChunkSize: ({ size }) => partBytes(size),
    signRequest: sign,
  });

  /** Each call is signed just before it is made: no signature gets old, however long one pauses. */
  async function sign({ method, key, uploadId, partNumber }: Asked) {
    const { transfer } = jobs.get(key) ?? {};
    if (!transfer) throw new TypeError("This file is not to be sent any more.");
    const { requests } = await call("post", "/uploads/{uploadId}/sign", {
      path: { uploadId: transfer.uploadId },
      body: {
        mediaId: transfer.mediaId,
        operation: uploadId ? OPERATIONS[method as keyof typeof OPERATIONS] : "PutObject",
        ...(uploadId ? { s3UploadId: uploadId } : {}),
        ...(partNumber ? { partNumbers: [partNumber] } : {}),
      },
    });
    const { url, headers } = requests[0]!;
    return { url, headers, key };
  }

  uppy.on("upload-progress", (file, { bytesUploaded }) => {
    if (file) watchers.get(file.id)?.progress(bytesUploaded || 0);
  });
  uppy.on("upload-success", (file) => end(file?.id, (watcher) => watcher.sent()));
  uppy.on("upload-error", (file, error) =>
    end(file?.id, (watcher) => (isThere(error) ? watcher.sent() : watcher.failed(reasonOf(error as Error)))),
  );

  function end(fileId: string | undefined, tell: (watcher: Watcher) => void) {
    const watcher = fileId ? watchers.get(fileId) : undefined;
    if (!fileId || !watcher) return;
    watchers.delete(fileId);
    // Uppy still writes to the file it is telling of.
    queueMicrotask(() => {
      if (uppy.getFile(fileId)) uppy.removeFile(fileId);
      tell(watcher);
    });
  }

  return {
    send(job, watcher) {
      const { name, type, file: data, transfer } = job;
      // Its place makes the file different from another of the same name and size, and from itself when it comes back.
      const relativePath = crypto.randomUUID();
      const keys: string[] = [relativePath];
      jobs.set(relativePath, job);
      const fileId = uppy.addFile({ name, type, data, source: "outbox", meta: { relativePath } } as never);
      watchers.set(fileId, watcher);
      const begin = async () => {
        if (transfer.method === "multipart") {
          const path = { uploadId: transfer.uploadId, mediaId: transfer.mediaId };
          const { s3UploadId, key } = await call("post", "/uploads/{uploadId}/media/{mediaId}/multipart", { path });
          if (!watchers.has(fileId)) return;
          keys.push(key);
          jobs.set(key, job);
          // As if Uppy had begun it: so it asks S3 first which parts are there.
          uppy.setFileState(fileId, { s3Multipart: { uploadId: s3UploadId, key } } as never);
        }
        await uppy.retryUpload(fileId);
      };
      begin().catch((error) => end(fileId, (told) => told.failed(error)));
      const toggle = (isPaused: boolean) => {
        if (Boolean(uppy.getFile(fileId)?.isPaused) !== isPaused) uppy.pauseResume(fileId);
      };
      return {
        pause: () => toggle(true),
        resume: () => toggle(false),
        leave() {
          watchers.delete(fileId);
          if (uppy.getFile(fileId)) toggle(true);
          for (const key of keys) jobs.delete(key);
        },
        cancel() {
          watchers.delete(fileId);
          if (uppy.getFile(fileId)) uppy.removeFile(fileId);
        },
      };
    },
  };
}

/** What Uppy says of S3: its answer, or that there was none. */
interface S3Failure {
  status?: number;
  code?: string;
}

/** Nothing may be written twice: what is there already has arrived, and only the answer was lost. */
const isThere = (error: unknown) => (error as S3Failure).status === 412;

/** S3 that does not answer, or not now, is a failure of the network like any other. */
function reasonOf(error: Error): Error {
  const { status = 0, code } = error as S3Failure;
  const isAway = !(error instanceof Problem) && (code === "NETWORK" || status >= 500 || status === 429);
  return isAway ? new TypeError("S3 does not answer.") : error;
}
