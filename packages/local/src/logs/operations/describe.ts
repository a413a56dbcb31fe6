import type { Setting } from "@dropclip/synth/cloud";
import { DESCRIBED, TYPE } from "@dropclip/synth/from-graph/types";
import type { Input } from "../../protocol/json.ts";
import type { Call } from "../../world.ts";
import { invalid, type LogsState, type Operation } from "../context.ts";

const PAGE = 50;
const MOST_QUERIES = 1000;

/** A page of a list under the name that the operation has for it. */
function paged<T>({ limit = PAGE, nextToken = "0" }: Input, name: string, items: T[], most = PAGE) {
  if (!Number.isInteger(limit) || limit < 1 || limit > most) throw invalid(`limit must be between 1 and ${most}`);
  if (!/^\d+$/.test(String(nextToken))) throw invalid("The specified nextToken is invalid.");
  const next = Number(nextToken) + limit;
  return {
    [name]: items.slice(Number(nextToken), next),
    ...(next < items.length && { nextToken: String(next) }),
  };
}

const groupArn = ({ world }: LogsState, { region }: Call, name: string) =>
  `arn:aws:logs:${region}:${world.account}:log-group:${name}`;

/** What of a type is in the call's region: that of its ARN, or the cloud's. */
const here = ({ world, settings }: LogsState, type: string, { region }: Call): Setting[] =>
  settings.of(type).filter(({ arn }) => (arn?.split(":")[3] || world.region) === region);

/** Lambda makes a log group that is missing when it first writes to it, and keeps it for ever. */
const madeByLambda = ({ functions, recent, settings }: LogsState): string[] =>
  functions
    .filter(({ name }) => recent(name).length > 0)
    .map(({ name, logGroup = `/aws/lambda/${name}` }) => logGroup)
    .filter((name) => !settings.with(DESCRIBED.logGroup, "name", name));

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export const describeLogGroups: Operation = (state, input, call) => {
  const { world } = state;
  world.authorize(call.principal, "logs:DescribeLogGroups", "*");
  const prefix = String(input.logGroupNamePrefix ?? "");
  const made = here(state, DESCRIBED.logGroup, call).map(({ inputs }) => inputs);
  const groups: Record<string, any>[] =
    call.region === world.region ? [...made, ...madeByLambda(state).map((name) => ({ name }))] : made;
  const found = groups
    .filter(({ name }) => name.startsWith(prefix))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, retentionInDays }) => ({
      logGroupName: name,
      creationTime: state.startedAtMs,
      ...(retentionInDays > 0 && { retentionInDays }),
      metricFilterCount: 0,
      arn: `${groupArn(state, call, name)}:*`,
      storedBytes: 0,
      logGroupClass: "STANDARD",
      logGroupArn: groupArn(state, call, name),
    }));
  return paged(input, "logGroups", found);
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeQueryDefinitions.html */
export const describeQueryDefinitions: Operation = (state, input, call) => {
  state.world.authorize(call.principal, "logs:DescribeQueryDefinitions", "*");
  const prefix = String(input.queryDefinitionNamePrefix ?? "");
  const found = here(state, DESCRIBED.queryDefinition, call)
    .filter(({ inputs }) => inputs.name.startsWith(prefix))
    .map(({ id, inputs }) => ({
      queryLanguage: "CWLI",
      queryDefinitionId: id,
      name: inputs.name,
      queryString: inputs.queryString,
      lastModified: state.startedAtMs,
      logGroupNames: inputs.logGroupNames ?? [],
    }));
  const { maxResults: limit = MOST_QUERIES, nextToken } = input;
  return paged({ limit, nextToken }, "queryDefinitions", found, MOST_QUERIES);
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeDeliverySources.html */
export const describeDeliverySources: Operation = (state, input, call) => {
  state.world.authorize(call.principal, "logs:DescribeDeliverySources", "*");
  const found = here(state, TYPE.logSource, call).map(({ arn, inputs }) => ({
    name: inputs.name,
    arn,
    resourceArns: [inputs.resourceArn],
    service: String(inputs.resourceArn).split(":")[2],
    logType: inputs.logType,
  }));
  return paged(input, "deliverySources", found);
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeDeliveryDestinations.html */
export const describeDeliveryDestinations: Operation = (state, input, call) => {
  state.world.authorize(call.principal, "logs:DescribeDeliveryDestinations", "*");
  const found = here(state, TYPE.logDestination, call).map(({ arn, inputs }) => ({
    name: inputs.name,
    arn,
    deliveryDestinationType: "S3",
    outputFormat: inputs.outputFormat,
    deliveryDestinationConfiguration: inputs.deliveryDestinationConfiguration,
  }));
  return paged(input, "deliveryDestinations", found);
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeDeliveries.html */
export const describeDeliveries: Operation = (state, input, call) => {
  state.world.authorize(call.principal, "logs:DescribeDeliveries", "*");
  const found = here(state, TYPE.logDelivery, call).map(({ id, arn, inputs }) => {
    const [configuration] = inputs.s3DeliveryConfigurations ?? [];
    return {
      id,
      arn,
      deliverySourceName: inputs.deliverySourceName,
      deliveryDestinationArn: inputs.deliveryDestinationArn,
      deliveryDestinationType: "S3",
      recordFields: inputs.recordFields ?? [],
      ...(configuration && { s3DeliveryConfiguration: configuration }),
    };
  });
  return paged(input, "deliveries", found);
};
