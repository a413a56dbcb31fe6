import { execFileSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import type { Role } from "@dropclip/synth/cloud";
import { type Clock, TestClock } from "../../src/clock.ts";
import { createIam } from "../../src/iam/index.ts";
import { createMediaConvert, type MediaConvert, type MediaConvertOptions } from "../../src/mediaconvert/index.ts";
import type { EventBus, ObjectFile, ObjectFiles } from "../../src/ports.ts";
import { Store } from "../../src/store.ts";
import { AwsError, type Call, type Principal, type World } from "../../src/world.ts";
import { checkKnown } from "../iam/known.ts";

export const ACCOUNT = "111122223333";
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/transcode`;
export const OPERATOR: Principal = {
  kind: "operator",
  arn: `arn:aws:iam::${ACCOUNT}:user/operator`,
  accountId: ACCOUNT,
};

export interface Published {
  status: string;
  detail: any;
  resources: string[];
  source: string;
  detailType: string;
}

/** Object storage in a folder, as much of it as a job needs. */
class Folder implements ObjectFiles {
  readonly objects = new Map<string, ObjectFile>();
  readonly adopted: string[] = [];
  readonly #root: string;
  constructor(root: string) {
    this.#root = root;
  }

  find(bucket: string, key: string) {
    return this.objects.get(`${bucket}/${key}`);
  }

  async adopt(bucket: string, key: string, file: string, headers: { contentType?: string }) {
    if (bucket === "missing") throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
    const path = join(this.#root, bucket, key);
    mkdirSync(dirname(path), { recursive: true });
    renameSync(file, path);
    this.adopted.push(key);
    return this.#put(bucket, key, path, headers.contentType);
  }

  /** Copies a file in, as an upload would. */
  put(bucket: string, key: string, file: string, contentType = "video/mp4") {
    const path = join(this.#root, bucket, createHash("sha1").update(key).digest("hex"));
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(file, path);
    return this.#put(bucket, key, path, contentType);
  }

  #put(bucket: string, key: string, path: string, contentType?: string): ObjectFile {
    const object = { path, bytes: statSync(path).size, etag: '"etag"', lastModifiedMs: 1_767_322_800_000, contentType };
    this.objects.set(`${bucket}/${key}`, object);
    return object;
  }
}

/** A MediaConvert in process, with its bus, its objects and an endpoint for the SDK. */
export class TestCloud {
  readonly directory: string;
  readonly clock: TestClock;
  readonly store: Store;
  readonly files: Folder;
  readonly events: Published[] = [];
  readonly happened = new EventEmitter();
  readonly mediaconvert: MediaConvert;
  readonly asked: {
    principal: string;
    action: string;
    resource: string;
    context?: Record<string, string | string[]>;
  }[] = [];
  readonly logs: unknown[] = [];
  /** Actions, or actions and resources, that are denied. */
  readonly denied = new Set<string>();
  readonly roles: Role[] = [roleOf("transcode", "mediaconvert.amazonaws.com"), roleOf("other", "lambda.amazonaws.com")];
  #server?: Server;

  constructor(options: Partial<MediaConvertOptions> & { directory?: string; clock?: Clock } = {}) {
    const { directory, clock, ...rest } = options;
    this.directory = directory ?? mkdtempSync(join(tmpdir(), "dropclip-mediaconvert-"));
    this.clock = (clock as TestClock) ?? new TestClock();
    this.store = new Store(join(this.directory, "store.sqlite"));
    this.files = new Folder(join(this.directory, "objects"));
    const world = this.#world();
    this.mediaconvert = createMediaConvert({
      world,
      bus: this.#bus(),
      objects: this.files,
      iam: {
        passRole: (principal, roleArn, service) =>
          world.authorize(principal, "iam:PassRole", roleArn, { "iam:PassedToService": service }),
      },
      roles: this.roles,
      ...rest,
    });
  }

  /** An SDK client of this cloud; its calls come as the operator's. */
  async client(): Promise<MediaConvertClient> {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const url = new URL(request.url!, "http://127.0.0.1");
      const call: Call = {
        request,
        response,
        url,
        method: request.method!,
        body: Buffer.concat(chunks),
        principal: OPERATOR,
        requestId: "request",
        region: "us-east-1",
      };
      await this.mediaconvert.handle(call).catch((error) => {
        if (!(error instanceof AwsError)) throw error;
        this.mediaconvert.fail(call, error);
      });
    });
    // Longer than any test pauses: a connection closed while it is taken up again fails the call.
    this.#server.keepAliveTimeout = 600_000;
    await new Promise<void>((resolve) => this.#server!.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
    return new MediaConvertClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: "eu-central-1",
      credentials,
      maxAttempts: 1,
    });
  }

  /** Resolves with the first event of that status, past or to come. */
  event(status: string): Promise<Published> {
    const past = this.events.find((event) => event.status === status);
    if (past) return Promise.resolve(past);
    return new Promise((resolve) => this.happened.once(status, resolve));
  }

  async close() {
    await this.mediaconvert.stop();
    this.store.close();
    this.#server?.closeAllConnections();
    this.#server?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  #world(): World {
    return {
      account: ACCOUNT,
      region: "eu-central-1",
      clock: this.clock,
      store: this.store,
      directory: this.directory,
      log: (entry) => this.logs.push(entry),
      uuid: randomUUID,
      metrics: { put() {} },
      assumeRole: (roleArn, sessionName, service) => {
        const place = { account: ACCOUNT, region: "eu-central-1", clock: this.clock, log: () => {} };
        const iam = createIam({ ...place, roles: this.roles, buckets: [], queues: [], functions: [] });
        iam.assumeRole({ kind: "service", arn: service, accountId: ACCOUNT, service }, roleArn, { sessionName });
        return { accessKeyId: "", secretAccessKey: "" };
      },
      actAs: () => ({ accessKeyId: "", secretAccessKey: "" }),
      endpoint: () => "",
      authorize: (principal, action, resource, context) => {
        checkKnown(action, resource, context);
        this.asked.push({ principal: principal.arn, action, resource, context });
        if (this.denied.has(action) || this.denied.has(`${action} ${resource}`))
          throw new AwsError("AccessDeniedException", `${principal.arn} is not authorized to perform: ${action}`, 403);
      },
    };
  }

  #bus(): EventBus {
    return {
      publish: ({ source, detailType, resources, detail }) => {
        const event = { source, detailType, resources, detail, status: String(detail.status) };
        this.store.afterCommit(() => {
          this.events.push(event);
          this.happened.emit(event.status, event);
        });
      },
    };
  }
}

function roleOf(name: string, service: string): Role {
  const statement = { Effect: "Allow" as const, Principal: { Service: service }, Action: "sts:AssumeRole" };
  return {
    name,
    arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    trust: { Version: "2012-10-17", Statement: [statement] },
    policies: [],
    maxSessionSeconds: 3600,
  };
}

const folder = mkdtempSync(join(tmpdir(), "dropclip-media-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const generated = new Map<string, string>();

/** Makes a media file with ffmpeg's arguments (inputs, options; the file's name is added) and returns its path. */
export function generate(name: string, ...args: string[]): string {
  const file = join(folder, name);
  if (generated.get(name) === args.join(" ")) return file;
  generated.set(name, args.join(" "));
  execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", ...args, file]);
  return file;
}

/** Writes into an MP4's first track that players are to turn it clockwise, as phones do; the pixels stay. */
export function turn(name: string, file: string, degrees: 90 | 180 | 270): string {
  const bytes = readFileSync(file);
  const matrix = { 90: [0, 1, -1, 0], 180: [-1, 0, 0, -1], 270: [0, -1, 1, 0] }[degrees];
  const at = bytes.indexOf("tkhd") + 4 + 40;
  for (const [index, value] of matrix.entries()) bytes.writeInt32BE(value * 65_536, at + [0, 4, 12, 16][index]!);
  return written(name, bytes);
}

/** Writes a file that is no media and returns its path. */
export function written(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** What ffprobe says of a file, HLS playlists with CMAF's file names included. */
export function ffprobe(file: string, ...more: string[]): any {
  const hls = file.endsWith(".m3u8") ? ["-allowed_extensions", "ALL"] : [];
  const args = ["-v", "error", ...hls, "-of", "json", "-show_format", "-show_streams", ...more, file];
  return JSON.parse(execFileSync("ffprobe", args, { encoding: "utf8" }));
}

/** Decodes a file to the end; throws with ffmpeg's words when anything in it is wrong. */
export function decode(file: string) {
  const hls = file.endsWith(".m3u8") ? ["-allowed_extensions", "ALL"] : [];
  const errors = execFileSync("ffmpeg", ["-v", "error", "-xerror", ...hls, "-i", file, "-f", "null", "-"], {
    encoding: "utf8",
  });
  if (errors) throw new Error(errors);
}

/** The first picture as rows of RGB, scaled to `width` by `height`: enough to tell colours and sides. */
export function pixels(file: string, width: number, height: number): number[][][] {
  const raw = [
    "-frames:v",
    "1",
    "-vf",
    `format=gbrp,scale=${width}:${height}:flags=area`,
    "-f",
    "rawvideo",
    "-pix_fmt",
    "rgb24",
    "-",
  ];
  const args = ["-v", "error", "-i", file, ...raw];
  const bytes = [...execFileSync("ffmpeg", args)];
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => bytes.slice(3 * (y * width + x), 3 * (y * width + x) + 3)),
  );
}
