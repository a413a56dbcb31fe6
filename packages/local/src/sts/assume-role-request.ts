import type { Parameters } from "../protocol/parameters.ts";
import { AwsError } from "../world.ts";
import { Constraints } from "./constraints.ts";
import { readTags, type SessionTags } from "./session-tags.ts";

/** STS's default, and its limit for role chaining. */
export const HOUR_SECONDS = 3600;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, "Request Parameters" */
const ARN = {
  min: 20,
  max: 2048,
  pattern: "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+",
};
const SESSION_NAME = { min: 2, max: 64, pattern: "[\\w+=,.@-]*" };
const EXTERNAL_ID = { min: 2, max: 1224, pattern: "[\\w+=,.@:\\/-]*" };
const MOST_POLICY_ARNS = 10;
const [LEAST_SECONDS, MOST_SECONDS] = [900, 43_200];

export interface AssumeRoleInput extends SessionTags {
  roleArn: string;
  sessionName: string;
  externalId?: string;
  seconds: number;
  policy?: string;
  policyArns: string[];
}

/** The request as AWS's model has it; throws ValidationError, InvalidParameterValue or MalformedInput. */
export function readAssumeRole(parameters: Parameters): AssumeRoleInput {
  const constraints = new Constraints();
  const roleArn = parameters.text("RoleArn");
  const sessionName = parameters.text("RoleSessionName");
  const externalId = parameters.text("ExternalId");
  const policy = parameters.text("Policy");
  const seconds = integer("DurationSeconds", parameters.text("DurationSeconds"));
  constraints.text("roleArn", roleArn, ARN);
  constraints.text("roleSessionName", sessionName, SESSION_NAME);
  if (externalId !== undefined) constraints.text("externalId", externalId, EXTERNAL_ID);
  if (policy !== undefined) constraints.text("policy", policy, { min: 1 });
  if (seconds !== undefined) constraints.between("durationSeconds", seconds, LEAST_SECONDS, MOST_SECONDS);
  const policyArns = readPolicyArns(parameters, constraints);
  const tags = readTags(parameters, constraints);
  const [arn, partition, service, , , resource] = roleArn!.split(":");
  if (arn !== "arn" || !partition || !service || !resource)
    throw new AwsError("ValidationError", `${roleArn} is invalid`);
  return {
    roleArn: roleArn!,
    sessionName: sessionName!,
    ...(externalId !== undefined && { externalId }),
    ...(policy !== undefined && { policy }),
    policyArns,
    seconds: seconds ?? HOUR_SECONDS,
    ...tags,
  };
}

function readPolicyArns(parameters: Parameters, constraints: Constraints): string[] {
  const arns = parameters.structures("PolicyArns", ["arn"]).map(({ arn }) => arn);
  if (arns.length > MOST_POLICY_ARNS) {
    const rule = `Member must have length less than or equal to ${MOST_POLICY_ARNS}`;
    constraints.breaks("policyArns", `[${arns.length} members]`, rule);
  } else {
    arns.forEach((arn, index) => {
      constraints.text(`policyArns.${index + 1}.member.arn`, arn, ARN);
    });
  }
  return arns as string[];
}

function integer(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[+-]?\d{1,10}$/.test(text)) throw new AwsError("MalformedInput", `${name} is not an integer.`);
  return Number(text);
}
