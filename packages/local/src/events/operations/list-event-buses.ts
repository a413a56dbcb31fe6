import { busArn, type Operation, page } from "../context.ts";

/**
 * There is the default bus alone. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListEventBuses.html
 */
export const listEventBuses: Operation = (service, input, call) => {
  service.world.authorize(call.principal, "events:ListEventBuses", "*");
  const all = [{ Name: "default", Arn: busArn(service, undefined) }];
  const { items, ...next } = page(
    all.filter(({ Name }) => Name.startsWith(input.NamePrefix ?? "")),
    input,
  );
  return { EventBuses: items, ...next };
};
