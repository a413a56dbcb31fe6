import type { Principal } from "../world.ts";

/** A call whose signature is good, on its way to its service. */
export interface Attempt {
  service: string;
  principal: Principal;
  /** Percent-encoded. */
  path: string;
}

/**
 * What is wrong with AWS itself: asked before every call. It may wait, and the service is slow; it may throw an
 * `AwsError`, and that is the answer. Policies do not come into it: what they refuse is refused all the same.
 */
export type Trouble = (attempt: Attempt) => void | Promise<void>;
