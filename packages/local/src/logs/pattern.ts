import { AwsError } from "../world.ts";

/** `{ $.message = "told" }`: the one form of the filter syntax that runs here. */
const EQUALS = /^\s*\{\s*\$\.([A-Za-z_][\w-]*)\s*=\s*"([^"*\\]*)"\s*\}\s*$/;

/**
 * Compiles a filter pattern. A JSON pattern matches only messages that are JSON.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function compile(pattern: string): (message: string) => boolean {
  if (pattern === "") return () => true;
  const [, field, value] = EQUALS.exec(pattern) ?? [];
  if (field === undefined)
    throw new AwsError("NotImplemented", `The filter pattern ${pattern} does not work locally.`, 501);
  return (message) => {
    try {
      return JSON.parse(message)?.[field] === value;
    } catch {
      return false;
    }
  };
}
