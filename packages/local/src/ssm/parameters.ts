import { createHash } from "node:crypto";
import type { Parameter } from "@dropclip/synth/cloud";
import type { JsonOperation } from "../protocol/json.ts";
import { AwsError, type Call, type World } from "../world.ts";
import type { Secret, Secrets } from "./secrets.ts";

/** What the operations work on. */
export interface SsmState {
  world: World;
  parameters: Parameter[];
  /** Those that an operator has made. */
  secrets: Secrets;
  /** Replaces deployed URLs in values by local ones. */
  localise: (value: string) => string;
  /** When the local cloud made the parameters, in milliseconds. */
  startedAtMs: number;
}

export type Operation = JsonOperation<SsmState>;

/** The graph's parameters have never been changed. */
const VERSION = 1;

/** A parameter as a caller names it. */
interface Reference {
  name: string;
  arn: string;
  /** `:1` where the caller asked for a version, or `:label`. */
  selector?: string;
}

/** Reads `name`, `name:version`, `name:label` or the ARN of a parameter. */
export function referenceOf({ world }: SsmState, text: string): Reference {
  const prefix = `arn:aws:ssm:${world.region}:${world.account}:parameter`;
  const named = text.startsWith(`${prefix}/`) ? text.slice(prefix.length) : text;
  const [, name = named, selector] = /^([^:]*)(:[^:]*)?$/.exec(named) ?? [];
  const arn = `${prefix}${name.startsWith("/") ? "" : "/"}${name}`;
  return { name, arn, ...(selector !== undefined && { selector }) };
}

/** Asks for `ssm:{action}` on a parameter, or on a path. */
export function authorize({ world }: SsmState, call: Call, action: string, { arn }: Pick<Reference, "arn">) {
  world.authorize(call.principal, `ssm:${action}`, arn);
}

/** The parameter of that reference. Throws ParameterNotFound, ParameterVersionNotFound. */
export function find(service: SsmState, { name, arn, selector }: Reference, decrypted: boolean) {
  const secret = service.secrets.get(arn);
  if (secret && selector === undefined) return describeSecret(secret, decrypted);
  // By its ARN: a parameter without hierarchy answers to its name with a slash too, in an ARN.
  const found = service.parameters.find((one) => one.arn === arn && (one.name === name || `/${one.name}` === name));
  // AWS says no more than the code.
  if (!found) throw new AwsError("ParameterNotFound", "");
  if (selector !== undefined && selector !== `:${VERSION}`) {
    const version = /^:\d+$/.test(selector);
    const what = version ? `version ${selector.slice(1)}` : `label ${selector.slice(1)}`;
    const message = `Systems Manager could not find ${what} of ${found.name}. Verify the version and try again.`;
    throw new AwsError("ParameterVersionNotFound", message);
  }
  return { ...describe(service, found), ...(selector !== undefined && { Selector: selector }) };
}

/** A parameter as it is answered. */
export const describe = ({ localise, startedAtMs }: SsmState, { name, arn, type, value }: Parameter) => ({
  ARN: arn,
  DataType: "text",
  LastModifiedDate: startedAtMs / 1000,
  Name: name,
  Type: type,
  Value: localise(value),
  Version: VERSION,
});

/** The same of a secret. What stands for the value that is not decrypted tells no more of it than on AWS. */
export function describeSecret({ arn, name, value, version, modifiedMs }: Secret, decrypted: boolean) {
  const sealed = () => createHash("sha256").update(`${arn}:${version}`).digest("base64");
  return {
    ...{ ARN: arn, DataType: "text", LastModifiedDate: modifiedMs / 1000, Name: name },
    ...{ Type: "SecureString", Value: decrypted ? value : sealed(), Version: version },
  };
}

export const invalid = (value: unknown, member: string, constraint: string) =>
  new AwsError(
    "ValidationException",
    `1 validation error detected: Value ${value === undefined ? "null" : `'${value}'`} at '${member}' failed to satisfy constraint: ${constraint}`,
  );
