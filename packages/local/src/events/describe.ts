import type { CompiledRule } from "./rules.ts";

/** A rule as it is answered. */
export function describe({ rule }: CompiledRule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    ...(rule.pattern ? { EventPattern: JSON.stringify(rule.pattern) } : {}),
    ...(rule.schedule ? { ScheduleExpression: rule.schedule } : {}),
    State: rule.enabled ? "ENABLED" : "DISABLED",
    EventBusName: "default",
  };
}
