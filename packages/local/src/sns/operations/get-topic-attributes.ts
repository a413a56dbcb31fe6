import type { Topic } from "@dropclip/synth/cloud";
import { authorizedTopic, type Operation } from "../context.ts";

/** What every topic without a policy of its own has: its account may do all of this. */
const DEFAULT_ACTIONS = [
  ...["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission"],
  ...["SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish"],
];

/** https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
export const getTopicAttributes: Operation = (state, parameters, { principal }) => {
  const topic = authorizedTopic(state, parameters, principal, "GetTopicAttributes");
  const { account } = state.world;
  const attributes: Record<string, string> = {
    TopicArn: topic.arn,
    Owner: account,
    Policy: JSON.stringify(topic.policy ?? defaultPolicy(topic, account)),
    DisplayName: "",
    // Nobody confirms a mail here.
    SubscriptionsConfirmed: "0",
    SubscriptionsPending: String(topic.subscriptions.length),
    SubscriptionsDeleted: "0",
    ...(topic.kmsMasterKeyId && { KmsMasterKeyId: topic.kmsMasterKeyId }),
  };
  return { Attributes: { entry: Object.entries(attributes).map(([key, value]) => ({ key, value })) } };
};

const defaultPolicy = ({ arn }: Topic, account: string) => ({
  Version: "2008-10-17",
  Id: "__default_policy_ID",
  Statement: [
    {
      Sid: "__default_statement_ID",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: DEFAULT_ACTIONS,
      Resource: arn,
      Condition: { StringEquals: { "AWS:SourceOwner": account } },
    },
  ],
});
