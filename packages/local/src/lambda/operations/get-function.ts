import { concurrency, configuration } from "../configuration.ts";
import { type Operation, referenceOf } from "../context.ts";
import { findFunction } from "../names.ts";

export const getFunction: Operation = ({ world, list }, input, { principal }) => {
  const reference = referenceOf(world, input);
  world.authorize(principal, "lambda:GetFunction", reference.arn);
  const fn = findFunction(list, reference);
  const reserved = concurrency(fn);
  const Concurrency = Object.keys(reserved).length > 0 ? { Concurrency: reserved } : {};
  return { body: { Configuration: configuration(fn), Tags: {}, ...Concurrency } };
};
