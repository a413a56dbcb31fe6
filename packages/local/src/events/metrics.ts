import type { Rule } from "@dropclip/synth/cloud";
import type { World } from "../world.ts";

/**
 * Counts one of what EventBridge reports in `AWS/Events`, dimension `RuleName`. It sends none of these while they are
 * zero. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export function report(
  { metrics }: World,
  { name }: Rule,
  metricName:
    | "TriggeredRules"
    | "MatchedEvents"
    | "Invocations"
    | "FailedInvocations"
    | "InvocationsSentToDlq"
    | "InvocationsFailedToBeSentToDlq",
) {
  metrics.put("AWS/Events", metricName, { RuleName: name }, 1);
}
