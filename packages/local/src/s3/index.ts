import { join } from "node:path";
import type { Bucket } from "@dropclip/synth/cloud";
import type { EventBus, LogWriter, ObjectFiles } from "../ports.ts";
import { Settings } from "../settings.ts";
import { AwsError, type World } from "../world.ts";
import { AccessLogs } from "./access-logs.ts";
import { Bodies } from "./bodies.ts";
import type { S3Call, S3Service } from "./call.ts";
import type { Request, S3 } from "./context.ts";
import { allowOrigin, preflight } from "./cors.ts";
import { noSuchBucket } from "./errors.ts";
import { objectFiles } from "./files.ts";
import { sweep } from "./lifecycle.ts";
import { logWriter } from "./log-writer.ts";
import { Objects } from "./objects.ts";
import { listBuckets } from "./operations/list-buckets.ts";
import { answer, xml } from "./output.ts";
import { operationOf } from "./routes.ts";
import { Uploads } from "./uploads.ts";

const MAX_KEY_BYTES = 1024;

export interface S3Options {
  world: World;
  buckets: Bucket[];
  bus: EventBus;
  /** Puts addresses of this machine in the place of deployed ones. */
  localise?: ((value: string) => string) | undefined;
  /** What is described and changes no request. */
  settings?: Settings;
}

export interface LocalS3 extends S3Service {
  files: ObjectFiles;
  logs: LogWriter;
  /** Applies the buckets' lifecycle rules as of the clock: to be called now and then, at least once a day. */
  sweep(): { expired: number; aborted: number };
  /** Delivers no more access logs. */
  stop(): void;
}

/** S3 over the buckets given; no others exist. Bodies lie in `{world.directory}/s3`, metadata in the store. */
export function createS3({
  world,
  buckets,
  bus,
  localise = (value) => value,
  settings = new Settings(),
}: S3Options): LocalS3 {
  const s3: S3 = {
    world,
    bus,
    buckets: new Map(buckets.map((bucket) => [bucket.name, bucket])),
    corsOf: ({ cors }) => cors.map((rule) => ({ ...rule, allowedOrigins: rule.allowedOrigins.map(localise) })),
    objects: new Objects(world.store),
    uploads: new Uploads(world.store),
    settings,
    bodies: new Bodies(join(world.directory, "s3")),
    completing: new Map(),
  };
  // What a crash left: bodies that were never committed, or were replaced and not yet removed.
  s3.bodies.sweep(new Set([...s3.objects.bodyIds(), ...s3.uploads.bodyIds()]));
  for (const { name } of buckets) s3.objects.bucketCreatedMs(name, world.clock.now());

  const logs = logWriter(s3);
  const accessLogs = new AccessLogs(world, logs);
  return {
    files: objectFiles(s3),
    logs,
    sweep: () => sweep(s3),
    stop: () => accessLogs.stop(),

    begin(call) {
      const { response, rawPath, method, headers } = call;
      const { bucketName, rawKey } = addressed(s3, rawPath, headers);
      const bucket = s3.buckets.get(bucketName);
      if (bucket?.logging) accessLogs.begin(call, bucket, rawKey);
      if (bucket && method !== "OPTIONS") allowOrigin(response, s3.corsOf(bucket), method, headers.origin);
    },

    async handle(call) {
      accessLogs.identify(call);
      const { bucketName, rawKey } = addressed(s3, call.rawPath, call.headers);
      const bucket = s3.buckets.get(bucketName);
      if (call.method === "OPTIONS") return preflight(call.response, bucket ? s3.corsOf(bucket) : [], call.headers);
      if (call.rawPath === "/" && bucketName === "") return answer(call.response, root(s3, call));
      if (!bucket) throw missingBucket(call, bucketName, rawKey);
      const owner = call.headers["x-amz-expected-bucket-owner"];
      if (owner !== undefined && owner !== world.account) throw new AwsError("AccessDenied", "Access Denied", 403);
      const request: Request = { ...call, bucket, key: decodeURIComponent(rawKey) };
      checkKey(request.key);
      await answer(call.response, await operationOf(request)(s3, request));
    },

    fail({ response, request, requestId, hostId, rawPath }, error) {
      accessLogs.fail(response, error.code);
      const content: Record<string, string> = { Code: error.code, Message: error.message };
      for (const [name, value] of Object.entries(error.details)) content[name] = String(value);
      Object.assign(content, { Resource: rawPath, RequestId: requestId, HostId: hostId });
      const { status, headers, body } = xml("Error", content, { status: error.status, namespace: undefined });
      response.writeHead(status, headers);
      response.end(request.method === "HEAD" ? undefined : body);
    },
  };
}

/**
 * Bucket and key as the path says them, or with the bucket in the host: `{bucket}.localhost`, `{bucket}.s3.localhost`.
 */
function addressed(s3: S3, rawPath: string, headers: Record<string, string>) {
  const hosted = /^(.+?)(?:\.s3(?:\.[a-z0-9-]+)?)?\.localhost(?::\d+)?$/.exec(headers.host ?? "")?.[1];
  if (hosted !== undefined && s3.buckets.has(hosted)) return { bucketName: hosted, rawKey: rawPath.slice(1) };
  const at = rawPath.indexOf("/", 1);
  return at < 0
    ? { bucketName: rawPath.slice(1), rawKey: "" }
    : { bucketName: rawPath.slice(1, at), rawKey: rawPath.slice(at + 1) };
}

function root(s3: S3, call: S3Call) {
  if (call.method === "GET") return listBuckets(s3, call);
  const details = { Method: call.method, ResourceType: "SERVICE" };
  throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405, details);
}

/** Buckets come from the infrastructure alone, so a request to create one is refused by name. */
function missingBucket({ method, query }: S3Call, bucketName: string, rawKey: string): AwsError {
  const create = method === "PUT" && rawKey === "" && Object.keys(query).every((name) => name === "x-id");
  if (!create) return noSuchBucket(bucketName);
  return new AwsError(
    "NotImplemented",
    "CreateBucket: the local cloud has the buckets of the infrastructure only.",
    501,
  );
}

function checkKey(key: string) {
  const bytes = Buffer.byteLength(key);
  if (bytes <= MAX_KEY_BYTES) return;
  throw new AwsError("KeyTooLongError", "Your key is too long", 400, { Size: bytes, MaxSizeAllowed: MAX_KEY_BYTES });
}
