import { authorizedTopic, type Operation, page } from "../context.ts";

/** https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
export const listSubscriptionsByTopic: Operation = (state, parameters, { principal }) => {
  const topic = authorizedTopic(state, parameters, principal, "ListSubscriptionsByTopic");
  const { items, ...next } = page(parameters, topic.subscriptions);
  const member = items.map(({ protocol, endpoint }) => ({
    SubscriptionArn: "PendingConfirmation",
    Owner: state.world.account,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topic.arn,
  }));
  return { Subscriptions: { member }, ...next };
};
