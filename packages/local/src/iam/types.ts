import type { PolicyDocument } from "@dropclip/synth/cloud";
import type { Principal } from "../world.ts";

/** A principal with what limits it beyond its role. */
export interface IamPrincipal extends Principal {
  /** Passed to AssumeRole: the session may do what the role may and one of these allows. */
  sessionPolicies?: PolicyDocument[];
  /** The most its identity-based policies can grant. */
  permissionsBoundary?: PolicyDocument;
}

/** Who may invoke a function: a statement of its policy, as `aws.lambda.Permission` adds it. */
export interface FunctionPermission {
  functionArn: string;
  /** A service (`apigateway.amazonaws.com`), an account id, the ARN of a role or user, or `*`. */
  principal: string;
  /** `lambda:InvokeFunction`. */
  action: string;
  sourceArn?: string;
  sourceAccount?: string;
}
