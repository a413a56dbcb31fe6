import { AwsError } from "../../world.ts";
import { type Operation, permitted } from "../context.ts";
import { describe } from "../invalidation/describe.ts";

export const getInvalidation: Operation = (service, input, { principal }) => {
  const { id } = permitted(service, input, principal, "cloudfront:GetInvalidation");
  const invalidation = service.ledger.get(id, input.path.Id ?? "");
  if (!invalidation) throw new AwsError("NoSuchInvalidation", "The specified invalidation does not exist.", 404);
  return { status: 200, root: "Invalidation", content: describe(invalidation, service.world) };
};
