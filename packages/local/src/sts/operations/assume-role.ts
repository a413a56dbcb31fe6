import { uniqueId } from "../../iam/index.ts";
import { AwsError } from "../../world.ts";
import { HOUR_SECONDS, readAssumeRole } from "../assume-role-request.ts";
import type { Operation } from "../context.ts";
import { refuseAbsent } from "../not-here.ts";
import { checkPolicyArns, readPolicy } from "../session-policies.ts";
import { inheritTags } from "../session-tags.ts";

/** One limit for policies and tags together since https://aws.amazon.com/about-aws/whats-new/2026/09/aws-sts/ */
const MOST_TOKEN_BYTES = 4096;

/**
 * Credentials of a role session, for whom the role trusts.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const assumeRole: Operation = (service, parameters, { principal }) => {
  const { world, iam, credentials, maxSessionSeconds } = service;
  const input = readAssumeRole(parameters);
  const { roleArn, sessionName, externalId, seconds, policyArns } = input;
  const policy = readPolicy(input.policy);
  checkPolicyArns(iam, policyArns);
  refuseAbsent(parameters);
  const { tags, transitiveTagKeys } = inheritTags(input, principal);
  if (principal.kind === "role" && seconds > HOUR_SECONDS) {
    throw tooLong("the 1 hour session limit for roles assumed by role chaining");
  }
  iam.assumeRole(principal, roleArn, {
    sessionName,
    tags,
    transitiveTagKeys: input.transitiveTagKeys,
    ...(externalId !== undefined && { externalId }),
  });
  // Only for principals that the role trusts: it is a fact about the role.
  if (seconds > (maxSessionSeconds?.(roleArn) ?? HOUR_SECONDS)) {
    throw tooLong("the MaxSessionDuration set for this role");
  }
  // Taken before the session's own, so that what is told is never later than what holds.
  const expiration = new Date(world.clock.now() + seconds * 1000);
  const session = credentials.assumeRole(roleArn, sessionName, {
    seconds,
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(transitiveTagKeys.length > 0 && { transitiveTagKeys }),
    ...(policy && { policy }),
    ...(policyArns.length > 0 && { policyArns }),
  });
  const token = session.sessionToken!;
  if (token.length > MOST_TOKEN_BYTES) {
    throw new AwsError("PackedPolicyTooLarge", "Serialized token too large for session");
  }
  const [, , , , account, resource] = roleArn.split(":");
  return {
    AssumedRoleUser: {
      AssumedRoleId: `${uniqueId("AROA", roleArn)}:${sessionName}`,
      Arn: `arn:aws:sts::${account}:assumed-role/${resource!.split("/").at(-1)}/${sessionName}`,
    },
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: token,
      Expiration: expiration.toISOString().replace(/\.\d+/, ""),
    },
    SessionTokenSize: token.length,
    SessionTokenUtilization: Math.ceil((token.length / MOST_TOKEN_BYTES) * 100),
  };
};

const tooLong = (limit: string) => new AwsError("ValidationError", `The requested DurationSeconds exceeds ${limit}.`);
