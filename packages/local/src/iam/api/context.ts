import type { ManagedPolicy, PolicyDocument, Role } from "@dropclip/synth/cloud";
import type { Parameters } from "../../protocol/parameters.ts";
import type { QueryOperation } from "../../protocol/query.ts";
import { AwsError, type World } from "../../world.ts";
import { uniqueId } from "../context.ts";
import type { LastUse } from "../last-use.ts";

/** What the operations work on. */
export interface IamState {
  world: World;
  roles: Role[];
  managedPolicies: ManagedPolicy[];
  lastUse: LastUse;
  /** Reports on last use, by the id of their job. */
  jobs: Map<string, Job>;
  startedAtMs: number;
}

export interface Job {
  arn: string;
  granularity: "SERVICE_LEVEL" | "ACTION_LEVEL";
  createdMs: number;
}

export type Operation = QueryOperation<IamState>;

export const date = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** IAM's documents are percent-encoded (RFC 3986) JSON. */
export const encoded = (document: PolicyDocument) =>
  encodeURIComponent(JSON.stringify(document)).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);

/** `/service/` of `role/service/name`. */
const pathOf = (arn: string) => arn.slice(arn.indexOf("/"), arn.lastIndexOf("/") + 1);

/** The members that every description of a role has. */
export const roleOf = ({ name, arn, trust }: Role, { startedAtMs }: IamState) => ({
  Path: pathOf(arn),
  RoleName: name,
  RoleId: uniqueId("AROA", arn),
  Arn: arn,
  CreateDate: date(startedAtMs),
  AssumeRolePolicyDocument: encoded(trust),
});

const invalid = (message: string) => new AwsError("ValidationError", message);

/** A page of a list, as IAM has them: a marker where there is more. */
export function page<T>(parameters: Parameters, items: T[], standard = 100) {
  const size = Number(parameters.text("MaxItems") ?? standard);
  if (!Number.isInteger(size) || size < 1 || size > 1000) throw invalid("MaxItems must be between 1 and 1000");
  const from = Number(parameters.text("Marker") ?? 0);
  if (!Number.isInteger(from) || from < 0) throw invalid("The marker is invalid.");
  const next = from + size;
  const more = next < items.length;
  return { items: items.slice(from, next), rest: { IsTruncated: more, ...(more && { Marker: String(next) }) } };
}

/** A parameter that must be there. */
export function required(parameters: Parameters, name: string): string {
  const value = parameters.text(name);
  if (value) return value;
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  throw invalid(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

export const noSuch = (message: string) => new AwsError("NoSuchEntity", message, 404);
