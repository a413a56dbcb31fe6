import { compilePattern } from "@dropclip/local/events/pattern/index";
import { compileSchedule } from "@dropclip/local/events/schedule/index";
import { TYPE } from "@dropclip/synth/from-graph/types";
import { all, finding, type Rule } from "./finding.ts";

/** Characters of a pattern (AWS: quotas of EventBridge). */
const PATTERN_CHARACTERS = 4096;

/** Patterns and schedules that EventBridge refuses: wildcards beside each other, unknown matchers, `rate(1 hours)`. */
export const refusedRule: Rule = (graph) =>
  all(graph, TYPE.rule).flatMap((rule) => {
    const { eventPattern, scheduleExpression } = rule.inputs;
    const problems: string[] = [];
    const attempt = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        problems.push((error as Error).message);
      }
    };
    if (eventPattern) attempt(() => compilePattern(JSON.parse(eventPattern)));
    if (scheduleExpression) attempt(() => compileSchedule(scheduleExpression));
    if (eventPattern?.length > PATTERN_CHARACTERS)
      problems.push(`its pattern is longer than ${PATTERN_CHARACTERS} characters`);
    return problems.map((problem) => finding(rule, problem));
  });
