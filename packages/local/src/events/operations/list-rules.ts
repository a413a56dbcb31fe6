import { busArn, type Operation, page } from "../context.ts";
import { describe } from "../describe.ts";

export const listRules: Operation = (service, input, call) => {
  service.world.authorize(call.principal, "events:ListRules", "*");
  busArn(service, input.EventBusName);
  const named = service.rules.filter(({ rule }) => rule.name.startsWith(input.NamePrefix ?? ""));
  const { items, ...next } = page(named, input);
  return { Rules: items.map(describe), ...next };
};
