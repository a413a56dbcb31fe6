import type { Rule, RuleTarget } from "@dropclip/synth/cloud";
import type { BusEvent } from "../ports.ts";
import type { World } from "../world.ts";
import { compilePattern } from "./pattern/index.ts";
import { compileSchedule, type Schedule } from "./schedule/index.ts";
import { delivery, type Services } from "./target/deliver.ts";
import { targetInput } from "./target/input.ts";

export interface CompiledTarget {
  target: RuleTarget;
  /** What the target receives of an event, as JSON text. */
  input: (event: BusEvent) => string;
  /** Hands it over; throws what the target's service answers. */
  deliver: (target: RuleTarget, input: string) => void;
}

export interface CompiledRule {
  rule: Rule;
  matches: (event: BusEvent) => boolean;
  schedule?: Schedule;
  targets: CompiledTarget[];
}

/** Checks a rule as PutRule and PutTargets would. Throws the same error with the rule's name in front. */
export function compileRule(world: World, services: Services, rule: Rule): CompiledRule {
  try {
    const matches = rule.pattern === undefined ? () => false : compilePattern(rule.pattern);
    return {
      rule,
      matches: (event) => rule.enabled && matches(event),
      schedule: rule.schedule === undefined ? undefined : compileSchedule(rule.schedule),
      targets: rule.targets.map((target) => {
        const deliver = delivery(world, services, rule, target.arn);
        if (!deliver) throw new Error(`the target ${target.arn} is of a service the local cloud does not deliver to`);
        return { target, deliver, input: targetInput(rule, target) };
      }),
    };
  } catch (error) {
    (error as Error).message = `rule ${rule.name}: ${(error as Error).message}`;
    throw error;
  }
}
