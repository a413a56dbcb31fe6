import type { Rule } from "../../rule.ts";
import { alarmAction } from "./alarm-action.ts";
import { alarmEnabled } from "./alarm-enabled.ts";
import { firewallMetrics } from "./firewall-metrics.ts";
import { firewallRules } from "./firewall-rules.ts";
import { localhost } from "./localhost.ts";
import { plainHttp } from "./plain-http.ts";
import { retention } from "./retention.ts";
import { secretParameter } from "./secret-parameter.ts";

export const GENERAL: Rule[] = [
  retention,
  alarmAction,
  alarmEnabled,
  firewallRules,
  firewallMetrics,
  plainHttp,
  localhost,
  secretParameter,
];
