import type { CompiledRule } from "../rules.ts";
import { busArn, findRule, type Operation, page, ruleArn } from "./operation.ts";

function describe({ rule }: CompiledRule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    ...(rule.pattern ? { EventPattern: JSON.stringify(rule.pattern) } : {}),
    ...(rule.schedule ? { ScheduleExpression: rule.schedule } : {}),
    State: rule.enabled ? "ENABLED" : "DISABLED",
    EventBusName: "default",
  };
}

export const listRules: Operation = (context, input, call) => {
  context.world.authorize(call.principal, "events:ListRules", "*");
  busArn(context, input.EventBusName);
  const named = context.rules.filter(({ rule }) => rule.name.startsWith(input.NamePrefix ?? ""));
  const { items, ...next } = page(named, input);
  return { Rules: items.map(describe), ...next };
};

export const describeRule: Operation = (context, input, call) => {
  context.world.authorize(call.principal, "events:DescribeRule", ruleArn(context, input.Name));
  busArn(context, input.EventBusName);
  return { ...describe(findRule(context, input.Name)), CreatedBy: context.world.account };
};

export const listTargetsByRule: Operation = (context, input, call) => {
  context.world.authorize(call.principal, "events:ListTargetsByRule", ruleArn(context, input.Rule));
  busArn(context, input.EventBusName);
  const { items, ...next } = page(findRule(context, input.Rule).targets, input);
  const Targets = items.map(({ target }) => ({
    Id: target.id,
    Arn: target.arn,
    ...(target.roleArn ? { RoleArn: target.roleArn } : {}),
    ...(target.input === undefined ? {} : { Input: target.input }),
    ...(target.inputPath === undefined ? {} : { InputPath: target.inputPath }),
    ...(target.inputTransformer
      ? {
          InputTransformer: {
            InputPathsMap: target.inputTransformer.inputPaths,
            InputTemplate: target.inputTransformer.inputTemplate,
          },
        }
      : {}),
    ...(target.deadLetterArn ? { DeadLetterConfig: { Arn: target.deadLetterArn } } : {}),
    RetryPolicy: {
      MaximumRetryAttempts: target.maximumRetryAttempts,
      MaximumEventAgeInSeconds: target.maximumEventAgeSeconds,
    },
  }));
  return { Targets, ...next };
};
