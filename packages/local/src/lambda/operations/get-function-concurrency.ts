import { concurrency } from "../configuration.ts";
import type { Operation } from "../context.ts";
import { findFunction, parseFunctionName } from "../names.ts";

/** Empty where nothing is reserved. */
export const getFunctionConcurrency: Operation = ({ world, list }, { path }, { principal }) => {
  const reference = parseFunctionName(world, path.FunctionName ?? "");
  world.authorize(principal, "lambda:GetFunctionConcurrency", reference.arn);
  return { body: concurrency(findFunction(list, reference)) };
};
