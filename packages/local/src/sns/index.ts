import type { MetricAlarm, Topic } from "@dropclip/synth/cloud";
import { CLOUDFRONT_REGION } from "../metric-sink.ts";
import type { AlarmNotifier } from "../ports.ts";
import { type QueryService, query } from "../protocol/query.ts";
import { serve } from "../protocol/service.ts";
import { AwsError, type Principal, type Service, type World } from "../world.ts";
import type { SnsState } from "./context.ts";
import { getTopicAttributes } from "./operations/get-topic-attributes.ts";
import { listSubscriptionsByTopic } from "./operations/list-subscriptions-by-topic.ts";
import { listTopics } from "./operations/list-topics.ts";

const SNS: QueryService<SnsState> = {
  name: "sns",
  protocol: query({
    version: "2010-03-31",
    namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    unknown: (name) => new AwsError("InvalidAction", `SNS's operation ${name} does not run locally.`),
  }),
  operations: {
    GetTopicAttributes: getTopicAttributes,
    ListSubscriptionsByTopic: listSubscriptionsByTopic,
    ListTopics: listTopics,
  },
};

/** The key that AWS manages for SNS, whose policy lets no service but SNS use it. */
const MANAGED_KEY = "alias/aws/sns";

/** The graph's topics. There is no mail here: what would be sent stands in the log. */
export function createSns({ world, topics }: SnsState): Service & AlarmNotifier {
  const failed = (message: string) => {
    world.log({ service: "sns", level: "error", message });
    return message;
  };
  return {
    ...serve(SNS, { world, topics }),
    // Alarms about CloudFront, and their topics, are there whatever the region.
    regions: [CLOUDFRONT_REGION],
    notify(topicArn, { alarm, state, reason }) {
      const topic = topics.find(({ arn }) => arn === topicArn);
      if (!topic) return failed(`the topic ${topicArn} of alarm ${alarm.name} does not exist`);
      const refusal = refusalOf(world, topic, alarm);
      if (refusal) return failed(`alarm ${alarm.name} cannot be sent to ${topic.name}: ${refusal}`);
      for (const { endpoint } of topic.subscriptions) {
        const subject = `${state}: "${alarm.name}" in ${topic.region}`;
        const text = [reason, alarm.description].filter(Boolean).join(" ");
        world.log({
          service: "sns",
          level: "info",
          message: `mail to ${endpoint}: ${subject}: ${text}`,
          topic: topic.name,
        });
      }
      return undefined;
    },
  };
}

/** Why CloudWatch may not publish to the topic. */
function refusalOf(world: World, topic: Topic, { arn }: MetricAlarm): string | undefined {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
  if (topic.kmsMasterKeyId === MANAGED_KEY) return `CloudWatch may not use the key ${MANAGED_KEY}`;
  // Without a policy of its own a topic has SNS's default, which lets the account's own alarms in.
  if (!topic.policy) return undefined;
  const service = "cloudwatch.amazonaws.com";
  const principal: Principal = { kind: "service", arn: service, accountId: world.account, service, sourceArn: arn };
  try {
    world.authorize(principal, "sns:Publish", topic.arn);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}
