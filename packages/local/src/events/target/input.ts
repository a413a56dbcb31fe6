import type { Rule, RuleTarget } from "@dropclip/synth/cloud";
import type { BusEvent } from "../../ports.ts";
import { jsonPath } from "./json-path.ts";
import { transformer } from "./transformer.ts";

/** Compiles what a target receives of an event, as JSON text: all of it, a part, a constant or a transformation. */
export function targetInput(rule: Rule, target: RuleTarget): (event: BusEvent) => string {
  const { input, inputPath, inputTransformer } = target;
  if (input !== undefined) return () => input;
  if (inputPath !== undefined) {
    const part = jsonPath(inputPath);
    return (event) => JSON.stringify(part(event) ?? null);
  }
  if (inputTransformer) return transformer(rule, inputTransformer.inputPaths, inputTransformer.inputTemplate);
  return (event) => JSON.stringify(event);
}
