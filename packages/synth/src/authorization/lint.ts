import { TYPE } from "../from-graph/types.ts";
import type { Graph } from "../graph.ts";
import { type PlacedStatement, statements } from "../policies.ts";
import { unknownActions } from "./lint/actions.ts";
import { wrongConditions } from "./lint/conditions.ts";
import { wrongPrincipals } from "./lint/principals.ts";
import { wrongResources } from "./lint/resources.ts";
import type { Around, Rule } from "./lint/rule.ts";
import { wrongVariables } from "./lint/variables.ts";

/** What is held against the reference, each check by itself. */
export const CHECKS = {
  unknownActions,
  wrongResources,
  wrongConditions,
  wrongVariables,
  wrongPrincipals,
} satisfies Record<string, Rule>;

/**
 * Everything in the graph's IAM policies that, by AWS's service authorization reference, can never take effect, or
 * takes effect on more than was meant. One line each, with the place and what AWS lists instead.
 */
export function lint(graph: Graph): string[] {
  const { account, resources } = graph;
  const roles = resources.filter(({ type }) => type === TYPE.role).map(({ outputs }) => String(outputs.arn));
  const placed = statements(graph);
  const known = new Set(placed.map(({ at }) => at.split("/")[0]));
  const unread = resources.filter(({ name, inputs }) => holdsPolicy(inputs) && !known.has(name));
  return [
    ...unread.map(
      ({ type, name }) => `${name}: nobody looks at the policies of a ${type}: \`statements\` must place them`,
    ),
    ...placed.flatMap((one) => findings(one, { account, roles })),
  ];
}

/** Policies are plain JSON objects in the graph, whatever the property's name. */
function holdsPolicy(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "string" && /"Statement"\s*:/.test(value);
  return "Statement" in value || Object.values(value).some(holdsPolicy);
}

/** The same check for one statement. */
export const findings = (placed: PlacedStatement, around: Around): string[] =>
  Object.values(CHECKS)
    .flatMap((rule) => rule(placed, around))
    .map((wrong) => `${placed.at}, statement ${placed.name}: ${wrong}`);
