import { createHash, randomBytes } from "node:crypto";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
} from "@aws-sdk/client-cognito-identity-provider";
import type { UserPool, UserPoolClient } from "@dropclip/synth/cloud";
import type { TestClock } from "../../src/clock.ts";
import { type Cognito, createCognito } from "../../src/cognito/index.ts";
import type { FunctionInvoker, InvokeResult } from "../../src/ports.ts";
import type { Service } from "../../src/world.ts";
import { ACCOUNT, type LocalCloudOptions, REGION, startLocalCloud } from "../gate/local-cloud.ts";
import { Browser } from "./browser.ts";

export const APP = "http://localhost:4200/callback";
export const TRIGGER = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:post-confirmation`;
export const PASSWORD = "Dropclip-2026";

export const WEB: UserPoolClient = {
  id: "1example23456789abcdefghij",
  name: "web",
  callbackUrls: [APP, "https://example.com/callback?from=cognito"],
  logoutUrls: ["http://localhost:4200/"],
  scopes: ["openid", "email", "profile"],
  explicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  accessTokenSeconds: 900,
  idTokenSeconds: 1800,
  refreshTokenSeconds: 30 * 24 * 3600,
  preventUserExistenceErrors: true,
};
export const OTHER: UserPoolClient = { ...WEB, id: "2example23456789abcdefghij", name: "other", scopes: ["openid"] };
export const BACK: UserPoolClient = {
  ...WEB,
  id: "3example23456789abcdefghij",
  name: "back",
  callbackUrls: [],
  logoutUrls: [],
  scopes: [],
  preventUserExistenceErrors: false,
};

export function userPool(id = "eu-west-1_AbCdEfGh1", changes: Partial<UserPool> = {}): UserPool {
  return {
    id,
    arn: `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${id}`,
    name: "dropclip-test",
    issuer: `https://cognito-idp.${REGION}.amazonaws.com/${id}`,
    usernameAttributes: ["email"],
    passwordPolicy: {
      minimumLength: 8,
      requireLowercase: true,
      requireNumbers: true,
      requireSymbols: false,
      requireUppercase: true,
      temporaryPasswordValidityDays: 7,
    },
    selfSignUp: true,
    postConfirmationArn: TRIGGER,
    groups: [
      { groupName: "fan", precedence: 10 },
      { groupName: "creative", precedence: 1, description: "Runs events" },
    ],
    clients: [WEB, OTHER, BACK],
    domain: { prefix: "dropclip-test", url: `https://dropclip-test.auth.${REGION}.amazoncognito.com` },
    ...changes,
  };
}

export interface PoolOptions extends LocalCloudOptions {
  pool?: UserPool;
  /** Port of the pool, so that its issuer is the same after a restart. */
  port?: number;
  /** The answer of the trigger's function; echoes its event by default, as such functions do. */
  trigger?: (event: any, signal?: AbortSignal) => unknown;
  /** In place of `trigger`. */
  lambda?: (cloud: Awaited<ReturnType<typeof startLocalCloud>>) => FunctionInvoker;
}

export type RunningPool = Awaited<ReturnType<typeof startPool>>;

