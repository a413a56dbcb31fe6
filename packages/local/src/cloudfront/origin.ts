import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { Sha256 } from "@aws-crypto/sha256-js";
import type { Distribution } from "@dropclip/synth/cloud";
import { SignatureV4 } from "@smithy/signature-v4";
import type { World } from "../world.ts";

/** CloudFront's response timeout for S3 origins, which cannot be changed, and its attempts to connect. */
const RESPONSE_TIMEOUT_MS = 30_000;
const ATTEMPTS = 3;

/** The origin could not be reached (502) or did not answer in time (504). */
export class OriginError extends Error {
  readonly status: 502 | 504;
  constructor(status: 502 | 504, cause: unknown) {
    super("CloudFront wasn't able to connect to the origin.", { cause });
    this.status = status;
  }
}

/** One request to a bucket. `path` starts with a slash and is percent-encoded. */
export interface OriginRequest {
  method: "GET" | "HEAD" | "OPTIONS";
  originId: string;
  path: string;
  query: string;
  headers: Record<string, string>;
}

/** Fetches from the S3 endpoint as the distribution, signed where the origin has an access control. */
export class Origin {
  readonly #world: World;
  readonly #distribution: Distribution;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(world: World, distribution: Distribution) {
    this.#world = world;
    this.#distribution = distribution;
  }

  /** The response with its body unread; throws an `OriginError` when there is none. */
  async fetch(wanted: OriginRequest): Promise<IncomingMessage> {
    const origin = this.#distribution.origins.find(({ originId }) => originId === wanted.originId);
    if (!origin) throw new Error(`distribution ${this.#distribution.id} has no origin ${wanted.originId}`);
    const endpoint = new URL(this.#world.endpoint());
    const path = `/${origin.bucketName}${origin.originPath.replace(/\/$/, "")}${wanted.path}`;
    const unsigned = { ...wanted.headers, host: endpoint.host };
    for (let attempt = 1; ; attempt++) {
      const headers = origin.originAccessControl ? await this.#sign(endpoint, path, wanted, unsigned) : unsigned;
      const target = wanted.query ? `${path}?${wanted.query}` : path;
      try {
        return await this.#send(endpoint, target, wanted.method, headers);
      } catch (error) {
        if (attempt === ATTEMPTS || (error instanceof OriginError && error.status === 504)) {
          throw error instanceof OriginError ? error : new OriginError(502, error);
        }
      }
    }
  }

  stop() {
    this.#agent.destroy();
  }

  async #sign(endpoint: URL, path: string, { method, query }: OriginRequest, headers: Record<string, string>) {
    const signer = new SignatureV4({
      service: "s3",
      region: this.#world.region,
      credentials: this.#world.actAs("cloudfront.amazonaws.com", this.#distribution.arn),
      sha256: Sha256,
      uriEscapePath: false,
      applyChecksum: false,
    });
    const bare = {
      method,
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path,
      query: queryBag(query),
      headers: { host: endpoint.host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    };
    const signed = await signer.sign(bare, { signingDate: new Date(this.#world.clock.now()) });
    return { ...headers, ...signed.headers };
  }

  #send(endpoint: URL, path: string, method: string, headers: Record<string, string>): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = endpoint;
      const sent: ClientRequest = request({ agent: this.#agent, hostname, port, method, path, headers });
      sent.setTimeout(RESPONSE_TIMEOUT_MS, () => sent.destroy(new OriginError(504, "timeout")));
      sent.once("error", reject);
      sent.once("response", (response) => {
        // A viewer that pauses must not look like an origin that hangs.
        sent.setTimeout(0);
        sent.on("error", () => response.destroy());
        resolve(response);
      });
      sent.end();
    });
  }
}

function queryBag(query: string): Record<string, string | string[]> {
  const bag: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query.replaceAll("+", "%2B"))) {
    bag[name] = [...(bag[name] ?? []), value];
  }
  return bag;
}
