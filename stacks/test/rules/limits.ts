import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Graph, Resource } from "@dropclip/synth/graph";
import { all, finding, meant, type Rule } from "./finding.ts";

/** HTTP APIs give up after this time (AWS: quotas of HTTP APIs). */
const GATEWAY_SECONDS = 30;
/** Lambda's defaults and bounds. */
const TIMEOUT_SECONDS = { default: 3, max: 900 };
const MEMORY_MB = { default: 128, min: 128, max: 10_240 };

const timeoutOf = ({ inputs }: Resource): number => inputs.timeout ?? TIMEOUT_SECONDS.default;

export const functionLimits: Rule = (graph) =>
  all(graph, TYPE.function).flatMap((fn) => {
    const memory = fn.inputs.memorySize ?? MEMORY_MB.default;
    return [
      ...(timeoutOf(fn) < 1 || timeoutOf(fn) > TIMEOUT_SECONDS.max
        ? [finding(fn, `timeout ${timeoutOf(fn)} s is not 1 to ${TIMEOUT_SECONDS.max} s`)]
        : []),
      ...(memory < MEMORY_MB.min || memory > MEMORY_MB.max
        ? [finding(fn, `memorySize ${memory} MB is not ${MEMORY_MB.min} to ${MEMORY_MB.max} MB`)]
        : []),
    ];
  });

/** What runs on after the API gave up has a caller who was told that it failed. */
export const slowerThanGateway: Rule = (graph) =>
  all(graph, TYPE.apiIntegration).flatMap((integration) => {
    const waits = (integration.inputs.timeoutMilliseconds ?? GATEWAY_SECONDS * 1000) / 1000;
    if (waits < 0.05 || waits > GATEWAY_SECONDS)
      return [finding(integration, `timeoutMilliseconds is not 50 to ${GATEWAY_SECONDS * 1000}`)];
    const fn = invoked(graph, integration.inputs.integrationUri);
    if (!fn || timeoutOf(fn) < waits) return [];
    return [finding(integration, `gives up after ${waits} s, Function ${fn.name} after ${timeoutOf(fn)} s`)];
  });

/** A task that times out is started again while the function of the first try still runs. */
export const taskBeforeFunction: Rule = (graph) =>
  all(graph, TYPE.stateMachine).flatMap((machine) => {
    const { States } = JSON.parse(machine.inputs.definition) as { States: Record<string, any> };
    return Object.entries(States).flatMap(([name, { Resource, Arguments, TimeoutSeconds }]) => {
      const arn = Resource === "arn:aws:states:::lambda:invoke" ? Arguments.FunctionName : Resource;
      const fn = invoked(graph, arn);
      if (!fn || TimeoutSeconds === undefined || TimeoutSeconds >= timeoutOf(fn)) return [];
      return [
        finding(
          machine,
          `task ${name} gives up after ${TimeoutSeconds} s, Function ${fn.name} after ${timeoutOf(fn)} s`,
        ),
      ];
    });
  });

/** The function of an ARN, also as API Gateway's invoke ARN holds it. */
const invoked = (graph: Graph, arn: unknown): Resource | undefined =>
  meant(graph, TYPE.function, /functions\/(.+)\/invocations$/.exec(String(arn))?.[1] ?? arn);
