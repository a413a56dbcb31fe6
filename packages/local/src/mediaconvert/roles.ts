import type { Role, Statement } from "@dropclip/synth/cloud";
import type { Principal, World } from "../world.ts";
import type { Context } from "./context.ts";
import { badRequest, JobError } from "./errors.ts";
import type { Job } from "./jobs.ts";

const SERVICE = "mediaconvert.amazonaws.com";

/** The role of that ARN. Throws BadRequestException when there is none. */
export function findRole(context: Context, arn: string): Role {
  const role = context.roles.find((candidate) => candidate.arn === arn);
  if (!role) throw badRequest(`/role: The role ${arn} does not exist`);
  return role;
}

/** Whom a job acts as. */
export function jobPrincipal(world: World, role: Role, jobId: string): Principal {
  const arn = `arn:aws:sts::${world.account}:assumed-role/${role.name}/${jobId}`;
  return { kind: "role", arn, accountId: world.account, roleArn: role.arn, sessionName: jobId };
}

/** Throws JobError 1010 when the role's trust policy does not let MediaConvert assume it. */
export function assumeRole(context: Context, job: Job, uri: string) {
  const role = context.roles.find(({ arn }) => arn === job.Role);
  if (role?.trust.Statement.some(trustsMediaConvert)) return;
  throw new JobError(
    1010,
    `Unable to open input file [${uri}]: [Failed probe/open: [Failed to read data: AssumeRole failed]]`,
  );
}

function trustsMediaConvert({ Effect, Principal: principal, Action }: Statement): boolean {
  const list = (value: string | string[] | undefined) => (value === undefined ? [] : [value].flat());
  const services = typeof principal === "object" ? list(principal.Service) : [];
  return Effect === "Allow" && services.includes(SERVICE) && list(Action).includes("sts:AssumeRole");
}

/** Throws AccessDenied unless the caller may hand the role to MediaConvert. */
export function authorizePassRole(world: World, principal: Principal, roleArn: string) {
  world.authorize(principal, "iam:PassRole", roleArn, { "iam:PassedToService": SERVICE });
}
