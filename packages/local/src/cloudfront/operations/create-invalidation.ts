import { type Operation, permitted } from "../context.ts";
import { parseBatch } from "../invalidation/batch.ts";
import { describe } from "../invalidation/describe.ts";

/** The edge serves on what it has until the invalidation is complete. */
export const createInvalidation: Operation = (service, input, { principal }) => {
  const distribution = permitted(service, input, principal, "cloudfront:CreateInvalidation");
  const batch = parseBatch(input.body);
  const { invalidation, repeated } = service.ledger.record(distribution.id, batch);
  if (!repeated) service.invalidate(distribution.id, batch, invalidation.completeAtMs);
  const location = `https://cloudfront.amazonaws.com/2020-05-31/distribution/${distribution.id}/invalidation/${invalidation.id}`;
  return { status: 201, root: "Invalidation", content: describe(invalidation, service.world), headers: { location } };
};
