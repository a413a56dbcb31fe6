import type { Problems } from "./problem.ts";

const MOST_SECONDS = 99_999_999;

/** A positive number of seconds, as all of Step Functions' timeouts are. */
export function checkSeconds(value: unknown, problems: Problems, least = 1) {
  checkNumber(value, { least, most: MOST_SECONDS, whole: true }, problems);
}

export function checkNumber(
  value: unknown,
  { least, most, whole }: { least: number; most: number; whole: boolean },
  problems: Problems,
) {
  const fits = typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
  if (!fits)
    problems.add(
      `Value must be ${whole ? "an integer" : "a number"} from ${least} to ${most}: ${JSON.stringify(value)}`,
    );
}

/** A list of error names; the wildcard stands alone and in the last entry. */
export function checkErrorEquals(names: unknown, last: boolean, problems: Problems) {
  const at = problems.inside("ErrorEquals");
  if (!Array.isArray(names) || names.length === 0 || names.some((name) => typeof name !== "string")) {
    return at.add("Value must be a non-empty array of error names");
  }
  if (names.includes("States.ALL") && (names.length > 1 || !last)) {
    at.add("'States.ALL' must be alone in its list, and in the last entry");
  }
}
