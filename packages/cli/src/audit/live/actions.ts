import { ANALYZER_ACTIONS } from "./analyzer.ts";
import { LAST_USE_ACTIONS } from "./last-use.ts";
import { LOOKS } from "./looks.ts";

/** What finds the stage, before anything is looked at. */
const BEFORE = ["ssm:GetParameter", "sts:GetCallerIdentity"];

/** Everything that an audit of a stage asks of AWS, by AWS's names, each once. */
export const ACTIONS: readonly string[] = [
  ...new Set([...BEFORE, ...LOOKS.flatMap(({ actions }) => actions), ...ANALYZER_ACTIONS, ...LAST_USE_ACTIONS]),
];
