import { isObject } from "../integrations/integration.ts";
import type { Flow, State } from "../types.ts";
import type { Problems } from "./problem.ts";
import { checkErrorEquals, checkNumber } from "./values.ts";

const YEAR_SECONDS = 31_622_400;
const RETRIER = new Set([
  "Comment",
  "ErrorEquals",
  "IntervalSeconds",
  "MaxAttempts",
  "BackoffRate",
  "MaxDelaySeconds",
  "JitterStrategy",
]);

export function checkRetry({ Retry }: State, problems: Problems) {
  for (const [index, retrier, at] of entries(Retry, problems.inside("Retry"))) {
    checkErrorEquals(retrier.ErrorEquals, index === Retry!.length - 1, at);
    const { IntervalSeconds: interval = 1, MaxAttempts: attempts, BackoffRate: rate, MaxDelaySeconds: delay } = retrier;
    checkNumber(interval, { least: 1, most: YEAR_SECONDS, whole: true }, at.inside("IntervalSeconds"));
    if (attempts !== undefined)
      checkNumber(attempts, { least: 0, most: 99_999_999, whole: true }, at.inside("MaxAttempts"));
    if (rate !== undefined)
      checkNumber(rate, { least: 1, most: Number.MAX_VALUE, whole: false }, at.inside("BackoffRate"));
    if (delay !== undefined) {
      checkNumber(
        delay,
        { least: Number(interval) + 1, most: YEAR_SECONDS, whole: true },
        at.inside("MaxDelaySeconds"),
      );
    }
    const { JitterStrategy: jitter = "NONE" } = retrier;
    if (jitter !== "FULL" && jitter !== "NONE") at.inside("JitterStrategy").add("Value is not one of 'FULL', 'NONE'");
    for (const name of Object.keys(retrier))
      if (!RETRIER.has(name)) at.inside(name).add(`Field '${name}' is not supported`);
  }
}

export function checkCatch({ Catch }: State, flow: Flow, language: string, problems: Problems) {
  const fields = ["Comment", "ErrorEquals", "Next", "Assign", language === "JSONata" ? "Output" : "ResultPath"];
  for (const [index, catcher, at] of entries(Catch, problems.inside("Catch"))) {
    checkErrorEquals(catcher.ErrorEquals, index === Catch!.length - 1, at);
    checkTarget(catcher.Next, flow, at.inside("Next"));
    for (const name of Object.keys(catcher)) {
      if (!fields.includes(name)) at.inside(name).add(`Field '${name}' is not supported`);
    }
  }
}

function* entries(list: unknown, problems: Problems): Generator<[number, Record<string, unknown>, Problems]> {
  if (list === undefined) return;
  if (!Array.isArray(list)) return problems.add("Value must be an array");
  for (const [index, entry] of list.entries()) {
    const at = problems.inside(index);
    if (isObject(entry)) yield [index, entry, at];
    else at.add("Value must be an object");
  }
}

export function checkTarget(name: unknown, flow: Flow, problems: Problems) {
  if (typeof name === "string" && Object.hasOwn(flow.States, name)) return;
  problems.add(`Missing 'Next' target: ${name}`, "MISSING_TRANSITION_TARGET");
}
