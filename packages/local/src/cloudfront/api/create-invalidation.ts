import { parseBatch } from "./invalidation.ts";
import { describe } from "./read-invalidations.ts";
import { type Answer, type Context, permitted } from "./service.ts";

/** CreateInvalidation: the edge serves on what it has until the invalidation is complete. */
export function createInvalidation(context: Context): Answer {
  const distribution = permitted(context, "cloudfront:CreateInvalidation");
  const batch = parseBatch(context.call.body);
  const { invalidation, repeated } = context.ledger.record(distribution.id, batch);
  if (!repeated) context.invalidate(distribution.id, batch, invalidation.completeAtMs);
  const location = `https://cloudfront.amazonaws.com/2020-05-31/distribution/${distribution.id}/invalidation/${invalidation.id}`;
  return { status: 201, root: "Invalidation", content: describe(invalidation, context), headers: { location } };
}
