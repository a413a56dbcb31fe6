import type { PolicyDocument } from "@dropclip/synth/cloud";
import type { Principal } from "../world.ts";

/** A principal with what limits it beyond its role. */
export interface IamPrincipal extends Principal {
  /** The most its identity-based policies can grant. */
  permissionsBoundary?: PolicyDocument;
}
