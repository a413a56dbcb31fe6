/** One step of a path. */
export type Step =
  | { kind: "member"; name: string }
  | { kind: "index"; index: number }
  | { kind: "members"; names: string[] }
  | { kind: "indices"; indices: number[] }
  | { kind: "wildcard" }
  | { kind: "slice"; from?: number; to?: number }
  | { kind: "descend" }
  | { kind: "filter"; test: Test };

/** Where a path begins: the state's input, the context object, or a variable. */
export interface Path {
  text: string;
  root: { kind: "input" } | { kind: "context" } | { kind: "variable"; name: string };
  steps: Step[];
}

export type Operand = { path: Step[] } | { literal: null | boolean | number | string };
export type Test =
  | { kind: "or" | "and"; left: Test; right: Test }
  | { kind: "not"; test: Test }
  | { kind: "exists"; path: Step[] }
  | { kind: "compare"; operator: string; left: Operand; right: Operand };

export class PathSyntaxError extends Error {}

const NAME = /^[\p{L}\p{N}_$-][\p{L}\p{N}_-]*/u;
const BRACKETS = /^(-?\d+(?:\s*,\s*-?\d+)+|-?\d*\s*:\s*-?\d*|-?\d+|\*)\s*\]/;

/** Reads paths and the arguments of intrinsic functions from a text. */
export class Reader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get rest(): string {
    return this.text.slice(this.at);
  }

  take(pattern: RegExp): string | undefined {
    const match = pattern.exec(this.rest);
    if (match === null || match.index > 0) return undefined;
    this.at += match[0].length;
    return match[0];
  }

  fail(): never {
    throw new PathSyntaxError(`unexpected '${this.rest.slice(0, 20)}' at ${this.at} in ${this.text}`);
  }

  path(): Path {
    const begin = this.at;
    if (this.take(/^\$\$/)) return this.#path(begin, { kind: "context" });
    if (!this.take(/^\$/)) this.fail();
    const name = this.take(/^\p{ID_Start}\p{ID_Continue}*/u);
    return this.#path(begin, name === undefined ? { kind: "input" } : { kind: "variable", name });
  }

  #path(begin: number, root: Path["root"]): Path {
    const steps = this.steps();
    return { text: this.text.slice(begin, this.at), root, steps };
  }

  steps(): Step[] {
    const steps: Step[] = [];
    for (;;) {
      if (this.take(/^\.\./)) {
        steps.push({ kind: "descend" });
        if (!this.rest.startsWith("[")) steps.push(this.#named());
      } else if (this.take(/^\./)) steps.push(this.#named());
      else if (this.take(/^\[\s*/)) steps.push(this.#bracket());
      else return steps;
    }
  }

  #named(): Step {
    if (this.take(/^\*/)) return { kind: "wildcard" };
    const name = this.take(NAME);
    return name === undefined ? this.fail() : { kind: "member", name };
  }

  #bracket(): Step {
    if (this.take(/^\?\s*\(/)) {
      const test = this.#or();
      if (this.take(/^\s*\)\s*\]/) === undefined) this.fail();
      return { kind: "filter", test };
    }
    if (/^['"]/.test(this.rest)) return this.#quotedNames();
    const inner = this.take(BRACKETS)?.replace(/\s*\]$/, "");
    if (inner === undefined) this.fail();
    if (inner === "*") return { kind: "wildcard" };
    if (inner.includes(",")) return { kind: "indices", indices: inner.split(",").map(Number) };
    if (!inner.includes(":")) return { kind: "index", index: Number(inner) };
    const [from, to] = inner.split(":").map((bound) => (bound.trim() === "" ? undefined : Number(bound)));
    return { kind: "slice", from, to };
  }

  #quotedNames(): Step {
    const names = [this.string()];
    while (this.take(/^\s*,\s*/)) names.push(this.string());
    if (!this.take(/^\s*\]/)) this.fail();
    return names.length === 1 ? { kind: "member", name: names[0]! } : { kind: "members", names };
  }

  /** A quoted text; a backslash before the other kind of quote stays (recorded on AWS). */
  string(): string {
    const quoted = this.take(/^'(?:[^'\\]|\\[\s\S])*'|^"(?:[^"\\]|\\[\s\S])*"/);
    if (quoted === undefined) this.fail();
    return quoted.slice(1, -1).replace(quoted[0] === "'" ? /\\(['\\])/g : /\\(["\\])/g, "$1");
  }

  #or(): Test {
    let left = this.#and();
    while (this.take(/^\s*\|\|/)) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): Test {
    let left = this.#test();
    while (this.take(/^\s*&&/)) left = { kind: "and", left, right: this.#test() };
    return left;
  }

  #test(): Test {
    this.take(/^\s+/);
    if (this.take(/^!(?!=)/)) return { kind: "not", test: this.#test() };
    if (this.take(/^\(/)) {
      const test = this.#or();
      if (!this.take(/^\s*\)/)) this.fail();
      return test;
    }
    const left = this.#operand();
    const operator = this.take(/^\s*(?:==|!=|<=|>=|<|>)/)?.trim();
    if (operator !== undefined) return { kind: "compare", operator, left, right: this.#operand() };
    return "path" in left ? { kind: "exists", path: left.path } : this.fail();
  }

  #operand(): Operand {
    this.take(/^\s+/);
    if (this.take(/^@/)) return { path: this.steps() };
    if (/^['"]/.test(this.rest)) return { literal: this.string() };
    const word = this.take(/^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/);
    return word === undefined ? this.fail() : { literal: JSON.parse(word) };
  }
}

const parsed = new Map<string, Path>();

/** A whole text as one path; throws `PathSyntaxError`. */
export function parsePath(text: string): Path {
  let path = parsed.get(text);
  if (!path) {
    const reader = new Reader(text);
    path = reader.path();
    if (reader.rest !== "") reader.fail();
    if (parsed.size < 1000) parsed.set(text, path);
  }
  return path;
}
