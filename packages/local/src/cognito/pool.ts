import type { UserPool, UserPoolClient } from "@dropclip/synth/cloud";
import type { FunctionInvoker } from "../ports.ts";
import type { World } from "../world.ts";
import type { Challenges } from "./challenges.ts";
import { notFound } from "./errors.ts";
import type { Grants } from "./grants.ts";
import type { SigningKeys } from "./keys.ts";
import type { Quotas, RateLimit } from "./quotas.ts";
import type { Users } from "./users.ts";

/** One user pool as it runs: what its API, its pages and its tokens share. */
export interface Pool {
  world: World;
  facts: UserPool;
  users: Users;
  keys: SigningKeys;
  grants: Grants;
  challenges: Challenges;
  /** How many requests of all pools together are let in. */
  limits: Record<keyof Quotas, RateLimit>;
  lambda: FunctionInvoker;
  /** When the local cloud first ran the pool. */
  createdMs: number;
  /** Issuer of its tokens: an address of this machine, known once the pool listens. */
  issuer(): string;
}

/** ResourceNotFoundException for a client of another pool. */
export function clientOf({ facts }: Pool, id: unknown): UserPoolClient {
  const client = facts.clients.find((candidate) => candidate.id === id);
  if (!client) throw notFound(`User pool client ${String(id)} does not exist.`);
  return client;
}
