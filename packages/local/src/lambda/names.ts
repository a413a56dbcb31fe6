import type { LambdaFunction } from "@dropclip/synth/cloud";
import { AwsError, type World } from "../world.ts";

/** `name`, `{account}:function:{name}` or the ARN, each with an optional `:$LATEST` (API_Invoke). */
const REFERENCE =
  /^(?:arn:aws[\w-]*:lambda:(?<region>[\w-]+):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[\w.-]{1,140})(?::(?<qualifier>\$LATEST|[\w-]+))?$/;

export interface FunctionReference {
  name: string;
  /** Unqualified, as policies name it. */
  arn: string;
  qualifier?: string;
}

/** Reads what a caller gave as FunctionName. ValidationException when it is none of the forms. */
export function parseFunctionName(world: World, text: string, qualifier?: string): FunctionReference {
  const groups = REFERENCE.exec(text)?.groups;
  if (!groups) {
    const problem = `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: `;
    throw new AwsError("ValidationException", `${problem}Member must satisfy regular expression pattern`, 400);
  }
  const { region = world.region, account = world.account, name } = groups as Record<string, string>;
  return {
    name: name!,
    arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
    qualifier: groups.qualifier ?? qualifier,
  };
}

/** The function a reference means; there are no versions or aliases besides `$LATEST`. */
export function findFunction(functions: LambdaFunction[], reference: FunctionReference): LambdaFunction {
  const found = functions.find(({ arn }) => arn === reference.arn);
  const { qualifier } = reference;
  if (found && (qualifier === undefined || qualifier === "$LATEST")) return found;
  const missing = qualifier ? `${reference.arn}:${qualifier}` : reference.arn;
  throw new AwsError("ResourceNotFoundException", `Function not found: ${missing}`, 404, { Type: "User" });
}
