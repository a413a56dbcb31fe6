import { EventBridge, type EventBus, type Rule } from "@aws-sdk/client-eventbridge";
import { paginateListStateMachines, SFN } from "@aws-sdk/client-sfn";
import { paginateListSubscriptionsByTopic, paginateListTopics, SNS } from "@aws-sdk/client-sns";
import { paginateListQueues, SQS } from "@aws-sdk/client-sqs";
import { ALSO } from "@dropclip/audit/types";
import { TYPE } from "@dropclip/synth/from-graph/types";
import { type Around, all, camel, everywhere, type Look, plain, shared } from "./look.ts";

const queues = shared(async ({ config, isOurs }: Around) => {
  const sqs = new SQS(config);
  const urls = await all(paginateListQueues({ client: sqs }, {}), ({ QueueUrls }) => QueueUrls);
  const ours = urls.filter((url) => isOurs(url.slice(url.lastIndexOf("/") + 1)));
  return Promise.all(
    ours.map(async (QueueUrl) => {
      const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
      return { url: QueueUrl, name: Attributes.QueueArn!.split(":").at(-1)!, attributes: Attributes };
    }),
  );
});

const rules = shared(async ({ config, isOurs }: Around): Promise<Rule[]> => {
  const bridge = new EventBridge(config);
  const found: Rule[] = [];
  let token: string | undefined;
  do {
    const { Rules = [], NextToken } = await bridge.listRules({ NextToken: token });
    found.push(...Rules);
    token = NextToken;
  } while (token);
  return found.filter(({ Name }) => isOurs(Name));
});

/** Buses of the stage's own; the default one is every account's. */
const buses = shared(async ({ config, graph, isOurs }: Around): Promise<EventBus[]> => {
  const { EventBuses = [] } = await new EventBridge(config).listEventBuses({ NamePrefix: graph.app, Limit: 100 });
  return EventBuses.filter(({ Name }) => isOurs(Name));
});

const topics = shared(async (around: Around) => {
  const found = await everywhere(around, async (config) => {
    const client = new SNS(config);
    const there = await all(paginateListTopics({ client }, {}), (page) => page.Topics);
    const ours = there.filter(({ TopicArn }) => around.isOurs(TopicArn!.split(":").at(-1)!));
    return Promise.all(
      ours.map(async ({ TopicArn }) => {
        const { Attributes: attributes = {} } = await client.getTopicAttributes({ TopicArn });
        const pages = paginateListSubscriptionsByTopic({ client }, { TopicArn });
        return { arn: TopicArn!, attributes, subscriptions: await all(pages, (page) => page.Subscriptions) };
      }),
    );
  });
  return found;
});

/** The queue's address is that of the endpoint where it was asked; the graph knows it as deployed. */
const deployedUrl = ({ graph }: Around, name: string) =>
  `https://sqs.${graph.region}.amazonaws.com/${graph.account}/${name}`;

