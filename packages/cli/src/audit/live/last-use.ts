import {
  type GetServiceLastAccessedDetailsResponse,
  IAM,
  paginateListRoles,
  type Role,
  type ServiceLastAccessed,
} from "@aws-sdk/client-iam";
import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Graph } from "@dropclip/synth/graph";
import { statements } from "@dropclip/synth/policies";
import { type AwsConfig, globally } from "../../aws/config.ts";
import type { Context } from "../../context.ts";
import { messageOf } from "../../errors.ts";
import { all, gently } from "./look.ts";

export const LAST_USE_ACTIONS = [
  "iam:ListRoles",
  "iam:GenerateServiceLastAccessedDetails",
  "iam:GetServiceLastAccessedDetails",
];

/** A grant that nobody made use of for long. */
export interface Unused {
  /** Logical name of the role, or of the policy of its own. */
  role: string;
  /** The policy and statement that grant it: `inline/2`. */
  statement: string;
  /** As the policy writes it. */
  action: string;
  /** What AWS watches: the action itself, or only whether the role used the service at all. */
  watched: "action" | "service";
  /** ISO 8601; left out: never, as far back as AWS looks. */
  last?: string;
}

export interface LastUse {
  days: number;
  roles: number;
  /** Roles that have not been there for so long: nothing can be said of them yet. */
  young: string[];
  unused: Unused[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** A report takes AWS a few seconds. */
const POLL_MS = 1000;
const PATIENCE_MS = 5 * 60 * 1000;
/** AWS turns away many calls at once; the SDK slows down by itself and tries again. */
const PATIENT = { retryMode: "adaptive", maxAttempts: 8 };

/**
 * What of the roles' grants was not used for `days`; with 0 what was never used. An attempt that was refused is a use:
 * AWS counts it.
 */
export async function lastUse(
  { clock, signal }: Pick<Context, "clock" | "signal">,
  config: AwsConfig,
  live: Graph,
  days: number,
): Promise<LastUse | { notRun: string }> {
  const client = new IAM({ ...globally(config), ...PATIENT });
  const since = clock.now() - days * DAY_MS;
  try {
    const made = await all(paginateListRoles({ client }, {}), (page) => page.Roles);
    const found = live.resources.filter(({ type }) => type === TYPE.role);
    const roles = found.flatMap(({ name, inputs }) => {
      const role = made.find(({ RoleName }) => RoleName === inputs.name);
      return role ? [{ name, role }] : [];
    });
    const isYoung = ({ role }: { role: Role }) => days > 0 && role.CreateDate!.getTime() > since;
    const old = roles.filter((one) => !isYoung(one));
    const unused = await Promise.all(
      old.map(({ name, role }) =>
        gently(async () => {
          const services = await report(client, role.Arn!, { clock, signal });
          return grantsOf(live, name, role.RoleName!).flatMap((grant) => {
            const use = useOf(services, grant.action);
            const isUsed = use.last !== undefined && (days === 0 || use.last.getTime() >= since);
            const { watched, last } = use;
            return isUsed ? [] : [{ ...grant, watched, ...(last && { last: last.toISOString() }) }];
          });
        }),
      ),
    );
    return {
      days,
      roles: roles.length,
      young: roles.filter(isYoung).map(({ name }) => name),
      unused: unused.flat(),
    };
  } catch (error) {
    signal.throwIfAborted();
    return { notRun: `${(error as Error).name}: ${messageOf(error)}` };
  } finally {
    client.destroy();
  }
}

/** Has AWS make its report about a role, waits for it, and reads all of it. */
async function report(
  client: IAM,
  Arn: string,
  { clock, signal }: Pick<Context, "clock" | "signal">,
): Promise<ServiceLastAccessed[]> {
  const { JobId } = await client.generateServiceLastAccessedDetails({ Arn, Granularity: "ACTION_LEVEL" });
  const services: ServiceLastAccessed[] = [];
  const until = clock.now() + PATIENCE_MS;
  let page = await client.getServiceLastAccessedDetails({ JobId });
  while (page.JobStatus === "IN_PROGRESS") {
    if (clock.now() > until) throw new Error(`the report on ${Arn} is not done after ${PATIENCE_MS / 60_000} minutes`);
    await clock.sleep(POLL_MS, signal);
    page = await client.getServiceLastAccessedDetails({ JobId });
  }
  for (;;) {
    if (page.JobStatus === "FAILED") throw new Error(failure(Arn, page));
    services.push(...(page.ServicesLastAccessed ?? []));
    if (!page.IsTruncated) return services;
    page = await client.getServiceLastAccessedDetails({ JobId, Marker: page.Marker });
  }
}

const failure = (arn: string, { Error: error }: GetServiceLastAccessedDetailsResponse) =>
  `AWS could not report on ${arn}: ${error?.Message ?? "it does not say why"}`;

/** What a role's policies allow, each action of each statement once. */
function grantsOf(live: Graph, name: string, roleName: string): Pick<Unused, "role" | "statement" | "action">[] {
  const own = live.resources.filter(
    ({ type, name: of, inputs }) =>
      (type === TYPE.role && of === name) || (type === TYPE.rolePolicy && inputs.role === roleName),
  );
  return statements({ ...live, resources: own })
    .filter(({ kind, statement }) => kind === "identity" && statement.Effect === "Allow")
    .flatMap(({ at, name: statement, actions }) => {
      const policy = at.startsWith(`${name}/`) ? at.slice(name.length + 1) : at;
      return [...new Set(actions)].map((action) => ({ role: name, statement: `${policy}/${statement}`, action }));
    });
}

/** When an action was last asked for, by what AWS watches of its service. */
function useOf(services: ServiceLastAccessed[], action: string): { watched: Unused["watched"]; last?: Date } {
  const [prefix = "", name = ""] = action.toLowerCase().split(":");
  const service = services.find(({ ServiceNamespace }) => ServiceNamespace === prefix);
  const watched = service?.TrackedActionsLastAccessed?.find(({ ActionName }) => ActionName?.toLowerCase() === name);
  const last = watched ? watched.LastAccessedTime : service?.LastAuthenticated;
  return { watched: watched ? "action" : "service", ...(last && { last }) };
}
