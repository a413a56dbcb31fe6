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

export const LOG_LOOKS: Look[] = [
  {
    type: DESCRIBED.logGroup,
    actions: ["logs:DescribeLogGroups"],
    look: async (around) => {
      const groups = await inEach(around, (client) =>
        all(paginateDescribeLogGroups({ client }, {}), (page) => page.logGroups),
      );
      return groups
        .filter(({ logGroupName }) => around.isOurs(part(logGroupName!, LAST)))
        .map(
          ({ logGroupName, logGroupArn, retentionInDays }): Found => ({
            inputs: { name: logGroupName, retentionInDays: retentionInDays ?? 0 },
            outputs: { arn: logGroupArn },
          }),
        );
    },
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
    look: async (around) => {
      const sources = await inEach(around, (client) =>
        all(paginateDescribeDeliverySources({ client }, {}), (page) => page.deliverySources),
      );
      return sources
        .filter(({ name }) => around.isOurs(name))
        .map(
          ({ name, arn, resourceArns, logType }): Found => ({
            inputs: { name, logType, resourceArn: resourceArns?.[0] },
            outputs: { arn },
          }),
        );
    },
  },
  {
    type: TYPE.logDestination,
    actions: ["logs:DescribeDeliveryDestinations"],
    look: async (around) => {
      const destinations = await inEach(around, (client) =>
        all(paginateDescribeDeliveryDestinations({ client }, {}), (page) => page.deliveryDestinations),
      );
      return destinations
        .filter(({ name }) => around.isOurs(name))
        .map(
          ({ name, arn, outputFormat, deliveryDestinationConfiguration }): Found => ({
            inputs: { name, outputFormat, deliveryDestinationConfiguration },
            outputs: { arn },
          }),
        );
    },
  },
  {
    type: TYPE.logDelivery,
    actions: ["logs:DescribeDeliveries"],
    look: async (around) => {
      const deliveries = await inEach(around, (client) =>
        all(paginateDescribeDeliveries({ client }, {}), (page) => page.deliveries),
      );
      return deliveries
        .filter(({ deliverySourceName }) => around.isOurs(deliverySourceName))
        .map(
          ({ id, arn, deliverySourceName, deliveryDestinationArn, recordFields, s3DeliveryConfiguration }): Found => ({
            id: id!,
            inputs: {
              deliverySourceName,
              deliveryDestinationArn,
              recordFields,
              ...(s3DeliveryConfiguration && { s3DeliveryConfigurations: [s3DeliveryConfiguration] }),
            },
            outputs: { arn },
          }),
        );
    },
  },
];
