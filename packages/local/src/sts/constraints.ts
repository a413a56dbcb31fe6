import { AwsError } from "../world.ts";

/** What the API's model asks of a text. */
export interface TextRules {
  min?: number;
  max?: number;
  /** As AWS's messages quote it. */
  pattern?: string;
}

/** Collects what is wrong with a request, since AWS tells it all at once: `2 validation errors detected: …; …`. */
export class Constraints {
  readonly #broken: string[] = [];

  text(path: string, value: string | undefined, { min = 0, max = Number.POSITIVE_INFINITY, pattern }: TextRules) {
    if (value === undefined) return this.missing(path);
    if (pattern && !expression(pattern).test(value)) {
      this.breaks(path, value, `Member must satisfy regular expression pattern: ${pattern}`);
    }
    // Characters, not UTF-16 units; counted without a copy per character, as anything may be sent.
    const length = value.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, "_").length;
    if (length < min) this.breaks(path, value, `Member must have length greater than or equal to ${min}`);
    if (length > max) this.breaks(path, value, `Member must have length less than or equal to ${max}`);
  }

  between(path: string, value: number, min: number, max: number) {
    if (value < min) this.breaks(path, value, `Member must have value greater than or equal to ${min}`);
    if (value > max) this.breaks(path, value, `Member must have value less than or equal to ${max}`);
  }

  missing(path: string) {
    this.#broken.push(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
  }

  breaks(path: string, value: string | number, constraint: string) {
    this.#broken.push(`Value '${value}' at '${path}' failed to satisfy constraint: ${constraint}`);
  }

  /** Throws ValidationError when anything was broken. */
  check() {
    const count = this.#broken.length;
    if (count === 0) return;
    const errors = count === 1 ? "error" : "errors";
    throw new AwsError("ValidationError", `${count} validation ${errors} detected: ${this.#broken.join("; ")}`);
  }
}

const expressions = new Map<string, RegExp>();

function expression(pattern: string): RegExp {
  let compiled = expressions.get(pattern);
  if (!compiled) {
    // Java's `\u10000` means U+10000 in AWS's messages.
    compiled = new RegExp(`^(?:${pattern.replace(/\\u([\dA-F]{4,6})/g, "\\u{$1}")})$`, "u");
    expressions.set(pattern, compiled);
  }
  return compiled;
}
