import { AwsError } from "../../world.ts";
import { configuration } from "../configuration.ts";
import type { Operation } from "../context.ts";

const PAGE = 50;

/** Lists in the order of names; the marker is the last name of the page before. */
export const listFunctions: Operation = ({ world, list }, { query }, { principal }) => {
  world.authorize(principal, "lambda:ListFunctions", "*");
  const size = Number(query.get("MaxItems") ?? PAGE);
  if (!Number.isInteger(size) || size < 1 || size > 10_000) {
    throw new AwsError("InvalidParameterValueException", `MaxItems ${size} must be between 1 and 10000`);
  }
  const after = query.get("Marker") ?? "";
  const rest = list.toSorted((a, b) => (a.name < b.name ? -1 : 1)).filter(({ name }) => name > after);
  const page = rest.slice(0, Math.min(size, PAGE));
  const more = rest.length > page.length ? { NextMarker: page.at(-1)!.name } : {};
  return { body: { Functions: page.map(configuration), ...more } };
};
