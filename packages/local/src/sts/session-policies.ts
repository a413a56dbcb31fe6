import type { PolicyDocument } from "@dropclip/synth/cloud";
import { checkSessionPolicy, type Iam, PolicyError } from "../iam/index.ts";
import { AwsError } from "../world.ts";

const malformed = (message: string) => new AwsError("MalformedPolicyDocument", message);

/** The session policy of a request; throws MalformedPolicyDocument for one AWS would not take. */
export function readPolicy(text: string | undefined): PolicyDocument | undefined {
  if (text === undefined) return undefined;
  try {
    const document = JSON.parse(text);
    checkSessionPolicy(document);
    return document;
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed("Syntax errors in policy.");
    if (error instanceof PolicyError) throw malformed(error.message);
    throw error;
  }
}

/** Throws for managed policies that a session cannot be limited by. */
export function checkPolicyArns(iam: Iam, arns: string[]) {
  for (const arn of arns) {
    if (arn.startsWith("arn:aws:iam::aws:"))
      throw new AwsError("NotImplemented", `AssumeRole's PolicyArns does not work locally for AWS's own ${arn}.`, 501);
    if (!iam.isPolicy(arn)) throw malformed(`Policy ${arn} does not exist or is not attachable.`);
  }
}
