import { busArn, findRule, type Operation, ruleArn } from "../context.ts";
import { describe } from "../describe.ts";

export const describeRule: Operation = (service, input, call) => {
  service.world.authorize(call.principal, "events:DescribeRule", ruleArn(service, input.Name));
  busArn(service, input.EventBusName);
  return { ...describe(findRule(service, input.Name)), CreatedBy: service.world.account };
};
