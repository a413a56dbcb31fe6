import type { Parameters } from "../protocol/parameters.ts";
import { AwsError } from "../world.ts";

/** Each would change what the session is worth; sessions here have no place to keep it. */
const ABSENT = ["SourceIdentity", "SerialNumber", "TokenCode", "ProvidedContexts", "MinimumSessionTokenSize"];

/** Throws NotImplemented by name: a session that silently lacks its limits would be worse than none. */
export function refuseAbsent(parameters: Parameters) {
  for (const name of ABSENT) {
    // Nothing is asked for by a least size of nothing.
    if (!parameters.has(name) || (name === "MinimumSessionTokenSize" && parameters.text(name) === "0")) continue;
    throw new AwsError("NotImplemented", `AssumeRole's parameter ${name} does not work locally.`, 501);
  }
}
