import type { ManagedPolicy, Role } from "@dropclip/synth/cloud";
import type { Xml } from "../../../protocol/xml.ts";
import { AwsError } from "../../../world.ts";
import { date, encoded, type IamState, type Operation, page, roleOf } from "../context.ts";

const FILTERS = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"];

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html */
export const getAccountAuthorizationDetails: Operation = (state, parameters, { principal }) => {
  state.world.authorize(principal, "iam:GetAccountAuthorizationDetails", "*");
  const filters = parameters.list("Filter");
  const strange = filters.find((one) => !FILTERS.includes(one));
  if (strange !== undefined) throw new AwsError("ValidationError", `There is no Filter ${strange}.`);
  const asked = (kind: string) => filters.length === 0 || filters.includes(kind);
  // One list of everything is cut into pages. There are no users: the operator is the account's own.
  const all: [kind: "role" | "policy", detail: Xml][] = [
    ...(asked("Role") ? state.roles.map((one): ["role", Xml] => ["role", roleDetail(one, state)]) : []),
    ...(asked("LocalManagedPolicy")
      ? state.managedPolicies.map((one): ["policy", Xml] => ["policy", policyDetail(one, state)])
      : []),
  ];
  const { items, rest } = page(parameters, all);
  const of = (wanted: string) => ({ member: items.filter(([kind]) => kind === wanted).map(([, detail]) => detail) });
  return { UserDetailList: {}, GroupDetailList: {}, RoleDetailList: of("role"), Policies: of("policy"), ...rest };
};

function roleDetail(role: Role, state: IamState): Xml {
  const inline = role.policies.filter(({ arn }) => arn === undefined);
  const attached = role.policies.filter(({ arn }) => arn !== undefined);
  const used = state.lastUse.of(role.arn).at(-1);
  return {
    ...roleOf(role, state),
    InstanceProfileList: {},
    RolePolicyList: {
      member: inline.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: encoded(document) })),
    },
    AttachedManagedPolicies: { member: attached.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })) },
    Tags: {},
    RoleLastUsed: used ? { LastUsedDate: date(used.atMs), Region: state.world.region } : {},
  };
}

function policyDetail({ name, arn, document }: ManagedPolicy, { roles, startedAtMs }: IamState): Xml {
  const created = date(startedAtMs);
  const version = { Document: encoded(document), VersionId: "v1", IsDefaultVersion: true, CreateDate: created };
  return {
    PolicyName: name,
    Arn: arn,
    Path: "/",
    DefaultVersionId: "v1",
    AttachmentCount: roles.filter(({ policies }) => policies.some((one) => one.arn === arn)).length,
    IsAttachable: true,
    CreateDate: created,
    UpdateDate: created,
    PolicyVersionList: { member: [version] },
  };
}