const TOPIC_ACTIONS = ["sns:ListTopics", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic"];

/** What AWS gives to every topic that says nothing of its own. */
const isDefault = (policy: string | undefined) => !policy || JSON.parse(policy).Id === "__default_policy_ID";

export const MESSAGING_LOOKS: Look[] = [
  {
    type: TYPE.queue,
    actions: ["sqs:ListQueues", "sqs:GetQueueAttributes"],
    look: async (around) =>
      (await queues(around)).map(({ name, attributes }) => ({
        inputs: {
          name,
          messageRetentionSeconds: Number(attributes.MessageRetentionPeriod),
          visibilityTimeoutSeconds: Number(attributes.VisibilityTimeout),
          ...(attributes.SqsManagedSseEnabled && { sqsManagedSseEnabled: attributes.SqsManagedSseEnabled === "true" }),
          ...(attributes.KmsMasterKeyId && { kmsMasterKeyId: attributes.KmsMasterKeyId }),
        },
        outputs: { arn: attributes.QueueArn, url: deployedUrl(around, name) },
      })),
  },
  {
    type: TYPE.queuePolicy,
    actions: ["sqs:ListQueues", "sqs:GetQueueAttributes"],
    look: async (around) =>
      (await queues(around))
        .filter(({ attributes }) => attributes.Policy)
        .map(({ name, attributes }) => plain({ queueUrl: deployedUrl(around, name), policy: attributes.Policy })),
  },
  {
    type: TYPE.rule,
    actions: ["events:ListRules"],
    look: async (around) =>
      (await rules(around)).map(({ Name, Arn, EventPattern, ScheduleExpression, State }) => ({
        inputs: {
          name: Name,
          state: State,
          ...(EventPattern && { eventPattern: EventPattern }),
          ...(ScheduleExpression && { scheduleExpression: ScheduleExpression }),
        },
        outputs: { arn: Arn },
      })),
  },
  {
    type: TYPE.target,
    actions: ["events:ListRules", "events:ListTargetsByRule"],
    look: async (around) => {
      const bridge = new EventBridge(around.config);
      const found = await Promise.all(
        (await rules(around)).map(async ({ Name }) => {
          const { Targets = [] } = await bridge.listTargetsByRule({ Rule: Name });
          return Targets.map(({ Id, Arn, DeadLetterConfig, RetryPolicy, RoleArn }) =>
            plain({
              rule: Name,
              targetId: Id,
              arn: Arn,
              ...(RoleArn && { roleArn: RoleArn }),
              ...(DeadLetterConfig && { deadLetterConfig: camel(DeadLetterConfig) }),
              ...(RetryPolicy && { retryPolicy: camel(RetryPolicy) }),
            }),
          );
        }),
      );
      return found.flat();
    },
  },
  {
    type: ALSO.eventBus,
    actions: ["events:ListEventBuses"],
    look: async (around) =>
      (await buses(around)).map(({ Name, Arn }) => ({ inputs: { name: Name }, outputs: { arn: Arn } })),
  },
  {
    type: ALSO.eventBusPolicy,
    actions: ["events:ListEventBuses"],
    look: async (around) =>
      (await buses(around))
        .filter(({ Policy }) => Policy)
        .map(({ Name, Policy }) => plain({ eventBusName: Name, policy: Policy })),
  },
  {
    type: TYPE.stateMachine,
    actions: ["states:ListStateMachines", "states:DescribeStateMachine"],
    look: async ({ config, isOurs }) => {
      const client = new SFN(config);
      const machines = await all(paginateListStateMachines({ client }, {}), ({ stateMachines }) => stateMachines);
      return Promise.all(
        machines
          .filter(({ name }) => isOurs(name))
          .map(async ({ stateMachineArn }) => {
            const found = await client.describeStateMachine({ stateMachineArn });
            const { name, definition, roleArn, type, loggingConfiguration: log } = found;
            const to = log?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
            return {
              id: stateMachineArn!,
              inputs: {
                name,
                definition,
                roleArn,
                type,
                loggingConfiguration: {
                  level: log?.level,
                  includeExecutionData: log?.includeExecutionData,
                  logDestination: to,
                },
              },
              outputs: { arn: stateMachineArn },
            };
          }),
      );
    },
  },
  {
    type: TYPE.topic,
    actions: TOPIC_ACTIONS,
    look: async (around) =>
      (await topics(around)).map(({ arn, attributes }) => ({
        id: arn,
        inputs: {
          name: arn.split(":").at(-1),
          ...(attributes.KmsMasterKeyId && { kmsMasterKeyId: attributes.KmsMasterKeyId }),
        },
        outputs: { arn },
      })),
  },
  {
    type: TYPE.topicPolicy,
    actions: TOPIC_ACTIONS,
    look: async (around) =>
      (await topics(around))
        .filter(({ attributes }) => !isDefault(attributes.Policy))
        .map(({ arn, attributes }) => plain({ arn, policy: attributes.Policy })),
  },
  {
    type: TYPE.topicSubscription,
    actions: TOPIC_ACTIONS,
    look: async (around) =>
      (await topics(around)).flatMap(({ arn, subscriptions }) =>
        subscriptions.map(({ Protocol, Endpoint }) => plain({ topic: arn, protocol: Protocol, endpoint: Endpoint })),
      ),
  },
];
