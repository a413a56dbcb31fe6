import { AwsError } from "../../world.ts";
import type { Invalidation } from "./ledger.ts";
import { type Answer, type Context, permitted } from "./service.ts";
import type { Xml } from "./xml.ts";

const PAGE = 100;

/** GetInvalidation. */
export function getInvalidation(context: Context): Answer {
  const { id } = permitted(context, "cloudfront:GetInvalidation");
  const invalidation = context.ledger.get(id, context.invalidationId);
  if (!invalidation) throw new AwsError("NoSuchInvalidation", "The specified invalidation does not exist.", 404);
  return { status: 200, root: "Invalidation", content: describe(invalidation, context) };
}

/** ListInvalidations, newest first. */
export function listInvalidations(context: Context): Answer {
  const { id } = permitted(context, "cloudfront:ListInvalidations");
  const { searchParams } = context.call.url;
  const marker = searchParams.get("Marker") ?? undefined;
  const maximum = Number(searchParams.get("MaxItems") ?? PAGE);
  if (!Number.isInteger(maximum) || maximum < 1)
    throw new AwsError("InvalidArgument", "MaxItems must be a positive number.");
  const found = context.ledger.list(id, marker, Math.min(maximum, PAGE) + 1);
  const page = found.slice(0, Math.min(maximum, PAGE));
  const truncated = found.length > page.length;
  const content = {
    Marker: marker ?? "",
    ...(truncated && { NextMarker: page.at(-1)!.id }),
    MaxItems: maximum,
    IsTruncated: String(truncated),
    Quantity: page.length,
    Items: {
      InvalidationSummary: page.map((one) => ({ Id: one.id, CreateTime: created(one), Status: status(one, context) })),
    },
  };
  return { status: 200, root: "InvalidationList", content };
}

/** The Invalidation element. */
export function describe(invalidation: Invalidation, context: Context): Xml {
  const { id, paths, callerReference } = invalidation;
  const batch = { Paths: { Quantity: paths.length, Items: { Path: paths } }, CallerReference: callerReference };
  return { Id: id, Status: status(invalidation, context), CreateTime: created(invalidation), InvalidationBatch: batch };
}

function status({ completeAtMs }: Invalidation, { world }: Context) {
  return world.clock.now() < completeAtMs ? "InProgress" : "Completed";
}

function created({ createdAtMs }: Invalidation) {
  return new Date(createdAtMs).toISOString();
}
