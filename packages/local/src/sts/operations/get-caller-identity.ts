import { uniqueId } from "../../iam/index.ts";
import { AwsError } from "../../world.ts";
import type { Operation } from "../context.ts";

/**
 * The caller's identity. Needs no permission, and answers even where a policy denies it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const getCallerIdentity: Operation = (_service, _parameters, { principal }) => {
  const { kind, arn, accountId, roleArn, sessionName } = principal;
  if (kind === "operator") return { Arn: arn, UserId: uniqueId("AIDA", arn), Account: accountId };
  if (kind === "role") return { Arn: arn, UserId: `${uniqueId("AROA", roleArn!)}:${sessionName}`, Account: accountId };
  // On AWS no service that acts for a resource holds credentials that reach STS.
  throw new AwsError("AccessDenied", `${arn} is neither a user nor a role session.`, 403);
};
