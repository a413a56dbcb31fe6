import { servicePrefixes } from "../data.ts";
import type { Around, Rule } from "./rule.ts";

/** Service principals of AWS whose name is not a prefix of IAM's. */
const OTHER_SERVICES = new Set(["costalerts", "edgelambda"]);
const BOUND = /^aws:source(arn|account)$/i;

/**
 * Checks whom a resource policy or trust policy allows: a principal that exists, and a service only on behalf of a
 * named source.
 */
export const wrongPrincipals: Rule = ({ kind, statement }, around) => {
  const { Principal: principal, NotPrincipal: others, Effect: effect, Condition: condition = {} } = statement as any;
  if (others !== undefined) return ["NotPrincipal: name who is meant"];
  if (kind === "identity") return principal === undefined ? [] : ["an identity's policy has no Principal"];
  if (principal === undefined) return ["it names no Principal"];
  const named = Object.entries(principal === "*" ? { AWS: "*" } : principal).flatMap(([type, names]) =>
    [names].flat().map((name) => [type, String(name)] as const),
  );
  const bound = Object.entries(condition).some(
    ([operator, keys]) =>
      /^(String|Arn)(Equals|Like)$/.test(operator) && Object.keys(keys as object).some((key) => BOUND.test(key)),
  );
  return named.flatMap(([type, name]) => {
    const wrong = unknown(type, name, around);
    if (wrong) return [wrong];
    if (effect !== "Allow") return [];
    if (name === "*") return ['the principal "*" is everybody'];
    if (type === "Service" && kind === "resource" && !bound)
      return [`${name} may act for anybody's resource: no aws:SourceArn or aws:SourceAccount says whose`];
    return [];
  });
};

function unknown(type: string, name: string, { account, roles }: Around): string | undefined {
  if (type === "Service") {
    const service = /^(?:[a-z0-9-]+\.)*?([a-z0-9-]+)\.amazonaws\.com$/.exec(name)?.[1];
    if (service && (servicePrefixes().has(service) || OTHER_SERVICES.has(service))) return undefined;
    return `AWS has no service principal ${name}`;
  }
  if (type !== "AWS") return `a principal of the kind ${type} is not known here`;
  if (name === "*" || name === account || name === `arn:aws:iam::${account}:root` || roles.includes(name))
    return undefined;
  return `the principal ${name} is neither this account nor a role of it`;
}
