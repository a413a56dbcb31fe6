import { busArn, findRule, type Operation, page, ruleArn } from "../context.ts";

export const listTargetsByRule: Operation = (service, input, call) => {
  service.world.authorize(call.principal, "events:ListTargetsByRule", ruleArn(service, input.Rule));
  busArn(service, input.EventBusName);
  const { items, ...next } = page(findRule(service, input.Rule).targets, input);
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
