/** EventBridge compares numbers in this range only. */
const LIMIT = 5e9;

type Compare = (value: number, operand: number) => boolean;

const LOWER: Record<string, Compare> = { ">": (value, least) => value > least, ">=": (value, least) => value >= least };
const UPPER: Record<string, Compare> = { "<": (value, most) => value < most, "<=": (value, most) => value <= most };

/** Compiles `[">", 0, "<=", 5]`: one comparison, or a lower and then an upper bound. Throws a reason. */
export function numeric(operands: unknown): (value: number) => boolean {
  if (!Array.isArray(operands) || operands.length === 0) throw new Error("Value of numeric must be an array.");
  const [operator, operand, second, bound, ...rest] = operands;
  const first = check(operator, operand);
  if (second === undefined) return (value) => inRange(value) && first(value);
  if (!(operator in LOWER) || !(String(second) in UPPER) || rest.length > 0)
    throw new Error("Too many terms in numeric range expression");
  const other = check(second, bound);
  if ((bound as number) <= operand) throw new Error("Bottom must be less than top");
  return (value) => inRange(value) && first(value) && other(value);
}

function check(operator: unknown, operand: unknown): (value: number) => boolean {
  const compare =
    operator === "="
      ? (value: number, wanted: number) => value === wanted
      : (LOWER[String(operator)] ?? UPPER[String(operator)]);
  if (!compare) throw new Error(`Unrecognized numeric range operator: ${String(operator)}`);
  if (typeof operand !== "number") throw new Error("Numeric range operand must be a number");
  if (!inRange(operand)) throw new Error(`Value must be between ${-LIMIT} and ${LIMIT}, inclusive`);
  return (value) => compare(value, operand);
}

function inRange(value: number) {
  return Math.abs(value) <= LIMIT;
}
