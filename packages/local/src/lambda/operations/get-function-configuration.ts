import { configuration } from "../configuration.ts";
import { type Operation, referenceOf } from "../context.ts";
import { findFunction } from "../names.ts";

export const getFunctionConfiguration: Operation = ({ world, list }, input, { principal }) => {
  const reference = referenceOf(world, input);
  world.authorize(principal, "lambda:GetFunctionConfiguration", reference.arn);
  return { body: configuration(findFunction(list, reference)) };
};
