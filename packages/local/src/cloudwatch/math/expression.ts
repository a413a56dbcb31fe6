/** A metric math expression, parsed. */
export type Expression =
  | { kind: "number"; value: number }
  | { kind: "text"; value: string }
  | { kind: "id"; name: string }
  | { kind: "word"; name: string }
  | { kind: "list"; items: Expression[] }
  | { kind: "negative"; of: Expression }
  | { kind: "operator"; operator: Operator; left: Expression; right: Expression }
  | { kind: "call"; name: string; arguments: Expression[] };

export type Operator = "+" | "-" | "*" | "/" | "^" | "==" | "!=" | "<=" | ">=" | "<" | ">" | "AND" | "OR";

/** The ids an expression refers to. */
export function idsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case "id":
      return [expression.name];
    case "list":
      return expression.items.flatMap(idsOf);
    case "negative":
      return idsOf(expression.of);
    case "operator":
      return [...idsOf(expression.left), ...idsOf(expression.right)];
    case "call":
      return expression.arguments.flatMap(idsOf);
    default:
      return [];
  }
}
