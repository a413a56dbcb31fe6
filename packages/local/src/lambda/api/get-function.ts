import type { LambdaFunction } from "@dropclip/synth/cloud";
import { findFunction, parseFunctionName } from "../names.ts";
import { configuration } from "./configuration.ts";
import { type Operation, sendJson } from "./operation.ts";

export const getFunction: Operation = ({ world, list }, call, name) => {
  const reference = parseFunctionName(world, name, call.url.searchParams.get("Qualifier") ?? undefined);
  world.authorize(call.principal, "lambda:GetFunction", reference.arn);
  const fn = findFunction(list, reference);
  const reserved = concurrency(fn);
  const Concurrency = Object.keys(reserved).length > 0 ? { Concurrency: reserved } : {};
  sendJson(call, { Configuration: configuration(fn), Tags: {}, ...Concurrency });
};

export const getFunctionConfiguration: Operation = ({ world, list }, call, name) => {
  const reference = parseFunctionName(world, name, call.url.searchParams.get("Qualifier") ?? undefined);
  world.authorize(call.principal, "lambda:GetFunctionConfiguration", reference.arn);
  sendJson(call, configuration(findFunction(list, reference)));
};

/** GetFunctionConcurrency: empty where nothing is reserved. */
export const getFunctionConcurrency: Operation = ({ world, list }, call, name) => {
  const reference = parseFunctionName(world, name);
  world.authorize(call.principal, "lambda:GetFunctionConcurrency", reference.arn);
  sendJson(call, concurrency(findFunction(list, reference)));
};

function concurrency({ reservedConcurrency }: LambdaFunction) {
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
}
