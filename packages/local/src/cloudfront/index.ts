import type { Server } from "node:http";
import { join } from "node:path";
import type { CacheBehavior, Distribution } from "@dropclip/synth/cloud";
import type { Service, World } from "../world.ts";
import { covers } from "./api/invalidation.ts";
import { createService } from "./api/service.ts";
import { EdgeCache } from "./cache.ts";
import { Edge } from "./edge.ts";
import { closeListener, openListener } from "./listener.ts";

/** What CloudFront needs of the cloud. */
export interface CloudFrontOptions {
  world: World;
  distributions: Distribution[];
  /** Bound of the edge's disk cache; 4 GiB when left out. */
  cacheBytes?: number;
}

/** CloudFront: its API behind the gate, and a listener per distribution. */
export interface CloudFront extends Service {
  /** Opens the distribution's edge on loopback (0: any port) and returns its URL; rejects with the listen error as it is. */
  listen(distributionId: string, port: number): Promise<string>;
  /** Ends every listener with its connections at once. */
  stop(): Promise<void>;
}

const RUN = ["GET", "HEAD", "OPTIONS"];

/** Makes CloudFront from the graph's distributions; throws for a behaviour that does not run locally, naming it. */
export function createCloudFront({ world, distributions, cacheBytes }: CloudFrontOptions): CloudFront {
  for (const distribution of distributions) {
    for (const behavior of [...distribution.behaviors, distribution.defaultBehavior]) check(distribution, behavior);
  }
  const cache = new EdgeCache(join(world.directory, "edge"), world.store.disk, cacheBytes);
  const edges = new Map(distributions.map((one) => [one.id, new Edge(world, one, cache)]));
  const servers: Server[] = [];
  const service = createService({
    world,
    distributions,
    startedAtMs: world.clock.now(),
    invalidate: (id, { paths }, dueAtMs) => edges.get(id)?.invalidate(covers(paths), dueAtMs),
  });
  return {
    ...service,
    async listen(distributionId, port) {
      const edge = edges.get(distributionId);
      if (!edge) throw new Error(`there is no distribution ${distributionId}`);
      const { server, url } = await openListener(edge, port);
      servers.push(server);
      return url;
    },
    async stop() {
      await Promise.all(servers.splice(0).map(closeListener));
      cache.abort();
      for (const edge of edges.values()) edge.stop();
    },
  };
}

function check({ id, origins }: Distribution, behavior: CacheBehavior) {
  const { pathPattern, allowedMethods, cachedMethods, originId } = behavior;
  const method = allowedMethods.find((name) => !RUN.includes(name));
  const where = `the behaviour ${pathPattern} of distribution ${id}`;
  if (method) throw new Error(`${where} allows ${method}, which does not run locally`);
  if (cachedMethods.includes("OPTIONS")) throw new Error(`${where} caches OPTIONS, which does not run locally`);
  if (!origins.some((origin) => origin.originId === originId)) throw new Error(`${where} has no origin ${originId}`);
}
