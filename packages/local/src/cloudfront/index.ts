import { join } from "node:path";
import type { CacheBehavior, Distribution } from "@dropclip/synth/cloud";
import type { Listening } from "../listener.ts";
import type { LogWriter } from "../ports.ts";
import { type RestXmlService, restXml } from "../protocol/rest-xml.ts";
import { serve } from "../protocol/service.ts";
import { Settings } from "../settings.ts";
import { AwsError, type Service, type World } from "../world.ts";
import { AccessLogs } from "./access-logs.ts";
import { behaviorMatcher } from "./behavior.ts";
import { EdgeCache } from "./cache.ts";
import type { CloudFrontState } from "./context.ts";
import { Edge } from "./edge.ts";
import { covers } from "./invalidation/batch.ts";
import { Ledger } from "./invalidation/ledger.ts";
import { openListener } from "./listener.ts";
import { createInvalidation } from "./operations/create-invalidation.ts";
import { getDistribution } from "./operations/get-distribution.ts";
import { getInvalidation } from "./operations/get-invalidation.ts";
import { listDistributions } from "./operations/list-distributions.ts";
import { listInvalidations } from "./operations/list-invalidations.ts";
import {
  getMonitoringSubscription,
  listCachePolicies,
  listOriginAccessControls,
  listResponseHeadersPolicies,
} from "./operations/list-settings.ts";
import { rooted } from "./target.ts";

const notHere = (asked: string) =>
  new AwsError("NotImplemented", `CloudFront's operation ${asked} does not run locally.`, 501);

const CLOUDFRONT: RestXmlService<CloudFrontState> = {
  name: "cloudfront",
  protocol: restXml({
    namespace: "http://cloudfront.amazonaws.com/doc/2020-05-31/",
    routes: [
      ["CreateInvalidation", "POST /2020-05-31/distribution/{DistributionId}/invalidation"],
      ["ListInvalidations", "GET /2020-05-31/distribution/{DistributionId}/invalidation"],
      ["GetInvalidation", "GET /2020-05-31/distribution/{DistributionId}/invalidation/{Id}"],
      ["ListDistributions", "GET /2020-05-31/distribution"],
      ["GetDistribution", "GET /2020-05-31/distribution/{DistributionId}"],
      ["GetMonitoringSubscription", "GET /2020-05-31/distributions/{DistributionId}/monitoring-subscription"],
      ["ListCachePolicies", "GET /2020-05-31/cache-policy"],
      ["ListOriginAccessControls", "GET /2020-05-31/origin-access-control"],
      ["ListResponseHeadersPolicies", "GET /2020-05-31/response-headers-policy"],
    ],
    unroutable: notHere,
    unknown: notHere,
    undecodable: (segment) => new AwsError("InvalidArgument", `'${segment}' is not properly encoded.`),
  }),
  operations: {
    CreateInvalidation: createInvalidation,
    GetDistribution: getDistribution,
    GetInvalidation: getInvalidation,
    GetMonitoringSubscription: getMonitoringSubscription,
    ListCachePolicies: listCachePolicies,
    ListDistributions: listDistributions,
    ListInvalidations: listInvalidations,
    ListOriginAccessControls: listOriginAccessControls,
    ListResponseHeadersPolicies: listResponseHeadersPolicies,
  },
};

/** What CloudFront needs of the cloud. */
export interface CloudFrontOptions {
  world: World;
  distributions: Distribution[];
  /** What is described and runs nowhere. */
  settings?: Settings;
  /** Bound of the edge's disk cache; 4 GiB when left out. */
  cacheBytes?: number;
  /** Where access logs are written. */
  logs: LogWriter;
  /** How long access logs gather; a minute when left out. */
  logDeliveryMs?: number | undefined;
  /** How long an invalidation is in progress; `IN_PROGRESS_MS` when left out. */
  invalidationMs?: number | undefined;
}

/** CloudFront: its API behind the gate, and a listener per distribution. */
export interface CloudFront extends Service {
  /**
   * Opens the distribution's edge on loopback (0: any port) and returns its URL; rejects with the listen error as it
   * is.
   */
  listen(distributionId: string, port: number): Promise<string>;
  /** Ends every listener with its connections at once. */
  stop(): Promise<void>;
}

const RUN = ["GET", "HEAD", "OPTIONS"];

/** Makes CloudFront from the graph's distributions; throws for a behaviour that does not run locally, naming it. */
export function createCloudFront(options: CloudFrontOptions): CloudFront {
  const { world, distributions, settings = new Settings(), cacheBytes, invalidationMs, logs, logDeliveryMs } = options;
  for (const distribution of distributions) {
    checkRoot(distribution);
    for (const behavior of [...distribution.behaviors, distribution.defaultBehavior]) check(distribution, behavior);
  }
  const cache = new EdgeCache(join(world.directory, "edge"), world.store.disk, cacheBytes);
  const logsOf = (one: Distribution) =>
    one.accessLogs.map((log) => new AccessLogs(world, one, log, logs, logDeliveryMs));
  const edges = new Map(distributions.map((one) => [one.id, new Edge(world, one, cache, logsOf(one))]));
  const listeners: Listening[] = [];
  const state: CloudFrontState = {
    world,
    distributions,
    settings,
    ledger: new Ledger(world, invalidationMs),
    startedAtMs: world.clock.now(),
    invalidate: (id, { paths }, dueAtMs) => edges.get(id)?.invalidate(covers(paths), dueAtMs),
  };
  return {
    ...serve(CLOUDFRONT, state),
    async listen(distributionId, port) {
      const edge = edges.get(distributionId);
      if (!edge) throw new Error(`there is no distribution ${distributionId}`);
      const listener = await openListener(edge, port);
      listeners.push(listener);
      return listener.url;
    },
    async stop() {
      await Promise.all(listeners.splice(0).map((listener) => listener.close()));
      cache.abort();
      for (const edge of edges.values()) edge.stop();
    },
  };
}

/** AWS does not say whose behaviour answers `/` then: that of `/`, or that of the object which stands for it. */
function checkRoot(distribution: Distribution) {
  const { id, defaultRootObject } = distribution;
  const root = rooted({ path: "/", matchPath: "/", query: "" }, defaultRootObject);
  const behaviorOf = behaviorMatcher(distribution);
  if (behaviorOf("/") !== behaviorOf(root.matchPath))
    throw new Error(
      `distribution ${id} has behaviours of their own for / and for ${root.path}, which does not run locally`,
    );
}

function check({ id, origins }: Distribution, behavior: CacheBehavior) {
  const { pathPattern, allowedMethods, cachedMethods, originId } = behavior;
  const method = allowedMethods.find((name) => !RUN.includes(name));
  const where = `the behaviour ${pathPattern} of distribution ${id}`;
  if (method) throw new Error(`${where} allows ${method}, which does not run locally`);
  if (cachedMethods.includes("OPTIONS")) throw new Error(`${where} caches OPTIONS, which does not run locally`);
  if (!origins.some((origin) => origin.originId === originId)) throw new Error(`${where} has no origin ${originId}`);
}
