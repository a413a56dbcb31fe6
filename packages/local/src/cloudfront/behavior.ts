import type { CacheBehavior, Distribution } from "@dropclip/synth/cloud";
import { encodeText } from "./target.ts";

/**
 * Finds the cache behaviour of a path: the first whose pattern matches, in the distribution's order, else the default.
 */
export function behaviorMatcher(distribution: Distribution): (path: string) => CacheBehavior {
  const rules = distribution.behaviors.map((behavior) => ({ behavior, expression: compile(behavior.pathPattern) }));
  return (path) => rules.find(({ expression }) => expression.test(path))?.behavior ?? distribution.defaultBehavior;
}

/** `*` stands for any number of characters, `?` for exactly one; case-sensitive; the leading slash may be left out. */
function compile(pattern: string): RegExp {
  const source = `/${pattern.replace(/^\//, "")}`
    .split(/([*?])/)
    .map((part) =>
      part === "*" ? ".*" : part === "?" ? "(?:%[0-9A-F]{2}|.)" : (encodeText(part) ?? part).replace(/[.+]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`, "s");
}
