import type { PolicyDocument } from "@dropclip/synth/cloud";
import type { Principal } from "../world.ts";

/** A principal with what limits it beyond its role. */
export interface IamPrincipal extends Principal {
  /** Passed to AssumeRole: the session may do what the role may and one of these allows. */
  sessionPolicies?: PolicyDocument[];
  /** The most its identity-based policies can grant. */
  permissionsBoundary?: PolicyDocument;
}
