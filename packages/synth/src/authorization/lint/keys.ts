import type { PlacedStatement } from "../../policies.ts";
import { type Action, Reference } from "../reference.ts";
import { resourcesOf } from "./resources.ts";

/**
 * The actions of the statement that never have the condition key, with the keys that AWS lists for them; one sentence
 * each.
 */
export function unlisted(placed: PlacedStatement, key: string): string[] {
  if (placed.statement.NotAction !== undefined) return [];
  const resources = resourcesOf(placed);
  return placed.actions.flatMap((written) => {
    const covered = Reference.matching(written);
    // Among the actions of a wildcard, one that has the key is enough.
    if (covered.length === 0 || covered.some((action) => isListed(action, key, resources))) return [];
    return [`${written} has no condition key ${key}: AWS lists ${listed(covered, resources)}`];
  });
}

/** On every resource of the statement that fits the action. */
function isListed(action: Action, key: string, resources: string[]): boolean {
  const about = resources.filter((resource) => Reference.typesOf(action, resource).length > 0);
  const all = about.length > 0 ? about : ["*"];
  return all.every((resource) => Reference.lists(action, key, resource));
}

function listed(actions: Action[], resources: string[]): string {
  const keys = actions.flatMap((action) => [
    ...action.conditionKeys,
    ...resources.flatMap((resource) => Reference.typesOf(action, resource).flatMap((type) => type.conditionKeys)),
  ]);
  return [...new Set(keys)].join(", ") || "global ones only";
}
