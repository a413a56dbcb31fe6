import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CacheBehavior, CachePolicy, Distribution, ResponseHeadersPolicy } from "@dropclip/synth/cloud";
import { onTestFinished } from "vitest";
import { TestClock } from "../../src/clock.ts";
import { createCloudFront } from "../../src/cloudfront/index.ts";
import type { LogObject, LogWriter } from "../../src/ports.ts";
import { Store } from "../../src/store.ts";
import { AwsError, type LogEntry, type World } from "../../src/world.ts";
import { checkKnown } from "../iam/known.ts";
import { TestOrigin } from "./origin.ts";

export const ORIGIN = "https://app.example.com";

export function policy(changes: Partial<CachePolicy> = {}): CachePolicy {
  return {
    id: "policy",
    minTtlSeconds: 1,
    defaultTtlSeconds: 86_400,
    maxTtlSeconds: 31_536_000,
    gzip: true,
    brotli: true,
    headers: [],
    queryStrings: "none",
    ...changes,
  };
}

export function headersPolicy(changes: Partial<ResponseHeadersPolicy> = {}): ResponseHeadersPolicy {
  return {
    id: "headers",
    cors: {
      allowCredentials: false,
      allowHeaders: ["*"],
      allowMethods: ["GET", "HEAD"],
      allowOrigins: [ORIGIN],
      exposeHeaders: ["ETag"],
      maxAgeSeconds: 600,
      originOverride: true,
    },
    headers: [{ header: "X-Content-Type-Options", value: "nosniff", override: true }],
    removeHeaders: [],
    ...changes,
  };
}

export function behavior(changes: Partial<CacheBehavior> = {}): CacheBehavior {
  return {
    pathPattern: "*",
    originId: "content",
    viewerProtocolPolicy: "redirect-to-https",
    allowedMethods: ["GET", "HEAD", "OPTIONS"],
    cachedMethods: ["GET", "HEAD"],
    compress: true,
    cachePolicy: policy(),
    ...changes,
  };
}

export function distribution(changes: Partial<Distribution> = {}): Distribution {
  return {
    id: "E1",
    arn: "arn:aws:cloudfront::123456789012:distribution/E1",
    domainName: "d1.cloudfront.net",
    aliases: [],
    origins: [
      { originId: "content", bucketName: "content", originPath: "", originAccessControl: true },
      { originId: "images", bucketName: "images", originPath: "", originAccessControl: true },
    ],
    behaviors: [],
    defaultBehavior: behavior(),
    customErrorResponses: [],
    additionalMetrics: false,
    accessLogs: [],
    ...changes,
  };
}

/** A distribution at the edge before a counting origin; all of it goes when the test ends. */
export async function edge(changes: Partial<Distribution> = {}, options: { cacheBytes?: number } = {}) {
  const clock = new TestClock();
  const origin = new TestOrigin();
  const endpoint = await origin.listen();
  onTestFinished(() => origin.stop());
  const directory = mkdtempSync(join(tmpdir(), "dropclip-edge-"));
  const store = new Store(":memory:");
  const denied = new Set<string>();
  const logs: LogEntry[] = [];
  let serial = 0;
  const world: World = {
    account: "123456789012",
    region: "us-east-1",
    clock,
    store,
    directory,
    log: (entry) => logs.push(entry),
    uuid: () => `00000000-0000-7000-8000-${String(serial++).padStart(12, "0")}`,
    metrics: { put() {} },
    assumeRole: () => ({ accessKeyId: "A", secretAccessKey: "S" }),
    actAs: (service, source) => ({ accessKeyId: `${service}|${source}`, secretAccessKey: "S", sessionToken: "T" }),
    endpoint: () => endpoint,
    authorize: (_, action, resource, context) => {
      checkKnown(action, resource, context);
      if (denied.has(`${action} ${resource}`)) throw new AwsError("AccessDenied", `not authorized: ${action}`, 403);
    },
  };
  const written: LogObject[] = [];
  const writer: LogWriter = { write: async (log) => void written.push(log) };
  const cloudfront = createCloudFront({ world, distributions: [distribution(changes)], logs: writer, ...options });
  const url = await cloudfront.listen("E1", 0);
  onTestFinished(async () => {
    await cloudfront.stop();
    store.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { clock, origin, url, cloudfront, world, directory, denied, logs, written };
}
