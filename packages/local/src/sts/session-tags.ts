import type { Parameters } from "../protocol/parameters.ts";
import { AwsError, type Principal } from "../world.ts";
import type { Constraints } from "./constraints.ts";

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

/**
 * The tags of the new session, together with the transitive tags of the caller's session, which cannot be changed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
 */
export function inheritTags({ tags, transitiveTagKeys }: SessionTags, caller: Principal): SessionTags {
  const inherited = caller.transitiveTagKeys ?? [];
  const fixed = new Set(inherited.map((key) => key.toLowerCase()));
  if (Object.keys(tags).some((key) => fixed.has(key.toLowerCase()))) {
    throw new AwsError(
      "InvalidParameterValue",
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const handed = inherited.map((key) => [key, caller.tags![key]!] as const);
  const asked = new Set(transitiveTagKeys.map((key) => key.toLowerCase()));
  return {
    tags: { ...Object.fromEntries(handed), ...tags },
    transitiveTagKeys: [...inherited, ...Object.keys(tags).filter((key) => asked.has(key.toLowerCase()))],
  };
}
