import { createHash } from "node:crypto";
import { permissionStatement } from "../../iam/resource-policies.ts";
import { AwsError } from "../../world.ts";
import { type Operation, referenceOf } from "../context.ts";
import { findFunction } from "../names.ts";

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html */
export const getPolicy: Operation = ({ world, list, permissions }, input, { principal }) => {
  const reference = referenceOf(world, input);
  world.authorize(principal, "lambda:GetPolicy", reference.arn);
  const { arn } = findFunction(list, reference);
  const statements = permissions.filter((one) => one.functionArn === arn).map(permissionStatement);
  if (statements.length === 0)
    throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404);
  const Statement = statements.map((statement, index) => ({ Sid: `permission-${index + 1}`, ...statement }));
  const Policy = JSON.stringify({ Version: "2012-10-17", Id: "default", Statement });
  // A new policy has a new revision.
  const RevisionId = createHash("sha256").update(Policy).digest("hex").slice(0, 32);
  return { body: { Policy, RevisionId } };
};
