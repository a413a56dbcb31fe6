import { AwsError } from "../world.ts";
import type { Decision } from "./decide.ts";
import type { PolicyKind } from "./policy.ts";
import type { IamPrincipal } from "./types.ts";

type Denied = Extract<Decision, { allowed: false }>;

const KINDS: Record<PolicyKind, [article: string, name: string]> = {
  identity: ["an", "identity-based policy"],
  resource: ["a", "resource-based policy"],
  boundary: ["a", "permissions boundary"],
  session: ["a", "session policy"],
  trust: ["the", "role trust policy"],
};

/**
 * Code and status by the service that answers. JSON 1.x services say AccessDeniedException with 400, REST-JSON ones
 * with 403, XML ones AccessDenied. SQS names its query protocol's code in a header, which SDKs read.
 */
const ANSWERS: Record<string, [code: string, status: number]> = {
  dynamodb: ["AccessDeniedException", 400],
  states: ["AccessDeniedException", 400],
  events: ["AccessDeniedException", 400],
  ssm: ["AccessDeniedException", 400],
  "cognito-idp": ["AccessDeniedException", 400],
  s3: ["AccessDenied", 403],
  sqs: ["AccessDenied", 403],
  sts: ["AccessDenied", 403],
  cloudfront: ["AccessDenied", 403],
  cloudwatch: ["AccessDenied", 403],
  sns: ["AuthorizationError", 403],
};

/**
 * `because no … allows …`, `with an explicit deny in …`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function reasonOf({ explicit, kind }: Denied, action: string): string {
  const [article, name] = KINDS[kind];
  return explicit ? `with an explicit deny in ${article} ${name}` : `because no ${name} allows the ${action} action`;
}

/** The error the caller gets. */
export function denial(principal: IamPrincipal, action: string, resource: string, denied: Denied): AwsError {
  const service = action.split(":")[0]!.toLowerCase();
  const [code, status] = ANSWERS[service] ?? ["AccessDeniedException", 403];
  const member = principal.kind === "role" || principal.kind === "operator";
  // S3 explains itself within the account only.
  if (service === "s3" && !member) return new AwsError(code, "Access Denied", status);
  const user = principal.kind === "anonymous" ? "anonymous" : principal.arn;
  // SQS writes its actions small, and S3 quotes its resources.
  const named = service === "sqs" ? action.toLowerCase() : action;
  const target = service === "s3" ? `"${resource}"` : resource;
  const message = `User: ${user} is not authorized to perform: ${named} on resource: ${target} ${reasonOf(denied, named)}`;
  return new AwsError(code, message, status);
}
