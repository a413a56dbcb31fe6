import type { CredentialStore } from "../gate/credentials.ts";
import type { Iam } from "../iam/index.ts";
import type { QueryOperation } from "../protocol/query.ts";
import type { World } from "../world.ts";

/** What the operations work on. */
export interface StsState {
  world: World;
  iam: Iam;
  credentials: CredentialStore;
  /** The role's MaxSessionDuration; an hour unless it says otherwise, which is IAM's default. */
  maxSessionSeconds?: (roleArn: string) => number | undefined;
}

export type Operation = QueryOperation<StsState>;
