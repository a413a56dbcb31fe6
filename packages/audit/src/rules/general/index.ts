import type { Rule } from "../../rule.ts";
import { alarmAction } from "./alarm-action.ts";
import { alarmEnabled } from "./alarm-enabled.ts";
import { firewallMetrics } from "./firewall-metrics.ts";
import { firewallRules } from "./firewall-rules.ts";
import { localhost } from "./localhost.ts";
import { plainHttp } from "./plain-http.ts";
import { queryBounds } from "./query-bounds.ts";
import { queryMetrics } from "./query-metrics.ts";
import { retention } from "./retention.ts";
import { secretParameter } from "./secret-parameter.ts";

export const GENERAL: Rule[] = [
  retention,
  alarmAction,
  alarmEnabled,
  firewallRules,
  firewallMetrics,
  queryMetrics,
  queryBounds,
  plainHttp,
  localhost,
  secretParameter,
];
