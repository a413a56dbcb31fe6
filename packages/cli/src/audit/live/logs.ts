import {
  CloudWatchLogs,
  paginateDescribeDeliveries,
  paginateDescribeDeliveryDestinations,
  paginateDescribeDeliverySources,
  paginateDescribeLogGroups,
} from "@aws-sdk/client-cloudwatch-logs";
import { DESCRIBED, TYPE } from "@dropclip/synth/from-graph/types";
import { type Around, all, everywhere, type Found, type Look } from "./look.ts";

/** The part of a log group's or query's name that tells whose it is. */
const LAST = /[^/]+$/;
const FIRST = /^[^/]+/;

const part = (name: string, which: RegExp) => which.exec(name)?.[0] ?? name;

/** Things of every region, as their client finds them. */
const inEach = <T>(around: Around, ask: (client: CloudWatchLogs) => Promise<T[]>): Promise<T[]> =>
  everywhere(around, (config) => ask(new CloudWatchLogs(config)));

/** Those of a list that are the stage's, as they stand in the graph. */
const listed =
  <T>(
    list: (client: CloudWatchLogs) => Promise<T[]>,
    nameOf: (one: T) => string | undefined,
    found: (one: T) => Found,
  ) =>
  async (around: Around): Promise<Found[]> =>
    (await inEach(around, list)).filter((one) => around.isOurs(nameOf(one))).map(found);

export const LOG_LOOKS: Look[] = [
  {
    type: DESCRIBED.logGroup,
    actions: ["logs:DescribeLogGroups"],
    look: listed(
      (client) => all(paginateDescribeLogGroups({ client }, {}), (page) => page.logGroups),
      ({ logGroupName }) => part(logGroupName!, LAST),
      ({ logGroupName, logGroupArn, retentionInDays }) => ({
        inputs: { name: logGroupName, retentionInDays: retentionInDays ?? 0 },
        outputs: { arn: logGroupArn },
      }),
    ),
  },
  {
    type: DESCRIBED.queryDefinition,
    actions: ["logs:DescribeQueryDefinitions"],
    look: async (around) => {
      const queries = await inEach(around, async (client) => {
        const { queryDefinitions = [] } = await client.describeQueryDefinitions({
          queryDefinitionNamePrefix: around.graph.app,
          maxResults: 1000,
        });
        return queryDefinitions;
      });
      return queries
        .filter(({ name }) => around.isOurs(part(name!, FIRST)))
        .map(
          ({ queryDefinitionId, name, queryString, logGroupNames }): Found => ({
            id: queryDefinitionId!,
            inputs: { name, queryString, logGroupNames },
          }),
        );
    },
  },
  {
    type: TYPE.logSource,
    actions: ["logs:DescribeDeliverySources"],
    look: listed(
      (client) => all(paginateDescribeDeliverySources({ client }, {}), (page) => page.deliverySources),
      ({ name }) => name,
      ({ name, arn, resourceArns, logType }) => ({
        inputs: { name, logType, resourceArn: resourceArns?.[0] },
        outputs: { arn },
      }),
    ),
  },
  {
    type: TYPE.logDestination,
    actions: ["logs:DescribeDeliveryDestinations"],
    look: listed(
      (client) => all(paginateDescribeDeliveryDestinations({ client }, {}), (page) => page.deliveryDestinations),
      ({ name }) => name,
      ({ name, arn, outputFormat, deliveryDestinationConfiguration }) => ({
        inputs: { name, outputFormat, deliveryDestinationConfiguration },
        outputs: { arn },
      }),
    ),
  },
  {
    type: TYPE.logDelivery,
    actions: ["logs:DescribeDeliveries"],
    look: listed(
      (client) => all(paginateDescribeDeliveries({ client }, {}), (page) => page.deliveries),
      ({ deliverySourceName }) => deliverySourceName,
      ({ id, arn, deliverySourceName, deliveryDestinationArn, recordFields, s3DeliveryConfiguration }) => ({
        id: id!,
        inputs: {
          deliverySourceName,
          deliveryDestinationArn,
          recordFields,
          ...(s3DeliveryConfiguration && { s3DeliveryConfigurations: [s3DeliveryConfiguration] }),
        },
        outputs: { arn },
      }),
    ),
  },
];
