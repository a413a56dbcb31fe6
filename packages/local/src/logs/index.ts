import { CLOUDFRONT_REGION } from "../metric-sink.ts";
import { type JsonService, json } from "../protocol/json.ts";
import { serve } from "../protocol/service.ts";
import { Settings } from "../settings.ts";
import { AwsError, type Service } from "../world.ts";
import type { LogsState } from "./context.ts";
import {
  describeDeliveries,
  describeDeliveryDestinations,
  describeDeliverySources,
  describeLogGroups,
  describeQueryDefinitions,
} from "./operations/describe.ts";
import { filterLogEvents } from "./operations/filter-log-events.ts";

const LOGS: JsonService<LogsState> = {
  name: "logs",
  protocol: json({
    version: "1.1",
    target: "Logs_20140328",
    unknown: (name) => new AwsError("UnknownOperationException", `CloudWatch Logs' ${name} does not run locally`),
  }),
  operations: {
    DescribeDeliveries: describeDeliveries,
    DescribeDeliveryDestinations: describeDeliveryDestinations,
    DescribeDeliverySources: describeDeliverySources,
    DescribeLogGroups: describeLogGroups,
    DescribeQueryDefinitions: describeQueryDefinitions,
    FilterLogEvents: filterLogEvents,
  },
};

/** What CloudWatch Logs needs of the cloud. */
export type LogsOptions = Omit<LogsState, "settings" | "startedAtMs"> & { settings?: Settings };

/** CloudWatch Logs behind the gate: the log groups of the functions, to be read, and what the graph arranges. */
export const createLogs = ({ settings = new Settings(), ...options }: LogsOptions): Service => ({
  ...serve(LOGS, { ...options, settings, startedAtMs: options.world.clock.now() }),
  // Deliveries of CloudFront's logs are arranged there, whatever the region.
  regions: [CLOUDFRONT_REGION],
});
