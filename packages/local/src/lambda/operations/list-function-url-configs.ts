import { type Operation, referenceOf } from "../context.ts";
import { findFunction } from "../names.ts";

/**
 * There are none: a graph with one does not start.
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html
 */
export const listFunctionUrlConfigs: Operation = ({ world, list }, input, { principal }) => {
  const reference = referenceOf(world, input);
  world.authorize(principal, "lambda:ListFunctionUrlConfigs", reference.arn);
  findFunction(list, reference);
  return { body: { FunctionUrlConfigs: [] } };
};
