import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { vi } from "vitest";
import type { TestCloud } from "../support/cloud.ts";

// Named as they are needed: their own types would bring the DOM's into every file of the project.
const { JSDOM } = await import("jsdom" as string);
const { default: Uppy } = await import("@uppy/core" as string);
const { default: AwsS3 } = await import("@uppy/aws-s3" as string);

/** Where the app's pages are served from while it is developed: the buckets and the API take calls from there. */
const APP = "http://localhost:3000";

/** What goes wrong is in the upload's result. */
const SILENT = { debug() {}, warn() {}, error() {} };

export interface Asked {
  method: string;
  key: string;
  uploadId?: string;
  partNumber?: number;
}
export type Signed = { url: string; key?: string; headers?: Record<string, string>; fields?: Record<string, string> };

/** What S3 calls the request a page sends. */
function operationOf(method: string, { searchParams: query }: URL): string {
  const part = query.get("partNumber");
  if (part) return `UploadPart ${part}`;
  if (query.has("uploads")) return "CreateMultipartUpload";
  const whole: Record<string, string> = { PUT: "PutObject", POST: "PostObject" };
  const parts: Record<string, string> = {
    GET: "ListParts",
    POST: "CompleteMultipartUpload",
    DELETE: "AbortMultipartUpload",
  };
  return (query.has("uploadId") ? parts : whole)[method] ?? method;
}

/**
 * A page of `origin` in a browser: what it sends goes out as jsdom's XMLHttpRequest, so with its origin, asking first
 * where a browser asks. Only one is open at a time.
 */
export function openPage({ api, endpoints }: Pick<TestCloud, "api" | "endpoints">, token: string, origin = APP) {
  const { window } = new JSDOM("", { url: `${origin}/` });
  /** The calls to S3 in the order they were sent, each with its status; 0 is an answer the page may not see. */
  const calls: { operation: string; status?: number }[] = [];
  /** Called when a call to S3 is on its way. */
  const watch = { sent: (_operation: string) => {} };
  class Recorded extends window.XMLHttpRequest {
    open(method: string, url: string, ...more: unknown[]) {
      super.open(method, url, ...more);
      if (!url.startsWith(endpoints.s3)) return;
      const call: (typeof calls)[number] = { operation: operationOf(method, new URL(url)) };
      this.addEventListener("loadstart", () => {
        calls.push(call);
        watch.sent(call.operation);
      });
      this.addEventListener("load", () => {
        call.status = this.status;
      });
      this.addEventListener("error", () => {
        call.status = 0;
      });
    }
  }
  vi.stubGlobal("XMLHttpRequest", Recorded);
  vi.stubGlobal("FormData", window.FormData);
  vi.stubGlobal("File", window.File);

  const call = (method: string, path: string, body?: unknown) =>
    new Promise<any>((resolve, reject) => {
      const request = new window.XMLHttpRequest();
      request.open(method, `${api}${path}`);
      request.setRequestHeader("authorization", `Bearer ${token}`);
      if (body !== undefined) request.setRequestHeader("content-type", "application/json");
      request.onerror = () => reject(new Error(`${method} ${path}: a network error, as browsers call a CORS refusal`));
      request.onload = () => {
        if (request.status >= 400) reject(new Error(`${method} ${path}: ${request.status} ${request.responseText}`));
        else resolve(JSON.parse(request.responseText));
      };
      request.send(body === undefined ? undefined : JSON.stringify(body));
    });

  /** An Uppy of this page; `sign` as `signRequest`. */
  const uppy = (sign: (asked: Asked) => Promise<Signed>, options: object = {}) =>
    new Uppy({ logger: SILENT }).use(AwsS3, { signRequest: sign, ...options });

  /** A file as the person picks it, in Uppy's own words. */
  const pick = (file: string, type: string, meta: object = {}) => ({
    name: basename(file),
    type,
    meta,
    source: "Dashboard",
    data: new window.File([readFileSync(file)], basename(file), { type }),
  });

  return {
    call,
    uppy,
    pick,
    watch,
    /** `UploadPart 1 200`, `ListParts 200` …; a call that was broken off has no status. */
    calls: () => calls.map(({ operation, status }) => [operation, status].filter((one) => one !== undefined).join(" ")),
    /** Ends everything the page has under way, as a reload does. */
    close() {
      window.close();
      vi.unstubAllGlobals();
    },
  };
}
export type Page = ReturnType<typeof openPage>;

const OPERATIONS: Record<string, string> = {
  GET: "ListParts",
  POST: "CompleteMultipartUpload",
  PUT: "UploadPart",
  DELETE: "AbortMultipartUpload",
};

/** An Uppy that sends the files of an upload, as a page of the app sets it up. */
export function uploader(page: Page, upload: { uploadId: string; media: any[] }) {
  const mediaOf = ({ meta }: { meta: { mediaId: string } }) =>
    upload.media.find(({ mediaId }) => mediaId === meta.mediaId);
  const isInParts = (file: { meta: { mediaId: string } }) => mediaOf(file).transfer.method === "multipart";
  const sign = async ({ method, key, uploadId, partNumber }: Asked): Promise<Signed> => {
    // The key of a whole file is the media's id; the key of a file in parts is S3's, which ends with the id.
    const mediaId = key.split("/").at(-1)!.split(".")[0]!;
    const operation = uploadId ? OPERATIONS[method] : "PutObject";
    const part = partNumber ? { partNumbers: [partNumber] } : {};
    const asked = { mediaId, operation, s3UploadId: uploadId, ...part };
    const { requests } = await page.call("POST", `/uploads/${upload.uploadId}/sign`, asked);
    const [{ url, headers, key: signed }] = requests;
    return { url, headers, key: signed };
  };
  const uppy = page.uppy(sign, {
    generateObjectKey: (file: any) => file.meta.mediaId,
    shouldUseMultipart: isInParts,
    getChunkSize: ({ size }: { size: number }) => upload.media.find(({ bytes }) => bytes === size).transfer.partBytes,
  });
  // The API begins the multipart upload. Uppy is told of it as if it had begun it before: so it goes on, and asks S3
  // first which parts are there, also after its page was loaded again.
  uppy.addPreProcessor(async (fileIds: string[]) => {
    const files = fileIds.map((fileId) => uppy.getFile(fileId)).filter(isInParts);
    await Promise.all(
      files.map(async ({ id, meta }: any) => {
        const begun = await page.call("POST", `/uploads/${upload.uploadId}/media/${meta.mediaId}/multipart`);
        uppy.setFileState(id, { s3Multipart: { uploadId: begun.s3UploadId, key: begun.key } });
      }),
    );
  });
  return uppy;
}
