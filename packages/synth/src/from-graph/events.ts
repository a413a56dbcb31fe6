import type { Rule, RuleTarget } from "../cloud.ts";
import type { Resource } from "../graph.ts";
import { checkInvokable } from "./lambda.ts";
import { json, only, type Reader, refuse, text } from "./reader.ts";
import { TYPE } from "./types.ts";

/** EventBridge's defaults: one day, and as many attempts as fit into it. */
const EVENT_AGE_SECONDS = 24 * 60 * 60;
const RETRY_ATTEMPTS = 185;

export function rules(reader: Reader): Rule[] {
  reader.checkReferences(TYPE.target, "rule", TYPE.rule);
  return reader.all(TYPE.rule).map((resource) => {
    const { inputs } = resource;
    only(resource, inputs, ["name", "state", "eventPattern", "scheduleExpression", "eventBusName", "forceDestroy"]);
    if ((inputs.eventBusName ?? "default") !== "default") throw refuse(resource, "it has the default bus only");
    if (!inputs.eventPattern && !inputs.scheduleExpression) throw refuse(resource, "it has no pattern and no schedule");
    return {
      name: text(resource, "name"),
      arn: text(resource, "arn"),
      enabled: (inputs.state ?? "ENABLED") !== "DISABLED",
      ...(inputs.eventPattern ? { pattern: json(resource, "eventPattern", inputs.eventPattern) } : {}),
      ...(inputs.scheduleExpression ? { schedule: inputs.scheduleExpression } : {}),
      targets: reader.referring(TYPE.target, "rule", resource).map((part) => target(reader, part, resource)),
    };
  });
}

const KNOWN = [
  "rule",
  "targetId",
  "arn",
  "roleArn",
  "input",
  "inputPath",
  "inputTransformer",
  "deadLetterConfig",
  "retryPolicy",
  "forceDestroy",
];

function target(reader: Reader, resource: Resource, rule: Resource): RuleTarget {
  const { inputs } = resource;
  only(resource, inputs, KNOWN);
  const destination = reader.resolve(resource, inputs.arn, TYPE.function, TYPE.stateMachine, TYPE.queue);
  if (destination.type === TYPE.stateMachine && !inputs.roleArn) {
    throw refuse(resource, "a state machine is started with a role, and it has no roleArn");
  }
  if (destination.type === TYPE.function) {
    checkInvokable(reader, destination, "events.amazonaws.com", text(rule, "arn"), resource);
  }
  const role = inputs.roleArn && text(reader.resolve(resource, inputs.roleArn, TYPE.role), "arn");
  const deadLetters = inputs.deadLetterConfig?.arn && reader.resolve(resource, inputs.deadLetterConfig.arn, TYPE.queue);
  const { inputTransformer } = inputs;
  return {
    id: inputs.targetId ?? resource.name,
    arn: text(destination, "arn"),
    ...(role ? { roleArn: role } : {}),
    ...(inputs.input === undefined ? {} : { input: inputs.input }),
    ...(inputs.inputPath === undefined ? {} : { inputPath: inputs.inputPath }),
    ...(inputTransformer
      ? {
          inputTransformer: {
            inputPaths: inputTransformer.inputPaths ?? {},
            inputTemplate: inputTransformer.inputTemplate,
          },
        }
      : {}),
    ...(deadLetters ? { deadLetterArn: text(deadLetters, "arn") } : {}),
    maximumEventAgeSeconds: inputs.retryPolicy?.maximumEventAgeInSeconds ?? EVENT_AGE_SECONDS,
    maximumRetryAttempts: inputs.retryPolicy?.maximumRetryAttempts ?? RETRY_ATTEMPTS,
  };
}
