import type { PlacedStatement } from "../../policies.ts";
import { type Action, Reference } from "../reference.ts";
import type { Rule } from "./rule.ts";

/** Resources of a type that the action does not work on, and grants by `NotResource`. */
export const wrongResources: Rule = (placed) => {
  const { kind, statement, actions } = placed;
  if (statement.NotResource !== undefined) {
    return statement.Effect === "Allow" ? ["Allow with NotResource grants every resource that will ever be"] : [];
  }
  const resources = resourcesOf(placed);
  if (resources.length === 0) return ["it names no resource"];
  if (statement.NotAction !== undefined) return [];
  const grants = statement.Effect === "Allow" && kind !== "trust";
  return actions.flatMap((written) => {
    const covered = Reference.matching(written);
    return covered.length === 0
      ? []
      : resources.flatMap((resource) => {
          const wrong = misfit(covered, resource) ?? (grants ? tooWide(covered, resource) : undefined);
          return wrong ? [`${written} ${wrong}`] : [];
        });
  });
};

/** A trust policy applies to its own role. */
export const resourcesOf = ({ kind, subject, resources }: PlacedStatement) =>
  kind === "trust" ? [subject] : resources;

/** Among the actions of a wildcard, one that fits is enough. */
function misfit(covered: Action[], resource: string): string | undefined {
  if (resource === "*" || covered.some((action) => Reference.typesOf(action, resource).length > 0)) return undefined;
  if (covered.every(({ resourceTypes }) => resourceTypes.length === 0))
    return `takes no resource but "*", not ${resource}: AWS lists no resource types for it`;
  return `is never about ${resource}: AWS lists ${listed(covered)}`;
}

function tooWide(covered: Action[], resource: string): string | undefined {
  const named = covered.filter(({ resourceTypes }) => resourceTypes.length > 0);
  if (named.length === 0) return undefined;
  const [, , , region = "", account = "", ...rest] = resource.split(":");
  const exact = resource !== "*" && !/[*?]/.test(region + account) && !/^[*?]/.test(rest.join(":"));
  return exact ? undefined : `is allowed on everything by ${resource}: AWS lists ${listed(named)}`;
}

function listed(actions: Action[]): string {
  const types = new Map(actions.flatMap(({ resourceTypes }) => resourceTypes).map((type) => [type.name, type.format]));
  return [...types].map(([name, format]) => `${name} (${format})`).join(", ");
}
