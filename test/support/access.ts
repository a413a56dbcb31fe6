import { appendFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunningCloud } from "@dropclip/local/cloud";

/** Folder that collects what every cloud of a whole test run made use of; only `npm test` sets it. */
const directory = () => process.env.DROPCLIP_TEST_ACCESS;

/** One action on one resource, as a statement of a role grants it. */
export interface Used {
  role: string;
  policy: string;
  action: string;
  resource: string;
  used: number;
}

/** Keeps what the cloud's roles made use of, before it stops. */
export function keepAccess(cloud: Pick<RunningCloud, "access">) {
  const folder = directory();
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const grants = grantsOf(cloud.access());
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(grants)}\n`);
}

export const grantsOf = ({ roles }: ReturnType<RunningCloud["access"]>): Used[] =>
  roles.flatMap(({ role, grants }) =>
    grants.map(({ policy, action, resource, used }) => ({ role, policy, action, resource, used })),
  );

/** The same grant's name in every cloud. */
export const nameOf = ({ role, policy, action, resource }: Used) =>
  `${role.split("/").at(-1)}/${policy}: ${action} on ${resource}`;

/** Grants that all the clouds of this run together made use of; undefined outside a whole run. */
export function usedInRun(): Set<string> | undefined {
  const folder = directory();
  if (!folder) return undefined;
  const used = new Set<string>();
  for (const file of readdirSync(folder))
    for (const line of readFileSync(join(folder, file), "utf8").trim().split("\n"))
      for (const grant of JSON.parse(line) as Used[]) if (grant.used > 0) used.add(nameOf(grant));
  return used;
}
