import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Graph, Resource } from "@dropclip/synth/graph";
import { statements } from "@dropclip/synth/policies";
import { all, finding, meant, type Rule } from "./finding.ts";

/**
 * What AWS takes at most (quotas of IAM, Lambda, Step Functions and Parameter Store); IAM does not count white space.
 */
const INLINE_CHARACTERS = 10_240;
const TRUST_CHARACTERS = 2048;
const FUNCTION_POLICY_BYTES = 20_480;
const ENVIRONMENT_BYTES = 4096;
const PARAMETER_BYTES = 4096;
const DEFINITION_BYTES = 1_048_576;

/** Documents that are too long for AWS, which shows only when they are deployed. */
export const oversized: Rule = (graph) => {
  const problem = (resource: Resource, what: string, size: number, max: number) =>
    size > max ? [finding(resource, `${what}: ${size}, at most ${max}`)] : [];
  const characters = (document: unknown) => String(document ?? "").replace(/\s/g, "").length;
  return [
    ...all(graph, TYPE.role).flatMap((role) => {
      const apart = all(graph, TYPE.rolePolicy).filter(({ inputs }) => meant(graph, TYPE.role, inputs.role) === role);
      const documents = [...(role.inputs.inlinePolicies ?? []), ...apart.map(({ inputs }) => inputs)];
      const inline = documents.reduce((sum, { policy }) => sum + characters(policy), 0);
      return [
        ...problem(role, "characters of inline policies", inline, INLINE_CHARACTERS),
        ...problem(role, "characters of trust policy", characters(role.inputs.assumeRolePolicy), TRUST_CHARACTERS),
      ];
    }),
    ...all(graph, TYPE.function).flatMap((fn) => [
      ...problem(fn, "bytes of variables", bytes(fn.inputs.environment?.variables ?? {}), ENVIRONMENT_BYTES),
      ...problem(fn, "bytes of its own policy", bytes(ownStatements(graph, fn)), FUNCTION_POLICY_BYTES),
    ]),
    ...all(graph, TYPE.parameter).flatMap((one) =>
      problem(one, "bytes of value", Buffer.byteLength(one.inputs.value), PARAMETER_BYTES),
    ),
    ...all(graph, TYPE.stateMachine).flatMap((one) =>
      problem(one, "bytes of definition", Buffer.byteLength(one.inputs.definition), DEFINITION_BYTES),
    ),
  ];
};

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const ownStatements = (graph: Graph, fn: Resource) =>
  statements({ ...graph, resources: all(graph, TYPE.permission) })
    .filter(({ subject }) => meant(graph, TYPE.function, subject) === fn)
    // Lambda gives each a name of its own.
    .map(({ at, statement }) => ({ Sid: at, ...statement, Resource: fn.outputs.arn }));
