import {
  IAM,
  paginateGetAccountAuthorizationDetails,
  paginateListAccessKeys,
  paginateListRoles,
  type RoleDetail,
} from "@aws-sdk/client-iam";
import { ALSO } from "@dropclip/audit/types";
import { TYPE } from "@dropclip/synth/from-graph/types";
import { globally } from "../../aws/config.ts";
import { type Around, all, type Found, gently, type Look, plain, shared } from "./look.ts";

/** Roles, users and own policies with all that they say, of the whole account: IAM has no smaller question. */
const details = shared(async ({ config, isOurs }: Around) => {
  const client = new IAM(globally(config));
  const pages = paginateGetAccountAuthorizationDetails({ client }, { Filter: ["Role", "User", "LocalManagedPolicy"] });
  const [roles, users, policies] = [[], [], []] as [RoleDetail[], any[], any[]];
  for await (const { RoleDetailList = [], UserDetailList = [], Policies = [] } of pages) {
    roles.push(...RoleDetailList);
    users.push(...UserDetailList);
    policies.push(...Policies);
  }
  return {
    roles: roles.filter(({ RoleName }) => isOurs(RoleName)),
    users: users.filter(({ UserName }) => isOurs(UserName)),
    policies: policies.filter(({ PolicyName }) => isOurs(PolicyName)),
  };
});

/** Documents come percent-encoded. */
const decoded = (document: string | undefined) => decodeURIComponent(document ?? "");

/** Names of what the graph attaches to the role by resources of their own: those count there, the rest at the role. */
const apart = ({ graph }: Around, type: string, role: string, key: string) =>
  new Set(
    graph.resources.filter((one) => one.type === type && one.inputs.role === role).map(({ inputs }) => inputs[key]),
  );

/** In the order of the graph, since the order says nothing. */
function ordered<T>(items: T[], names: unknown[], nameOf: (item: T) => unknown): T[] {
  const place = (item: T) => (names.indexOf(nameOf(item)) + names.length) % (names.length || 1);
  return items.toSorted((a, b) => place(a) - place(b));
}

function roleOf(around: Around, role: RoleDetail, maxSessionDuration: number | undefined): Found {
  const name = role.RoleName!;
  const known = around.graph.resources.find(({ type, inputs }) => type === TYPE.role && inputs.name === name);
  const own = apart(around, TYPE.rolePolicy, name, "name");
  const attached = apart(around, TYPE.rolePolicyAttachment, name, "policyArn");
  const inline = (role.RolePolicyList ?? []).filter(({ PolicyName }) => !own.has(PolicyName));
  const names = ((known?.inputs.inlinePolicies ?? []) as { name: string }[]).map((one) => one.name);
  return {
    inputs: {
      name,
      assumeRolePolicy: decoded(role.AssumeRolePolicyDocument),
      inlinePolicies: ordered(inline, names, ({ PolicyName }) => PolicyName).map((one) => ({
        name: one.PolicyName,
        policy: decoded(one.PolicyDocument),
      })),
      managedPolicyArns: (role.AttachedManagedPolicies ?? [])
        .map(({ PolicyArn }) => PolicyArn)
        .filter((arn) => !attached.has(arn)),
      ...(maxSessionDuration !== undefined && { maxSessionDuration }),
      ...(role.PermissionsBoundary && { permissionsBoundary: role.PermissionsBoundary.PermissionsBoundaryArn }),
    },
    outputs: { arn: role.Arn },
  };
}

const actions = ["iam:GetAccountAuthorizationDetails"];

export const IAM_LOOKS: Look[] = [
  {
    type: TYPE.role,
    actions: [...actions, "iam:ListRoles"],
    look: async (around) => {
      const { roles } = await details(around);
      const pages = paginateListRoles({ client: new IAM(globally(around.config)) }, {});
      const longest = new Map(
        (await all(pages, (page) => page.Roles)).map(({ RoleName, MaxSessionDuration }) => [
          RoleName,
          MaxSessionDuration,
        ]),
      );
      return roles.map((role) => roleOf(around, role, longest.get(role.RoleName)));
    },
  },
  {
    type: TYPE.rolePolicy,
    actions,
    look: async (around) =>
      (await details(around)).roles.flatMap(({ RoleName: role, RolePolicyList = [] }) => {
        const own = apart(around, TYPE.rolePolicy, role!, "name");
        return RolePolicyList.filter(({ PolicyName }) => own.has(PolicyName)).map(({ PolicyName, PolicyDocument }) =>
          plain({ role, name: PolicyName, policy: decoded(PolicyDocument) }),
        );
      }),
  },
  {
    type: TYPE.rolePolicyAttachment,
    actions,
    look: async (around) =>
      (await details(around)).roles.flatMap(({ RoleName: role, AttachedManagedPolicies = [] }) => {
        const own = apart(around, TYPE.rolePolicyAttachment, role!, "policyArn");
        return AttachedManagedPolicies.filter(({ PolicyArn }) => own.has(PolicyArn)).map(({ PolicyArn }) =>
          plain({ role, policyArn: PolicyArn }),
        );
      }),
  },
  {
    type: TYPE.policy,
    actions,
    look: async (around) =>
      (await details(around)).policies.map(({ PolicyName, Arn, PolicyVersionList = [] }) => ({
        id: Arn,
        inputs: {
          name: PolicyName,
          policy: decoded(PolicyVersionList.find((one: any) => one.IsDefaultVersion)?.Document),
        },
        outputs: { arn: Arn },
      })),
  },
  {
    type: ALSO.user,
    actions,
    look: async (around) => (await details(around)).users.map(({ UserName }) => plain({ name: UserName })),
  },
  {
    type: ALSO.userPolicy,
    actions,
    look: async (around) =>
      (await details(around)).users.flatMap(({ UserName: user, UserPolicyList = [] }) =>
        UserPolicyList.map(({ PolicyName, PolicyDocument }: any) =>
          plain({ user, name: PolicyName, policy: decoded(PolicyDocument) }),
        ),
      ),
  },
  {
    type: ALSO.userAttachment,
    actions,
    look: async (around) =>
      (await details(around)).users.flatMap(({ UserName: user, AttachedManagedPolicies = [] }) =>
        AttachedManagedPolicies.map(({ PolicyArn }: any) => plain({ user, policyArn: PolicyArn })),
      ),
  },
  {
    type: ALSO.accessKey,
    actions: [...actions, "iam:ListAccessKeys"],
    look: async (around) => {
      const client = new IAM(globally(around.config));
      const { users } = await details(around);
      const keys = await Promise.all(
        users.map(({ UserName }) =>
          gently(() => all(paginateListAccessKeys({ client }, { UserName }), (page) => page.AccessKeyMetadata)),
        ),
      );
      return keys
        .flat()
        .map(({ AccessKeyId, UserName, Status }) => ({ id: AccessKeyId!, inputs: { user: UserName, status: Status } }));
    },
  },
];
