import { findFunction, parseFunctionName } from "../names.ts";
import { configuration } from "./configuration.ts";
import { type Operation, sendJson } from "./operation.ts";

export const getFunction: Operation = ({ world, list }, call, name) => {
  const reference = parseFunctionName(world, name, call.url.searchParams.get("Qualifier") ?? undefined);
  world.authorize(call.principal, "lambda:GetFunction", reference.arn);
  sendJson(call, { Configuration: configuration(findFunction(list, reference)), Tags: {} });
};

export const getFunctionConfiguration: Operation = ({ world, list }, call, name) => {
  const reference = parseFunctionName(world, name, call.url.searchParams.get("Qualifier") ?? undefined);
  world.authorize(call.principal, "lambda:GetFunctionConfiguration", reference.arn);
  sendJson(call, configuration(findFunction(list, reference)));
};
