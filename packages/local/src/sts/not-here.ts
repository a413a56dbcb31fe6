import { checkSessionPolicy, PolicyError } from "../iam/index.ts";
import { AwsError } from "../world.ts";
import type { Parameters } from "./parameters.ts";

/** Each would change what the session may do or what it is worth; sessions here have no place to keep it. */
const ABSENT = [
  "Policy",
  "PolicyArns",
  "TransitiveTagKeys",
  "SourceIdentity",
  "SerialNumber",
  "TokenCode",
  "ProvidedContexts",
  "MinimumSessionTokenSize",
];

/** Throws NotImplemented by name: a session that silently lacks its limits would be worse than none. */
export function refuseAbsent(parameters: Parameters) {
  for (const name of ABSENT) {
    // Nothing is asked for by a least size of nothing.
    if (!parameters.has(name) || (name === "MinimumSessionTokenSize" && parameters.text(name) === "0")) continue;
    throw new AwsError("NotImplemented", `AssumeRole's parameter ${name} does not work locally.`, 501);
  }
}

/** Throws MalformedPolicyDocument for a session policy AWS would not take. */
export function checkPolicy(policy: string | undefined) {
  if (policy === undefined) return;
  try {
    checkSessionPolicy(JSON.parse(policy));
  } catch (error) {
    if (error instanceof SyntaxError) throw new AwsError("MalformedPolicyDocument", "Syntax errors in policy.");
    if (error instanceof PolicyError) throw new AwsError("MalformedPolicyDocument", error.message);
    throw error;
  }
}
