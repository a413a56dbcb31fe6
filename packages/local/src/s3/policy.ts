import { AwsError } from "../world.ts";

/** Fields that a policy need not name. */
const FREE = new Set(["policy", "x-amz-signature", "file", "awsaccesskeyid", "signature"]);

/** What a policy says of the file itself. */
export interface SizeRange {
  min: number;
  max: number;
}

const denied = (why: string) => new AwsError("AccessDenied", `Invalid according to Policy: ${why}`, 403);
const invalid = (why: string) => new AwsError("InvalidPolicyDocument", `Invalid Policy: ${why}`, 400);

interface Condition {
  /** As written, for the error. */
  source: unknown;
  operator: "eq" | "starts-with";
  field: string;
  value: string;
}

/** Checks a form's fields (lower-case names, `bucket` among them) against its signed policy; the size it allows. */
export function checkPolicy(policy: string, fields: Map<string, string>, nowMs: number): SizeRange | undefined {
  const { expiration, conditions } = parse(policy);
  const expires = typeof expiration === "string" ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(expires)) throw invalid("Invalid 'expiration' value");
  if (expires <= nowMs) throw denied("Policy expired.");
  if (!Array.isArray(conditions)) throw invalid("Invalid 'conditions' value: must be a List.");
  const named = new Set<string>();
  let size: SizeRange | undefined;
  for (const condition of conditions) {
    if (Array.isArray(condition) && String(condition[0]).toLowerCase() === "content-length-range")
      size = range(condition);
    else for (const one of parseCondition(condition)) named.add(check(one, fields));
  }
  const extra = [...fields.keys()].find(
    (name) => !named.has(name) && !FREE.has(name) && name !== "bucket" && !name.startsWith("x-ignore-"),
  );
  if (extra) throw denied(`Extra input fields: ${extra}`);
  return size;
}

function parse(policy: string): { expiration?: unknown; conditions?: unknown } {
  try {
    const parsed = JSON.parse(Buffer.from(policy, "base64").toString("utf8"));
    if (typeof parsed === "object" && parsed !== null) return parsed;
  } catch {
    // Not JSON: refused below.
  }
  throw invalid("Invalid JSON.");
}

function range([, min, max]: unknown[]): SizeRange {
  const [low, high] = [Number(min), Number(max)];
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low < 0)
    throw invalid("Invalid content-length-range.");
  return { min: low, max: high };
}

/** `{"acl": "private"}` or `["eq", "$acl", "private"]`. */
function parseCondition(source: unknown): Condition[] {
  if (Array.isArray(source)) {
    const [operator, field, value] = source;
    const known = String(operator).toLowerCase();
    if (known !== "eq" && known !== "starts-with") throw invalid(`Invalid operator: ${operator}`);
    if (typeof field !== "string" || !field.startsWith("$") || typeof value !== "string")
      throw invalid("Invalid Condition: must be [operator, $field, value].");
    return [{ source, operator: known, field: field.slice(1).toLowerCase(), value }];
  }
  if (typeof source !== "object" || source === null) throw invalid("Invalid Condition.");
  return Object.entries(source).map(([name, value]) => {
    if (typeof value !== "string") throw invalid("Invalid Simple-Condition: value must be a string.");
    return { source: ["eq", `$${name}`, value], operator: "eq", field: name.toLowerCase(), value };
  });
}

/** The name of the field that the condition covers. */
function check({ source, operator, field, value }: Condition, fields: Map<string, string>): string {
  const given = fields.get(field) ?? "";
  // A list of content types must match in each of its members.
  const values = field === "content-type" && operator === "starts-with" ? given.split(",") : [given];
  const holds = values.every((one) => (operator === "eq" ? one === value : one.startsWith(value)));
  if (!holds || (!fields.has(field) && value !== ""))
    throw denied(`Policy Condition failed: ${JSON.stringify(source)}`);
  return field;
}
