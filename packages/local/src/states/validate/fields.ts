/**
 * Fields by state type, beside those every state has (States Language specification, "Table of State Types and
 * Fields").
 */
const TASK = ["Resource", "TimeoutSeconds", "HeartbeatSeconds", "Retry", "Catch", "Assign"];
const MAP = [
  "ItemProcessor",
  "Iterator",
  "MaxConcurrency",
  "ToleratedFailureCount",
  "ToleratedFailurePercentage",
  "Label",
  "ItemSelector",
  "Retry",
  "Catch",
  "Assign",
];

export const COMMON = ["Type", "Comment", "QueryLanguage", "Next", "End"];

const BOTH: Record<string, string[]> = {
  Task: TASK,
  Pass: ["Assign"],
  Choice: ["Choices", "Default", "Assign"],
  Wait: ["Seconds", "Timestamp", "Assign"],
  Succeed: [],
  Fail: ["Error", "Cause"],
  Parallel: ["Branches", "Retry", "Catch", "Assign"],
  Map: MAP,
};

const JSONATA: Record<string, string[]> = {
  Task: ["Arguments", "Output"],
  Pass: ["Output"],
  Choice: ["Output"],
  Wait: ["Output"],
  Succeed: ["Output"],
  Fail: [],
  Parallel: ["Arguments", "Output"],
  Map: ["Items", "Output"],
};

const PATHS = ["InputPath", "OutputPath"];
const RESULT = ["ResultPath", "Parameters"];

const JSONPATH: Record<string, string[]> = {
  Task: [...PATHS, ...RESULT, "ResultSelector", "TimeoutSecondsPath", "HeartbeatSecondsPath"],
  Pass: [...PATHS, ...RESULT, "Result"],
  Choice: PATHS,
  Wait: [...PATHS, "SecondsPath", "TimestampPath"],
  Succeed: PATHS,
  Fail: ["ErrorPath", "CausePath"],
  Parallel: [...PATHS, ...RESULT, "ResultSelector"],
  Map: [
    ...PATHS,
    ...RESULT,
    "ResultSelector",
    "ItemsPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
  ],
};

/** Fields AWS knows but the local cloud does not run. */
export const UNSUPPORTED = ["ItemReader", "ResultWriter", "ItemBatcher", "Credentials"];

export function isStateType(type: unknown): boolean {
  return typeof type === "string" && Object.hasOwn(BOTH, type);
}

export function fieldsOf(type: string, language: "JSONata" | "JSONPath"): string[] {
  return [...COMMON, ...BOTH[type]!, ...(language === "JSONata" ? JSONATA : JSONPATH)[type]!];
}
