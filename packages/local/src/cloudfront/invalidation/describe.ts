import type { Xml } from "../../protocol/xml.ts";
import type { World } from "../../world.ts";
import type { Invalidation } from "./ledger.ts";

/** The Invalidation element. */
export function describe(invalidation: Invalidation, world: World): Xml {
  const { id, paths, callerReference } = invalidation;
  const batch = { Paths: { Quantity: paths.length, Items: { Path: paths } }, CallerReference: callerReference };
  return { Id: id, Status: status(invalidation, world), CreateTime: created(invalidation), InvalidationBatch: batch };
}

/** The InvalidationSummary element. */
export function summary(invalidation: Invalidation, world: World): Xml {
  return { Id: invalidation.id, CreateTime: created(invalidation), Status: status(invalidation, world) };
}

function status({ completeAtMs }: Invalidation, { clock }: World) {
  return clock.now() < completeAtMs ? "InProgress" : "Completed";
}

function created({ createdAtMs }: Invalidation) {
  return new Date(createdAtMs).toISOString();
}
