import { type JsonService, json } from "../protocol/json.ts";
import { serve } from "../protocol/service.ts";
import { AwsError, type Service } from "../world.ts";
import type { LogsState } from "./context.ts";
import { filterLogEvents } from "./operations/filter-log-events.ts";

const LOGS: JsonService<LogsState> = {
  name: "logs",
  protocol: json({
    version: "1.1",
    target: "Logs_20140328",
    unknown: (name) => new AwsError("UnknownOperationException", `CloudWatch Logs' ${name} does not run locally`),
  }),
  operations: { FilterLogEvents: filterLogEvents },
};

/** CloudWatch Logs behind the gate: the log groups of the functions, to be read. */
export const createLogs = (state: LogsState): Service => serve(LOGS, state);
