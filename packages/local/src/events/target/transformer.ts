import type { Rule } from "@dropclip/synth/cloud";
import type { BusEvent } from "../../ports.ts";
import { jsonPath } from "./json-path.ts";

const VARIABLE = /<([\w.-]+)>/g;

/**
 * Compiles an input transformer: each `<variable>` of the template is replaced by its value. Outside of quotes the
 * value is JSON; inside it is its text.
 */
export function transformer(
  rule: Rule,
  inputPaths: Record<string, string>,
  template: string,
): (event: BusEvent) => string {
  const paths = new Map(Object.entries(inputPaths).map(([name, path]) => [name, jsonPath(path)]));
  for (const [, name] of template.matchAll(VARIABLE)) {
    if (!paths.has(name!) && !name!.startsWith("aws.events."))
      throw new Error(`the template's variable ${name} has no path`);
  }
  const quoted = insideQuotes(template);
  return (event) => {
    const values = reserved(rule, event);
    return template.replaceAll(VARIABLE, (_whole, name: string, offset: number) => {
      const value = paths.has(name) ? paths.get(name)!(event) : values[name];
      return quoted[offset] ? textOf(value) : JSON.stringify(value ?? null);
    });
  };
}

function reserved(rule: Rule, event: BusEvent): Record<string, unknown> {
  const { detail: _detail, ...envelope } = event;
  return {
    "aws.events.rule-arn": rule.arn,
    "aws.events.rule-name": rule.name,
    "aws.events.event.ingestion-time": event.time,
    "aws.events.event": envelope,
    "aws.events.event.json": event,
  };
}

/** A value as part of a JSON text: escaped, so that the whole stays valid. */
function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

/** For each character of a template, whether it stands inside a JSON string. */
function insideQuotes(template: string): boolean[] {
  let inside = false;
  let escaped = false;
  return [...Array(template.length).keys()].map((at) => {
    const character = template[at];
    const before = inside;
    if (escaped) escaped = false;
    else if (inside && character === "\\") escaped = true;
    else if (character === '"') inside = !inside;
    return before;
  });
}
