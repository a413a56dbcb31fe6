import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { AccessLog, Distribution } from "@dropclip/synth/cloud";
import { LogDelivery } from "../log-delivery.ts";
import type { LogWriter } from "../ports.ts";
import type { World } from "../world.ts";
import { type Exchange, VALUES } from "./log-fields.ts";
import type { Reply } from "./reply.ts";

/** AWS usually delivers within an hour; nobody at a laptop waits that long. */
const DELAY_MS = 60 * 1000;
const SERVICE = "delivery.logs.amazonaws.com";

/** What a path of keys may name (AWS: Configure standard logging, Partitioning). */
const PLACES = ["DistributionId", "distributionid", "accountid", "yyyy", "MM", "dd", "HH"];

/** Standard logging (v2) of one distribution: a line of JSON for each request, gathered by the hour. */
export class AccessLogs {
  readonly #world: World;
  readonly #log: AccessLog;
  readonly #distribution: Distribution;
  readonly #delivery: LogDelivery;

  constructor(world: World, distribution: Distribution, log: AccessLog, writer: LogWriter, delayMs = DELAY_MS) {
    checkKnown(distribution, log);
    this.#world = world;
    this.#distribution = distribution;
    this.#log = log;
    this.#delivery = new LogDelivery({
      world,
      service: "cloudfront",
      delayMs,
      deliver: (hour, lines) =>
        writer.write({
          bucketName: log.bucketName,
          key: this.#key(hour),
          body: gzipSync(`${lines.join("\n")}\n`),
          headers: { "content-type": "application/gzip" },
          service: SERVICE,
          sourceArn: log.sourceArn,
          acl: "bucket-owner-full-control",
        }),
    });
  }

  /** Notes a request once its answer has ended, whole or broken off. */
  follow(request: IncomingMessage, response: ServerResponse, reply: Reply) {
    const { socket } = request;
    const [startedMs, sentBefore] = [this.#world.clock.now(), socket.bytesWritten];
    response.once("close", () => {
      const endedMs = this.#world.clock.now();
      const exchange: Exchange = { request, reply, startedMs, endedMs, sentBytes: socket.bytesWritten - sentBefore };
      const values = this.#log.fields.map((name) => [name, VALUES[name]!(exchange)]);
      this.#delivery.add(new Date(endedMs).toISOString().slice(0, 13), JSON.stringify(Object.fromEntries(values)));
    });
  }

  stop() {
    this.#delivery.stop();
  }

  /** `{prefix}{suffix path}/{distribution}.{2026-06-01-20}.{unique}.gz`; `hour` is `2026-06-01T20`. */
  #key(hour: string): string {
    const { id } = this.#distribution;
    const [yyyy = "", MM = "", dd = "", HH = ""] = hour.split(/[-T]/);
    const places: Record<string, string> = { yyyy, MM, dd, HH, DistributionId: id, distributionid: id };
    places.accountid = this.#world.account;
    const folder = this.#log.suffixPath.replace(/\{(\w+)\}/g, (_, name: string) => places[name]!);
    const path = `${folder.replace(/^\/|\/$/g, "")}/`.replace(/^\/$/, "");
    return `${this.#log.prefix}${path}${id}.${yyyy}-${MM}-${dd}-${HH}.${randomBytes(4).toString("hex")}.gz`;
  }
}

function checkKnown({ id }: Distribution, { fields, suffixPath }: AccessLog) {
  const field = fields.find((name) => !Object.hasOwn(VALUES, name));
  if (field)
    throw new Error(`the access log of distribution ${id} has the field ${field}, which is not written locally`);
  const place = [...suffixPath.matchAll(/\{([^}]*)\}/g)].find(([, name]) => !PLACES.includes(name!))?.[0];
  if (place) throw new Error(`the access log of distribution ${id} is put by ${place}, which CloudFront does not know`);
}
