import type { RequestContext } from "./context.ts";
import { ANY, glob, ONE, type Piece } from "./glob.ts";
import { PolicyError } from "./policy-error.ts";

/** `${aws:PrincipalTag/team, 'none'}`: the key in small letters, since keys are not case-sensitive. */
interface Variable {
  key: string;
  fallback?: string;
}

export type Part = Piece | Variable;

export interface Syntax {
  wildcards: boolean;
  /** Only policies of version 2012-10-17 know them; in older ones `${…}` is text. */
  variables: boolean;
}

/** What stands between `${` and `}`: a key, and perhaps a default in single quotes. */
const VARIABLE = /^\s*([^,'\s][^,']*?)\s*(?:,\s*'([^']*)'\s*)?$/;

/** The parts of a policy's text. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
export function parseTemplate(text: string, { wildcards, variables }: Syntax): Part[] {
  const parts: Part[] = [];
  const add = (part: Part) => {
    const last = parts.at(-1);
    if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
    else if (part === ANY && last === ANY) return;
    else if (part !== "") parts.push(part);
  };
  for (let at = 0; at < text.length; at++) {
    const end = variables && text.startsWith("${", at) ? text.indexOf("}", at) : -1;
    if (end > 0) {
      add(variable(text.slice(at + 2, end), text));
      at = end;
    } else if (wildcards && text[at] === "*") add(ANY);
    else if (wildcards && text[at] === "?") add(ONE);
    else add(text[at]!);
  }
  return parts;
}

function variable(inside: string, text: string): Part {
  // The three characters that could not be written otherwise.
  if (inside === "*" || inside === "?" || inside === "$") return inside;
  const [, key, fallback] = VARIABLE.exec(inside) ?? [];
  if (key === undefined) throw new PolicyError(`the variable \${${inside}} in ${JSON.stringify(text)} is malformed`);
  return { key: key.toLowerCase(), ...(fallback === undefined ? {} : { fallback }) };
}

export const isVariable = (part: Part): part is Variable => typeof part === "object";

/**
 * The parts with values for variables, which stay text: a `*` in a tag is no wildcard. Undefined when a variable has
 * neither a single value nor a default: what holds it matches nothing.
 */
export function resolve(parts: readonly Part[], context: RequestContext): Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const part of parts) {
    if (!isVariable(part)) {
      pieces.push(part);
      continue;
    }
    const value = context.get(part.key) ?? part.fallback;
    if (typeof value !== "string") return undefined;
    pieces.push(value);
  }
  return pieces;
}

/** A test of texts against the parts; what needs no request is prepared once. */
export function matcher(parts: Part[]): (text: string, context: RequestContext) => boolean {
  if (parts.some(isVariable)) {
    return (text, context) => {
      const pieces = resolve(parts, context);
      return pieces !== undefined && glob(pieces, text);
    };
  }
  const pieces = parts as Piece[];
  const [only] = pieces;
  if (pieces.length === 0) return (text) => text === "";
  if (pieces.length === 1 && typeof only === "string") return (text) => text === only;
  return (text) => glob(pieces, text);
}
