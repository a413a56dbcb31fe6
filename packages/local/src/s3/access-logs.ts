import type { ServerResponse } from "node:http";
import type { Bucket } from "@dropclip/synth/cloud";
import { LogDelivery } from "../log-delivery.ts";
import type { LogWriter } from "../ports.ts";
import type { World } from "../world.ts";
import type { S3Call, S3Service } from "./call.ts";
import { operationName } from "./operation-name.ts";
import { ownerOf } from "./owner.ts";

/** S3 delivers most logs within a few hours (AWS: Logging requests with server access logging). */
const DELAY_MS = 60 * 60 * 1000;
const SERVICE = "logging.s3.amazonaws.com";

type Begun = Parameters<S3Service["begin"]>[0];

/** One request to a bucket whose requests are logged. */
interface Entry extends Begun {
  bucket: Bucket;
  rawKey: string;
  atMs: number;
  call?: S3Call;
  errorCode?: string;
}

/** Server access logs of the buckets that have them: a line for each request, in S3's form. */
export class AccessLogs {
  readonly #world: World;
  readonly #delivery: LogDelivery;
  readonly #entries = new WeakMap<ServerResponse, Entry>();

  constructor(world: World, writer: LogWriter) {
    this.#world = world;
    this.#delivery = new LogDelivery({
      world,
      service: "s3",
      delayMs: DELAY_MS,
      deliver: (place, lines) => {
        const { bucketName, prefix, sourceArn } = JSON.parse(place) as Place;
        const key = `${prefix}-${world.uuid().replaceAll("-", "").slice(0, 16).toUpperCase()}`;
        const body = Buffer.from(`${lines.join("\n")}\n`);
        return writer.write({
          bucketName,
          key,
          body,
          headers: { "content-type": "text/plain" },
          service: SERVICE,
          sourceArn,
        });
      },
    });
  }

  begin(begun: Begun, bucket: Bucket, rawKey: string) {
    const entry: Entry = { ...begun, bucket, rawKey, atMs: this.#world.clock.now() };
    this.#entries.set(begun.response, entry);
    begun.response.once("close", () => this.#note(entry));
  }

  /** The signature holds: it is known who asks. */
  identify(call: S3Call) {
    const entry = this.#entries.get(call.response);
    if (entry) entry.call = call;
  }

  fail(response: ServerResponse, errorCode: string) {
    const entry = this.#entries.get(response);
    if (entry) entry.errorCode = errorCode;
  }

  stop() {
    this.#delivery.stop();
  }

  #note(entry: Entry) {
    this.#delivery.add(JSON.stringify(placeOf(this.#world, entry)), line(this.#world, entry));
  }
}

interface Place {
  bucketName: string;
  /** What the key is but for what makes it unique. */
  prefix: string;
  sourceArn: string;
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PartitionedPrefix.html; the delivery's time is that of the
 * request.
 */
function placeOf({ account, region }: World, { bucket, atMs }: Entry): Place {
  const { bucketName, prefix, dateSource } = bucket.logging!;
  const [date = "", time = ""] = new Date(atMs).toISOString().slice(0, 19).split("T");
  const moment = dateSource === "EventTime" ? "00-00-00" : time.replaceAll(":", "-");
  const folder = `${prefix}${account}/${region}/${bucket.name}/${date.replaceAll("-", "/")}`;
  return { bucketName, prefix: `${folder}/${date}-${moment}`, sourceArn: bucket.arn };
}

const NONE = "-";
const quoted = (text: string | undefined) =>
  `"${(text ?? NONE).replace(/["\r\n]/g, (mark) => encodeURIComponent(mark))}"`;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html, all 26 fields. */
function line(world: World, entry: Entry): string {
  const { request, response, bucket, rawKey, atMs, requestId, hostId, headers, call } = entry;
  const owner = ownerOf(world).ID;
  const status = response.headersSent ? String(response.statusCode) : NONE;
  const took = String(world.clock.now() - atMs);
  return [
    owner,
    bucket.name,
    `[${stamp(atMs)}]`,
    request.socket.remoteAddress ?? NONE,
    requesterOf(call, owner),
    requestId,
    operationName(entry),
    rawKey || NONE,
    quoted(`${request.method} ${request.url} HTTP/${request.httpVersion}`),
    status,
    entry.errorCode ?? NONE,
    bytesSent(entry),
    objectBytes(entry),
    took,
    took,
    quoted(headers.referer),
    quoted(headers["user-agent"]),
    NONE,
    hostId,
    call?.signature ? "SigV4" : NONE,
    // Plain HTTP on this machine.
    NONE,
    call?.signature ? (call.signature.form === "query" ? "QueryString" : "AuthHeader") : NONE,
    headers.host ?? NONE,
    NONE,
    NONE,
    NONE,
  ].join(" ");
}

/** `06/Feb/2019:00:00:38 +0000` */
function stamp(ms: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(new Date(ms).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

function requesterOf(call: S3Call | undefined, owner: string): string {
  const principal = call?.principal;
  if (!principal || principal.kind === "anonymous") return NONE;
  if (principal.kind === "service") return `svc:${principal.arn}`;
  return principal.kind === "role" ? principal.arn : owner;
}

function bytesSent({ request, response }: Entry): string {
  const bytes = Number(response.getHeader("content-length") ?? 0);
  return request.method === "HEAD" || bytes === 0 ? NONE : String(bytes);
}

/** As the headers tell it. */
function objectBytes({ request, response, headers, rawKey, errorCode }: Entry): string {
  if (!rawKey || errorCode) return NONE;
  if (request.method === "PUT") return headers["x-amz-decoded-content-length"] ?? headers["content-length"] ?? NONE;
  const range = /\/(\d+)$/.exec(String(response.getHeader("content-range") ?? ""))?.[1];
  const whole = ["GET", "HEAD"].includes(request.method ?? "") ? response.getHeader("content-length") : undefined;
  return range ?? (whole === undefined ? NONE : String(whole));
}
