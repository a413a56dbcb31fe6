/** `ForAllValues:StringLikeIfExists`: set operator, comparison, and whether the key may be missing. */
const NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;
const COMPARISON =
  /^(?:(String)(?:Not)?(?:Equals(?:IgnoreCase)?|Like)|(Numeric|Date)(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)|(Arn)(?:Not)?(?:Equals|Like)|(?:Not)?(IpAddress)|(Bool)|(Binary)Equals)$/;

/** Comparisons by the key's type, best first. ARNs may be compared as text, and AWS accepts seconds for dates. */
const FITTING: Record<string, string[]> = {
  String: ["String"],
  ARN: ["Arn", "String"],
  Numeric: ["Numeric"],
  Date: ["Date", "Numeric"],
  Bool: ["Bool"],
  IPAddress: ["IpAddress"],
};

/** Why a key of that type must not be compared by the operator; undefined when it may. */
export function wrongOperator(operator: string, type: string, values: string[]): string | undefined {
  const [, set, base = ""] = NAME.exec(operator) ?? [];
  if (operator === "Null") return undefined;
  const family = COMPARISON.exec(base)?.slice(1).find(Boolean);
  if (!family) return "AWS has no such operator";
  const member = type.replace(/^ArrayOf/, "");
  const fitting = FITTING[member] ?? [];
  if (!fitting.includes(family)) return `AWS has it as ${type}, which is compared by ${fitting.join(" or ")} operators`;
  if (set === undefined && member !== type)
    return "it holds a list: without ForAllValues or ForAnyValue nothing matches";
  if (set !== undefined && member === type)
    return `it holds one value (${type}): ${set} is for lists, and true or false without it`;
  const plain = /^String.*Equals/.test(base)
    ? values.find((value) => /[*?]/.test(value.replace(/\$\{[^}]*\}/g, "")))
    : undefined;
  return plain === undefined ? undefined : `${base} takes the wildcard in ${plain} as it stands: StringLike matches it`;
}
