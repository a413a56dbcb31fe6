import { EventBridge } from "@aws-sdk/client-eventbridge";
import { paginateListStateMachines, SFN } from "@aws-sdk/client-sfn";
import { paginateListQueues, SQS } from "@aws-sdk/client-sqs";
import { TYPE } from "@dropclip/synth/from-graph/types";
import { type Around, all, camel, type Look } from "./look.ts";

async function queues({ config, isOurs }: Around) {
  const sqs = new SQS(config);
  const urls = await all(paginateListQueues({ client: sqs }, {}), ({ QueueUrls }) => QueueUrls);
  const ours = urls.filter((url) => isOurs(url.slice(url.lastIndexOf("/") + 1)));
  return Promise.all(
    ours.map(async (QueueUrl) => {
      const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
      return { url: QueueUrl, name: Attributes.QueueArn!.split(":").at(-1)!, attributes: Attributes };
    }),
  );
}

async function rules({ config, isOurs }: Around) {
  const { Rules = [] } = await new EventBridge(config).listRules({ Limit: 100 });
  return Rules.filter(({ Name }) => isOurs(Name!));
}

/** The queue's address is that of the endpoint where it was asked; the graph knows it as deployed. */
const deployedUrl = ({ graph }: Around, name: string) =>
  `https://sqs.${graph.region}.amazonaws.com/${graph.account}/${name}`;

export const MESSAGING_LOOKS: Look[] = [
  {
    type: TYPE.queue,
    actions: ["sqs:ListQueues", "sqs:GetQueueAttributes"],
    look: async (around) =>
      (await queues(around)).map(({ name, attributes }) => ({
        name,
        messageRetentionSeconds: Number(attributes.MessageRetentionPeriod),
        ...(attributes.SqsManagedSseEnabled && { sqsManagedSseEnabled: attributes.SqsManagedSseEnabled === "true" }),
        ...(attributes.KmsMasterKeyId && { kmsMasterKeyId: attributes.KmsMasterKeyId }),
      })),
  },
  {
    type: TYPE.queuePolicy,
    actions: ["sqs:ListQueues", "sqs:GetQueueAttributes"],
    look: async (around) =>
      (await queues(around))
        .filter(({ attributes }) => attributes.Policy)
        .map(({ name, attributes }) => ({ queueUrl: deployedUrl(around, name), policy: attributes.Policy })),
  },
  {
    type: TYPE.rule,
    actions: ["events:ListRules"],
    look: async (around) =>
      (await rules(around)).map(({ Name, EventPattern, ScheduleExpression }) => ({
        name: Name,
        ...(EventPattern && { eventPattern: EventPattern }),
        ...(ScheduleExpression && { scheduleExpression: ScheduleExpression }),
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
          return Targets.map(({ Id, Arn, DeadLetterConfig, RetryPolicy, RoleArn }) => ({
            rule: Name,
            targetId: Id,
            arn: Arn,
            ...(RoleArn && { roleArn: RoleArn }),
            ...(DeadLetterConfig && { deadLetterConfig: camel(DeadLetterConfig) }),
            ...(RetryPolicy && { retryPolicy: camel(RetryPolicy) }),
          }));
        }),
      );
      return found.flat();
    },
  },
  {
    type: TYPE.stateMachine,
    actions: ["states:ListStateMachines", "states:DescribeStateMachine"],
    look: async ({ config, isOurs }) => {
      const client = new SFN(config);
      const machines = await all(paginateListStateMachines({ client }, {}), ({ stateMachines }) => stateMachines);
      return Promise.all(
        machines
          .filter(({ name }) => isOurs(name!))
          .map(async ({ stateMachineArn }) => {
            const found = await client.describeStateMachine({ stateMachineArn });
            const { name, definition, roleArn, type, loggingConfiguration: log } = found;
            const to = log?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
            return {
              name,
              definition,
              roleArn,
              type,
              loggingConfiguration: {
                level: log?.level,
                includeExecutionData: log?.includeExecutionData,
                logDestination: to,
              },
            };
          }),
      );
    },
  },
];
