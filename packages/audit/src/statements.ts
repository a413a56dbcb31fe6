import type { Resource } from "@dropclip/synth/graph";
import type { PlacedStatement } from "@dropclip/synth/policies";
import type { Said } from "./rule.ts";
import type { View } from "./view.ts";

/** Checks each statement of a resource; what is said is about the policy and statement where it stands. */
export function eachStatement(
  resource: Resource,
  view: View,
  check: (placed: PlacedStatement) => string[],
): Exclude<Said, string>[] {
  return view.statements(resource).flatMap((placed) => {
    const policy = placed.at.split("/").slice(1).join("/");
    const part = [policy, placed.name].filter(Boolean).join("/");
    return check(placed).map((says) => ({ part, says }));
  });
}

export const isAllow = ({ statement }: PlacedStatement) => statement.Effect === "Allow";

/** The kinds and names of whom a statement is about: `["Service", "lambda.amazonaws.com"]`. */
export function principalsOf({ statement }: PlacedStatement): [kind: string, name: string][] {
  const { Principal: principal } = statement as { Principal?: unknown };
  if (principal === undefined) return [];
  if (principal === "*") return [["AWS", "*"]];
  return Object.entries(principal as Record<string, string | string[]>).flatMap(([kind, names]) =>
    [names].flat().map((name): [string, string] => [kind, name]),
  );
}

/** Conditions with one of these keep everybody from being everybody (AWS: the meaning of "public" in S3). */
const NARROWING =
  /^(aws:(source(account|arn|ip|vpc|vpce|orgid|orgpaths|owner)|principal(account|arn|orgid|orgpaths)|userid|vpcsourceip)|s3:(dataaccesspointarn|dataaccesspointaccount))$/i;

/** Whether anybody in the world is allowed what the statement says. */
export function isPublic(placed: PlacedStatement): boolean {
  if (!isAllow(placed) || !principalsOf(placed).some(([, name]) => name === "*")) return false;
  return !narrows(placed, NARROWING);
}

/** Whether a condition compares a key of that form for equality or likeness with a value that is not everything. */
export function narrows({ statement }: PlacedStatement, keys: RegExp): boolean {
  return Object.entries(statement.Condition ?? {}).some(
    ([operator, compared]) =>
      /^(String|Arn)(Equals|EqualsIgnoreCase|Like)$|^IpAddress$/.test(operator) &&
      Object.entries(compared as Record<string, unknown>).some(
        ([key, values]) => keys.test(key) && [values].flat().every((value) => !/^\*+$/.test(String(value))),
      ),
  );
}

/** Whether a policy's action covers that of a request, by wildcards. */
export function covers(pattern: string, action: string): boolean {
  const literally = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literally.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i").test(action);
}
