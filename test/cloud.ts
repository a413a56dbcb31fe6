import { execFile } from "node:child_process";
import { mkdtempSync, openSync, readSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { seed } from "@dropclip/cli/start/seed";
import { type CloudOptions, type RunningCloud, startCloud } from "@dropclip/local/cloud";
import type { LogEntry } from "@dropclip/local/world";
import { vi } from "vitest";

const run = promisify(execFile);

export const ROOT = join(import.meta.dirname, "..");
export const GRAPH = join(ROOT, "stacks/graph.json");
export const FAN = "01900000-0000-7000-8000-0000000000f1";
/** Nothing here takes this long; a hang fails the test with the last record seen. */
const LONGEST_MS = 120_000;
const ENDED = ["complete", "partial", "rejected", "failed", "expired"];

/** Calls the API and parses its answer. */
export type Api = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ status: number; body: any; headers: Headers }>;

export interface TestCloud extends RunningCloud {
  /** Everything logged since the start. */
  logs: LogEntry[];
  send(files: string[], options?: { eventId?: string; fanId?: string }): Promise<any>;
  /** Waits until the upload has ended; its record. */
  ended(uploadId: string, fanId?: string): Promise<any>;
  /** Waits until the upload is complete, whatever it was before; its record. */
  completed(uploadId: string, fanId?: string): Promise<any>;
  call: Api;
  dispose(): Promise<void>;
}

/** A real local cloud from the project's graph, on free ports and a folder of its own, with the demo event. */
export async function testCloud(options: Partial<CloudOptions> = {}): Promise<TestCloud> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "dropclip-"));
  const logs: LogEntry[] = [];
  const cloud = await startCloud({
    root: ROOT,
    graphFile: GRAPH,
    directory,
    port: 0,
    log: (entry) => logs.push(entry),
    ...options,
  });
  // The domain keeps one client for its process; each cloud of a test is another one.
  vi.resetModules();
  await seed(cloud);
  const call = apiOf(cloud.api);
  const send: TestCloud["send"] = (files, options) => sendFiles(call, files, options);
  const reach = async (uploadId: string, fanId: string, statuses: string[]) => {
    let last: any;
    await vi.waitFor(
      async () => {
        last = (await call("GET", `/uploads/${uploadId}?fanId=${fanId}`)).body;
        if (!statuses.includes(last.status)) throw new Error(`still ${JSON.stringify(last)}`);
      },
      // Every question is a Lambda call: asked often, they take the processor from what they wait for.
      { timeout: LONGEST_MS, interval: 200 },
    );
    return last;
  };
  const ended: TestCloud["ended"] = (uploadId, fanId = FAN) => reach(uploadId, fanId, ENDED);
  const completed: TestCloud["completed"] = (uploadId, fanId = FAN) => reach(uploadId, fanId, ["complete"]);
  const dispose = async () => {
    await cloud.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { ...cloud, logs, call, send, ended, completed, dispose };
}

/** The API at `base`. */
export const apiOf =
  (base: string): Api =>
  async (method, path, body) => {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(`${base}${path}`, { method, ...init });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined, headers: response.headers };
  };

/** Sends files to an event as one upload, through the API and its signed URLs; the record as created. */
export async function sendFiles(call: Api, files: string[], { eventId = DEMO_EVENT_ID, fanId = FAN } = {}) {
  const listed = files.map((file) => ({ name: basename(file), bytes: statSync(file).size }));
  const created = await call("POST", `/events/${eventId}/uploads`, { fanId, files: listed });
  if (created.status !== 201) throw new Error(`${created.status} ${JSON.stringify(created.body)}`);
  await Promise.all(
    created.body.media.map((media: any) => {
      const file = files.find((one) => basename(one) === media.fileName)!;
      return put(call, { uploadId: created.body.uploadId, fanId, mediaId: media.mediaId }, file);
    }),
  );
  return created.body;
}

/** Sends one file as its record asks: one PUT, or parts. */
async function put(call: Api, media: { uploadId: string; fanId: string; mediaId: string }, file: string) {
  const { uploadId, ...who } = media;
  const sign = async (operation: string, more = {}) => {
    const { status, body } = await call("POST", `/uploads/${uploadId}/sign`, { ...who, operation, ...more });
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body.requests as { method: string; url: string; headers: Record<string, string>; partNumber?: number }[];
  };
  const bytes = statSync(file).size;
  const descriptor = openSync(file, "r");
  const slice = (from: number, length: number) => {
    const buffer = Buffer.alloc(length);
    readSync(descriptor, buffer, 0, length, from);
    return buffer;
  };
  const fetchOk = async (
    { method, url, headers }: { method: string; url: string; headers: Record<string, string> },
    body?: string | Buffer<ArrayBuffer>,
  ) => {
    const { "content-length": _, ...sent } = headers;
    const response = await fetch(url, { method, headers: sent, ...(body ? { body } : {}) });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response;
  };
  if (bytes <= 16 * 1024 ** 2) {
    const [request] = await sign("PutObject");
    await fetchOk(request!, slice(0, bytes));
    return;
  }
  const [create] = await sign("CreateMultipartUpload");
  const s3UploadId = /<UploadId>([^<]+)</.exec(await (await fetchOk(create!)).text())![1]!;
  const PART = 8 * 1024 ** 2;
  const partNumbers = Array.from({ length: Math.ceil(bytes / PART) }, (_, index) => index + 1);
  const parts = await Promise.all(
    (await sign("UploadPart", { s3UploadId, partNumbers })).map(async (request) => {
      const from = (request.partNumber! - 1) * PART;
      const response = await fetchOk(request, slice(from, Math.min(PART, bytes - from)));
      return `<Part><PartNumber>${request.partNumber}</PartNumber><ETag>${response.headers.get("etag")}</ETag></Part>`;
    }),
  );
  const [complete] = await sign("CompleteMultipartUpload", { s3UploadId });
  await fetchOk(complete!, `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`);
}

/** Makes media with ffmpeg; `options` stand before the file. */
export async function generate(file: string, ...options: string[]): Promise<string> {
  await run("ffmpeg", ["-v", "error", "-nostdin", "-y", ...options, file]);
  return file;
}

/** A moving test picture with sound: `seconds`, `size` as `640x360`. */
export const clip = (file: string, { size = "640x360", seconds = 2, rate = 30 } = {}) =>
  generate(
    file,
    ...["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`],
    ...["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"],
  );

/** What ffprobe says of a file or URL. */
export async function ffprobe(input: string): Promise<any> {
  const { stdout } = await run("ffprobe", ["-v", "error", "-of", "json", "-show_format", "-show_streams", input]);
  return JSON.parse(stdout);
}
