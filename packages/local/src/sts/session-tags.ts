import { AwsError } from "../world.ts";
import type { Constraints } from "./constraints.ts";
import type { Parameters } from "./parameters.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, "Tags" */
const MOST_TAGS = 50;
const KEY = { min: 1, max: 128, pattern: "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+" };
const VALUE = { min: 0, max: 256, pattern: "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*" };

export interface SessionTags {
  tags: Record<string, string>;
  transitiveTagKeys: string[];
}

/** Reads the tags; what breaks a constraint goes to `constraints`. */
export function readTags(parameters: Parameters, constraints: Constraints): SessionTags {
  const tags = parameters.structures("Tags", ["Key", "Value"]);
  const transitiveTagKeys = parameters.list("TransitiveTagKeys");
  const fits = (path: string, { length }: unknown[]) => {
    if (length <= MOST_TAGS) return true;
    constraints.breaks(path, `[${length} members]`, `Member must have length less than or equal to ${MOST_TAGS}`);
    return false;
  };
  if (fits("tags", tags)) {
    tags.forEach(({ Key, Value }, index) => {
      constraints.text(`tags.${index + 1}.member.key`, Key, KEY);
      constraints.text(`tags.${index + 1}.member.value`, Value, VALUE);
    });
  }
  if (fits("transitiveTagKeys", transitiveTagKeys))
    transitiveTagKeys.forEach((key, index) => {
      constraints.text(`transitiveTagKeys.${index + 1}.member`, key, KEY);
    });
  constraints.check();
  const entries = tags.map(({ Key, Value }) => [Key!, Value!] as const);
  checkKeys(
    entries.map(([key]) => key.toLowerCase()),
    transitiveTagKeys.map((key) => key.toLowerCase()),
  );
  return { tags: Object.fromEntries(entries), transitiveTagKeys };
}

function checkKeys(keys: string[], transitive: string[]) {
  const refuse = (message: string) => new AwsError("InvalidParameterValue", message);
  if (new Set(keys).size < keys.length) {
    throw refuse("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }
  if (keys.some((key) => key.startsWith("aws:"))) {
    throw refuse("Tag keys beginning with aws: are reserved for system use.");
  }
  if (!transitive.every((key) => keys.includes(key))) {
    throw refuse("The specified transitive tag key must be included in the requested tags.");
  }
}
