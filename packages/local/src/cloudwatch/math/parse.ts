import type { Expression, Operator } from "./expression.ts";

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<text>"[^"]*"|'[^']*')|(?<name>[A-Za-z_]\w*)|(?<mark>==|!=|<=|>=|&&|\|\||[-+*/^<>()[\],]))/y;

interface Token {
  kind: "number" | "text" | "name" | "mark" | "end";
  text: string;
}

/** From the weakest to the strongest; operators of a level are taken from left to right. */
const LEVELS: Operator[][] = [["OR"], ["AND"], ["==", "!="], ["<=", ">=", "<", ">"], ["+", "-"], ["*", "/"]];
const ALIASES: Record<string, Operator> = { "&&": "AND", "||": "OR" };

/**
 * Parses metric math (CloudWatch user guide, "Using math expressions with CloudWatch metrics"). Throws an Error that
 * says what is wrong.
 */
export function parse(source: string): Expression {
  const tokens = tokensOf(source);
  let at = 0;
  const peek = () => tokens[at]!;
  const next = () => tokens[at++]!;
  const wrong = ({ text }: Token) => new Error(`${text === "" ? "it ends too early" : `unexpected ${text}`}`);
  const expect = (text: string) => {
    const token = next();
    if (token.kind !== "mark" || token.text !== text) throw wrong(token);
  };

  const operatorOf = ({ kind, text }: Token): Operator | undefined => {
    if (kind === "name") return text === "AND" || text === "OR" ? text : undefined;
    return kind === "mark" ? ((ALIASES[text] ?? text) as Operator) : undefined;
  };

  function level(index: number): Expression {
    if (index === LEVELS.length) return unary();
    let left = level(index + 1);
    for (;;) {
      const operator = operatorOf(peek());
      if (operator === undefined || !LEVELS[index]!.includes(operator)) return left;
      next();
      left = { kind: "operator", operator, left, right: level(index + 1) };
    }
  }

  function unary(): Expression {
    if (peek().kind === "mark" && peek().text === "-") {
      next();
      return { kind: "negative", of: unary() };
    }
    return power();
  }

  function power(): Expression {
    const left = primary();
    if (peek().kind !== "mark" || peek().text !== "^") return left;
    next();
    return { kind: "operator", operator: "^", left, right: unary() };
  }

  function primary(): Expression {
    const token = next();
    if (token.kind === "number") return { kind: "number", value: Number(token.text) };
    if (token.kind === "text") return { kind: "text", value: token.text.slice(1, -1) };
    if (token.kind === "name") return named(token);
    if (token.text === "[") return { kind: "list", items: listUntil("]") };
    if (token.text !== "(") throw wrong(token);
    const inner = level(0);
    expect(")");
    return inner;
  }

  /** Ids begin with a small letter; functions and their words (`REPEAT`, `ASC`) are all capitals. */
  function named({ text }: Token): Expression {
    if (peek().kind === "mark" && peek().text === "(") {
      next();
      return { kind: "call", name: text, arguments: listUntil(")") };
    }
    return /^[a-z]/.test(text) ? { kind: "id", name: text } : { kind: "word", name: text };
  }

  function listUntil(end: ")" | "]"): Expression[] {
    const items: Expression[] = [];
    if (peek().kind === "mark" && peek().text === end) {
      next();
      return items;
    }
    for (;;) {
      items.push(level(0));
      const token = next();
      if (token.kind === "mark" && token.text === end) return items;
      if (token.kind !== "mark" || token.text !== ",") throw wrong(token);
    }
  }

  const whole = level(0);
  if (peek().kind !== "end") throw wrong(peek());
  return whole;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const text = source.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) throw new Error(`unexpected ${text.slice(from).trim()[0]}`);
    for (const kind of ["number", "text", "name", "mark"] as const) {
      if (groups[kind] !== undefined) tokens.push({ kind, text: groups[kind] });
    }
  }
  return [...tokens, { kind: "end", text: "" }];
}
