import { BlockList, isIP } from "node:net";
import { arnTest, type TextTest } from "./arn.ts";
import { parseDate } from "./date.ts";
import { PolicyError } from "./policy-error.ts";
import { matcher, parseTemplate } from "./template.ts";

/** How one value of a policy is compared with one value of a request. */
interface Operator {
  /** Such an operator is true when no value matches, and for a key the request does not have. */
  negated?: boolean;
  test(value: string, variables: boolean): TextTest;
}

const exact: Operator["test"] = (value, variables) => matcher(parseTemplate(value, { wildcards: false, variables }));
const like: Operator["test"] = (value, variables) => matcher(parseTemplate(value, { wildcards: true, variables }));

const ignoringCase: Operator["test"] = (value, variables) => {
  const parts = parseTemplate(value, { wildcards: false, variables });
  const folded = parts.map((part) => (typeof part === "string" ? part.toLowerCase() : part));
  if (folded.every((part) => typeof part === "string")) return (text) => text.toLowerCase() === folded.join("");
  return (text, context) => {
    const values = parts.map((part) => (typeof part === "object" ? (context.get(part.key) ?? part.fallback) : part));
    return values.every((one) => typeof one === "string") && values.join("").toLowerCase() === text.toLowerCase();
  };
};

/** Numbers and dates: text of the request that is none matches nothing. */
function compared(
  parse: (text: string) => number,
  what: string,
  compare: (a: number, b: number) => boolean,
): Operator["test"] {
  return (value) => {
    const expected = parse(value);
    if (Number.isNaN(expected)) throw new PolicyError(`${JSON.stringify(value)} is not ${what}`);
    return (text) => compare(parse(text), expected);
  };
}

const parseNumber = (text: string) => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN);
const numeric = (compare: (a: number, b: number) => boolean) => compared(parseNumber, "a number", compare);
const date = (compare: (a: number, b: number) => boolean) => compared(parseDate, "a date", compare);
const equal = (a: number, b: number) => a === b;
const less = (a: number, b: number) => a < b;
const lessOrEqual = (a: number, b: number) => a <= b;
const greater = (a: number, b: number) => a > b;
const greaterOrEqual = (a: number, b: number) => a >= b;

const bool: Operator["test"] = (value, variables) => {
  const test = ignoringCase(value, variables);
  const fixed = !(variables && value.includes("${"));
  if (fixed && !/^(true|false)$/i.test(value))
    throw new PolicyError(`${JSON.stringify(value)} is neither true nor false`);
  return test;
};

const binary: Operator["test"] = (value) => {
  const expected = Buffer.from(value, "base64");
  if (expected.toString("base64") !== value) throw new PolicyError(`${JSON.stringify(value)} is not base64`);
  return (text) => Buffer.from(text, "base64").equals(expected);
};

const ip: Operator["test"] = (value) => {
  const [address = "", prefix, ...more] = value.split("/");
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (family === 0 || !(length <= bits) || more.length > 0) {
    throw new PolicyError(`${JSON.stringify(value)} is not an IP address or range`);
  }
  const list = new BlockList();
  list.addSubnet(address, length, family === 4 ? "ipv4" : "ipv6");
  return (text) => isIP(text) !== 0 && list.check(text, isIP(text) === 4 ? "ipv4" : "ipv6");
};

const not = (test: Operator["test"]): Operator => ({ negated: true, test });

/**
 * Every condition operator but `Null`, by AWS's spelling.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const OPERATORS: Record<string, Operator> = {
  StringEquals: { test: exact },
  StringNotEquals: not(exact),
  StringEqualsIgnoreCase: { test: ignoringCase },
  StringNotEqualsIgnoreCase: not(ignoringCase),
  StringLike: { test: like },
  StringNotLike: not(like),
  NumericEquals: { test: numeric(equal) },
  NumericNotEquals: not(numeric(equal)),
  NumericLessThan: { test: numeric(less) },
  NumericLessThanEquals: { test: numeric(lessOrEqual) },
  NumericGreaterThan: { test: numeric(greater) },
  NumericGreaterThanEquals: { test: numeric(greaterOrEqual) },
  DateEquals: { test: date(equal) },
  DateNotEquals: not(date(equal)),
  DateLessThan: { test: date(less) },
  DateLessThanEquals: { test: date(lessOrEqual) },
  DateGreaterThan: { test: date(greater) },
  DateGreaterThanEquals: { test: date(greaterOrEqual) },
  Bool: { test: bool },
  BinaryEquals: { test: binary },
  IpAddress: { test: ip },
  NotIpAddress: not(ip),
  // "The ArnEquals and ArnLike condition operators behave identically."
  ArnEquals: { test: arnTest },
  ArnLike: { test: arnTest },
  ArnNotEquals: not(arnTest),
  ArnNotLike: not(arnTest),
};
