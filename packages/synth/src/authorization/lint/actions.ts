import { servicePrefixes } from "../data.ts";
import { Reference } from "../reference.ts";
import type { Rule } from "./rule.ts";

/** Actions that AWS does not have, and grants by `NotAction`. */
export const unknownActions: Rule = ({ statement, actions }) => {
  if (statement.NotAction !== undefined) {
    return statement.Effect === "Allow" ? ["Allow with NotAction grants every action that AWS will ever add"] : [];
  }
  if (actions.length === 0) return ["it names no action"];
  return actions.flatMap((action) => {
    if (/^\*(:\*)?$/.test(action)) return statement.Effect === "Allow" ? ["* is every action of every service"] : [];
    const [service = "", name] = action.split(":");
    if (name === undefined || /[*?]/.test(service)) return [`${action} does not name one service`];
    if (!servicePrefixes().has(service.toLowerCase()))
      return [`${action}: AWS has no service of the prefix ${service}`];
    if (Reference.matching(action).length > 0) return [];
    if (/[*?]/.test(name)) return [`${action} covers no action of ${service}`];
    return [`${action}: AWS has no such action; the nearest is ${nearest(action, Reference.matching(`${service}:*`))}`];
  });
};

function nearest(wanted: string, actions: { name: string }[]): string | undefined {
  const distance = (name: string) => edits(wanted.toLowerCase(), name.toLowerCase());
  return actions.map(({ name }) => name).sort((a, b) => distance(a) - distance(b))[0];
}

/** Number of letters to insert, delete or change to turn one text into the other. */
function edits(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(changed, above[j]! + 1, row[j - 1]! + 1));
    }
    above = row;
  }
  return above[b.length]!;
}
