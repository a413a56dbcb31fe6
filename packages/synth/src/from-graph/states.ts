import type { StateMachine } from "../cloud.ts";
import { json, only, type Reader, text } from "./reader.ts";
import { TYPE } from "./types.ts";

const KNOWN = [
  "definition",
  "encryptionConfiguration",
  "loggingConfiguration",
  "name",
  "publish",
  "roleArn",
  "tracingConfiguration",
  "type",
];

export function stateMachines(reader: Reader): StateMachine[] {
  return reader.all(TYPE.stateMachine).map((resource) => {
    const { inputs } = resource;
    only(resource, inputs, KNOWN);
    const { level = "OFF", logDestination, includeExecutionData = false } = inputs.loggingConfiguration ?? {};
    return {
      name: text(resource, "name"),
      arn: text(resource, "arn"),
      roleArn: text(reader.resolve(resource, inputs.roleArn, TYPE.role), "arn"),
      type: inputs.type ?? "STANDARD",
      definition: json(resource, "definition", inputs.definition),
      ...(level !== "OFF" && logDestination ? { logDestination, logLevel: level, includeExecutionData } : {}),
    };
  });
}
