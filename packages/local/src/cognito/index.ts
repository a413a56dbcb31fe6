import type { UserPool } from "@dropclip/synth/cloud";
import type { Listening } from "../listener.ts";
import type { FunctionInvoker, VerifyToken } from "../ports.ts";
import { type JsonService, json } from "../protocol/json.ts";
import { serve } from "../protocol/service.ts";
import { Settings } from "../settings.ts";
import { AwsError, type Service, type World } from "../world.ts";
import { Challenges } from "./challenges.ts";
import type { CognitoState } from "./context.ts";
import { Grants } from "./grants.ts";
import type { Hosted } from "./hosted/hosted.ts";
import { openListener } from "./hosted/listener.ts";
import { createProvider } from "./hosted/provider.ts";
import { State } from "./hosted/state.ts";
import { SigningKeys } from "./keys.ts";
import { OPERATIONS, UNSIGNED } from "./operations/index.ts";
import type { Pool } from "./pool.ts";
import { QUOTAS, type Quotas, RateLimit } from "./quotas.ts";
import { Secrets } from "./secrets.ts";
import { Users } from "./users.ts";
import { createVerifyToken } from "./verify.ts";

export { checkIssuers } from "./verify.ts";

const COGNITO: JsonService<CognitoState> = {
  name: "cognito-idp",
  protocol: json({
    version: "1.1",
    target: "AWSCognitoIdentityProviderService",
    unknown: (name) =>
      new AwsError("UnknownOperationException", `${name || "This call"} is not part of the local cloud's Cognito`),
    fault: ({ code, message }) => ({
      body: { __type: code, message },
      headers: { "x-amzn-errortype": `${code}:`, "x-amzn-errormessage": message.replace(/[^\x20-\x7e]/g, "?") },
    }),
  }),
  operations: OPERATIONS,
};

export interface CognitoOptions {
  world: World;
  pools: UserPool[];
  /** Runs the pools' triggers. */
  lambda: FunctionInvoker;
  /** The account's quotas; AWS's defaults when left out. */
  quotas?: Partial<Quotas> | undefined;
  /** What is described and runs nowhere. */
  settings?: Settings;
}

export interface Cognito extends Service {
  /**
   * Opens the issuer and hosted domain of a pool on loopback (0: any port), with the clients as given here, whose pages
   * have an address on this machine by now. Rejects with the listen error as it is.
   */
  listen(pool: UserPool, port: number): Promise<{ issuer: string; domain: string }>;
  /** For JWT authorizers whose issuer is one of the pools. */
  verifyToken: VerifyToken;
  /** Signs the pool's tokens with a new key from now on; the id of that key. */
  rotateKeys(poolId: string): Promise<string>;
  /** Removes what is over: sessions, codes, refresh tokens. */
  sweep(): void;
  stop(): Promise<void>;
}

interface Running {
  pool: Pool;
  state: State;
  hosted: () => Promise<Hosted>;
  listening?: Listening;
}

/** The user pools: their API behind the gate, their tokens, and the pages people sign in on. */
export function createCognito({ world, pools, lambda, quotas, settings = new Settings() }: CognitoOptions): Cognito {
  // Without pools there is nothing to keep a file for.
  const secrets = pools.length > 0 ? new Secrets(world.directory) : undefined;
  const { userCreation, userAuthentication } = { ...QUOTAS, ...quotas };
  const limits = {
    userCreation: new RateLimit(userCreation),
    userAuthentication: new RateLimit(userAuthentication),
  };
  const running = new Map(pools.map((facts) => [facts.id, run(world, facts, lambda, secrets!, limits)]));
  const all = [...running.values()];
  const find = (id: string) => {
    const found = running.get(id);
    if (!found) throw new Error(`there is no user pool ${id}`);
    return found;
  };
  return {
    ...serve(COGNITO, { world, pools: all.map(({ pool }) => pool), settings }),
    unsigned: UNSIGNED.map((name) => `AWSCognitoIdentityProviderService.${name}`),
    verifyToken: createVerifyToken(all.map(({ pool }) => pool)),
    async listen({ id, clients }, port) {
      const one = find(id);
      one.pool.facts = { ...one.pool.facts, clients };
      one.listening = await openListener(one, port);
      return { issuer: one.pool.issuer(), domain: one.listening.url };
    },
    async rotateKeys(poolId) {
      const { keys, facts } = find(poolId).pool;
      const lives = facts.clients.flatMap(({ accessTokenSeconds, idTokenSeconds }) => [
        accessTokenSeconds,
        idTokenSeconds,
      ]);
      return await keys.rotate(Math.max(0, ...lives));
    },
    sweep: () => all.forEach(({ state }) => void state.sweep()),
    async stop() {
      await Promise.all(all.map(({ listening }) => listening?.close()));
    },
  };
}

function run(
  world: World,
  facts: UserPool,
  lambda: FunctionInvoker,
  secrets: Secrets,
  limits: Pool["limits"],
): Running {
  const state = new State(world, facts.id);
  let hosted: Promise<Hosted> | undefined;
  const running: Running = {
    state,
    hosted: () => {
      // A failed start is not cached: the next call tries again.
      hosted ??= load().catch((error: unknown) => {
        hosted = undefined;
        throw error;
      });
      return hosted;
    },
    pool: {
      world,
      facts,
      lambda,
      limits,
      users: new Users(world.store, facts.id, facts.groups),
      keys: new SigningKeys(secrets, facts.id, world.clock),
      challenges: new Challenges(world.clock),
      grants: new Grants(world, state, async () => (await running.hosted()).provider),
      createdMs: createdMs(world, facts.id),
      issuer() {
        if (!running.listening) throw new Error(`the user pool ${facts.id} does not listen yet`);
        return `${running.listening.url}/${facts.id}`;
      },
    },
  };
  const load = async (): Promise<Hosted> => {
    const { cookieKey } = secrets;
    return { pool: running.pool, provider: await createProvider(running.pool, state, cookieKey), cookieKey };
  };
  return running;
}

function createdMs({ store, clock }: World, pool: string): number {
  store.exec("CREATE TABLE IF NOT EXISTS cognito_pools (pool TEXT PRIMARY KEY, created INTEGER NOT NULL)");
  store.run("INSERT INTO cognito_pools (pool, created) VALUES (?, ?) ON CONFLICT DO NOTHING", pool, clock.now());
  return store.get<{ created: number }>("SELECT created FROM cognito_pools WHERE pool = ?", pool)!.created;
}
