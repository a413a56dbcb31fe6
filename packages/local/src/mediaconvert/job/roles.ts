import type { Role } from "@dropclip/synth/cloud";
import { AwsError, type Principal, type World } from "../../world.ts";
import type { MediaConvertContext } from "../context.ts";
import { badRequest, JobError } from "../errors.ts";
import type { Job } from "./jobs.ts";

const SERVICE = "mediaconvert.amazonaws.com";

/** The role of that ARN. Throws BadRequestException when there is none. */
export function findRole(context: MediaConvertContext, arn: string): Role {
  const role = context.roles.find((candidate) => candidate.arn === arn);
  if (!role) throw badRequest(`/role: The role ${arn} does not exist`);
  return role;
}

/** The principal that a job acts as. */
export function jobPrincipal(world: World, role: Role, jobId: string): Principal {
  const arn = `arn:aws:sts::${world.account}:assumed-role/${role.name}/${jobId}`;
  return { kind: "role", arn, accountId: world.account, roleArn: role.arn, sessionName: jobId };
}

/** Throws JobError 1010 when the role's trust policy does not let MediaConvert take it on. */
export function assumeRole({ world }: MediaConvertContext, job: Job, uri: string) {
  try {
    world.assumeRole(job.Role!, job.Id, SERVICE);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const why = `[Failed probe/open: [Failed to read data: AssumeRole failed]]`;
    throw new JobError(1010, `Unable to open input file [${uri}]: ${why}`);
  }
}

/** Throws AccessDenied unless the caller may hand the role to MediaConvert. */
export function authorizePassRole({ iam }: MediaConvertContext, principal: Principal, roleArn: string) {
  iam.passRole(principal, roleArn, SERVICE);
}