/** A user pool behind a gate, listening. */
export async function startPool({ pool = userPool(), port = 0, trigger, lambda, ...options }: PoolOptions = {}) {
  let cognito: Cognito;
  const deferred: Service = {
    name: "cognito-idp",
    protocol: "json",
    get unsigned() {
      return cognito?.unsigned ?? [];
    },
    handle: (call) => cognito.handle(call),
    fail: (call, error) => cognito.fail(call, error),
  };
  const cloud = await startLocalCloud({ allow: () => true, services: [deferred], ...options });
  const triggered: any[] = [];
  const invoke: FunctionInvoker["invoke"] = async (_, payload, { signal } = {}) => {
    const event = JSON.parse(payload);
    triggered.push(event);
    return await answer(() => (trigger ?? ((same) => same))(event, signal));
  };
  cognito = createCognito({ world: cloud.world, pools: [pool], lambda: lambda?.(cloud) ?? { invoke } });
  const { issuer, domain } = await cognito.listen(pool, port);
  const sdk: CognitoIdentityProviderClient[] = [];
  const running = {
    ...cloud,
    cognito,
    pool,
    issuer,
    domain,
    /** Events that the trigger's function received. */
    triggered,
    api(more: CognitoIdentityProviderClientConfig = {}) {
      const credentials = cloud.credentials.operator();
      const client = new CognitoIdentityProviderClient({
        endpoint: cloud.url,
        region: REGION,
        credentials,
        maxAttempts: 1,
        // Clients correct their clock themselves, after a first refusal.
        systemClockOffset: cloud.clock.now() - Date.now(),
        ...more,
      });
      sdk.push(client);
      return client;
    },
    browser: () => new Browser(domain),
    /** A user who can sign in at once. */
    async user(email: string, ...groups: string[]) {
      const api = running.api();
      const of = { UserPoolId: pool.id, Username: email };
      const { User } = await api.send(new AdminCreateUserCommand({ ...of, MessageAction: "SUPPRESS" }));
      await api.send(new AdminSetUserPasswordCommand({ ...of, Password: PASSWORD, Permanent: true }));
      for (const GroupName of groups) await api.send(new AdminAddUserToGroupCommand({ ...of, GroupName }));
      return User!.Username!;
    },
    async stop() {
      for (const client of sdk) client.destroy();
      await cognito.stop();
      await cloud.stop();
    },
    async remove() {
      for (const client of sdk) client.destroy();
      await cognito.stop();
      await cloud.remove();
    },
  };
  return running;
}

/** As Lambda answers for a handler. */
async function answer(handler: () => unknown): Promise<InvokeResult> {
  const common = { statusCode: 200, executedVersion: "$LATEST", requestId: "L1" };
  try {
    return { ...common, payload: JSON.stringify((await handler()) ?? null) };
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    const { name: errorType, message: errorMessage } = error as Error;
    return { ...common, payload: JSON.stringify({ errorType, errorMessage, trace: [] }), functionError: "Unhandled" };
  }
}

/** Moves the clock without letting the real one go on. */
export const pass = (clock: TestClock, seconds: number) => clock.advance(seconds * 1000);

export interface Pkce {
  verifier: string;
  challenge: string;
}

export function pkce(): Pkce {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** The parameters of a good authorization request. */
export const authorization = (challenge: string, more: Record<string, string> = {}) => ({
  client_id: WEB.id,
  code_challenge: challenge,
  code_challenge_method: "S256",
  nonce: "n-1",
  redirect_uri: APP,
  response_type: "code",
  scope: "openid email profile",
  state: "s-1",
  ...more,
});

/** Signs in on the pages; the parameters the app is called back with. */
export async function signIn(
  running: Pick<RunningPool, "browser">,
  email: string,
  { challenge, ...more }: { challenge: string } & Record<string, string>,
  browser = running.browser(),
) {
  await browser.open("/oauth2/authorize", authorization(challenge, more));
  await browser.submit({ email, password: PASSWORD });
  return browser.calledBack();
}

export async function token(running: Pick<RunningPool, "domain">, fields: Record<string, string>, headers = {}) {
  const response = await fetch(`${running.domain}/oauth2/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams({ client_id: WEB.id, ...fields }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

export const redeem = (
  running: Pick<RunningPool, "domain">,
  code: string,
  { verifier }: Pick<Pkce, "verifier">,
  more = {},
) => token(running, { grant_type: "authorization_code", redirect_uri: APP, code, code_verifier: verifier, ...more });

export const refresh = (running: Pick<RunningPool, "domain">, refreshToken: string, more = {}) =>
  token(running, { grant_type: "refresh_token", refresh_token: refreshToken, ...more });

/** Signs in and gets the tokens. */
export async function tokensOf(running: Pick<RunningPool, "browser" | "domain">, email: string, more = {}) {
  const proof = pkce();
  const { code } = await signIn(running, email, { challenge: proof.challenge, ...more });
  const { status, body } = await redeem(running, code!, proof);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as { access_token: string; id_token: string; refresh_token: string; expires_in: number };
}

/** Header and claims, unverified. */
export function decode(jwt: string): { header: any; claims: any } {
  const [header, claims] = jwt.split(".", 2).map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
  return { header, claims };
}
