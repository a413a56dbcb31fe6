import { generateKeyPairSync, randomUUID } from "node:crypto";
import type { UserPoolClient } from "@dropclip/synth/cloud";
import type { ClientMetadata, Configuration, default as Provider } from "oidc-provider";
import type { Pool } from "../pool.ts";
import { errorPage } from "./error-page.ts";
import { answerAsCognito } from "./oauth-answers.ts";
import type { State } from "./state.ts";

/** https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html */
const CODE_SECONDS = 5 * 60;
/** The cookie of Cognito's pages: an hour, however often it is used. */
const SESSION_SECONDS = 60 * 60;
const SIGN_IN_SECONDS = 60 * 60;

/**
 * The OAuth 2.0 endpoints of a pool, by oidc-provider. It decides which client gets a code, and whether a code or
 * refresh token is valid; the tokens themselves are the pool's. Loaded late: many starts never need it.
 */
export async function createProvider(pool: Pool, state: State, cookieKey: string): Promise<Provider> {
  const { default: OidcProvider, interactionPolicy } = await import("oidc-provider");
  const provider = new OidcProvider(pool.issuer(), configuration(pool, state, cookieKey, interactionPolicy.base()));
  answerAsCognito(provider, pool, state);
  provider.on("server_error", (_context, error: Error) => {
    pool.world.log({ service: "cognito", level: "error", message: error.stack ?? error.message });
  });
  return provider;
}

type Policy = ReturnType<typeof import("oidc-provider")["interactionPolicy"]["base"]>;

function configuration(pool: Pool, state: State, cookieKey: string, policy: Policy): Configuration {
  const { clients } = pool.facts;
  const refreshSeconds = (clientId: string | undefined) =>
    clients.find(({ id }) => id === clientId)?.refreshTokenSeconds ?? SESSION_SECONDS;
  // Cognito asks no user for consent.
  policy.remove("consent");
  return {
    adapter: (model: string) => state.adapter(model),
    clients: clients.map(metadata),
    clientAuthMethods: ["none"],
    // Cognito lets every page call its endpoints.
    clientBasedCORS: () => true,
    cookies: {
      keys: [cookieKey],
      names: { session: "cognito", interaction: "cognito-sign-in", resume: "cognito-resume" },
      long: { signed: true, httpOnly: true, sameSite: "lax", path: "/" },
      short: { signed: true, httpOnly: true, sameSite: "lax" },
    },
    enabledJWA: { idTokenSigningAlgValues: ["ES256"] },
    // Refresh tokens outlive the session they came from.
    expiresWithSession: async () => false,
    extraParams: ["screen_hint"],
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => client.clientId === token.clientId },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    findAccount: async (_context, sub) => pool.users.find(sub) && { accountId: sub, claims: async () => ({ sub }) },
    interactions: { policy, url: (_context, { uid }) => `/login/${uid}` },
    issueRefreshToken: async () => true,
    // Signs ID tokens that are never sent: the pool's own replace them.
    jwks: { keys: [throwawayKey()] },
    async loadExistingGrant({ oidc }) {
      const clientId = oidc.client!.clientId;
      const grant = new oidc.provider.Grant({ accountId: oidc.session!.accountId!, clientId });
      grant.jti = randomUUID();
      grant.addOIDCScope(String(oidc.params!.scope ?? ""));
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
    renderError: (context, { error, error_description: description }) => {
      context.status = context.status >= 500 ? 500 : 400;
      context.type = "html";
      context.set(errorPage.headers);
      context.body = errorPage.body(error, description);
    },
    responseTypes: ["code"],
    rotateRefreshToken: false,
    routes: { authorization: "/oauth2/authorize", token: "/oauth2/token", revocation: "/oauth2/revoke" },
    scopes: ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
    subjectTypes: ["public"],
    ttl: {
      AccessToken: 300,
      AuthorizationCode: CODE_SECONDS,
      Grant: (_context, { clientId }) => refreshSeconds(clientId),
      IdToken: 300,
      Interaction: SIGN_IN_SECONDS,
      RefreshToken: (_context, { clientId }) => refreshSeconds(clientId),
      Session: (_context, { loginTs }) => sessionSeconds(loginTs),
    },
  };
}

function metadata({ id, callbackUrls, scopes }: UserPoolClient): ClientMetadata {
  const hosted = scopes.length > 0;
  return {
    client_id: id,
    // The other type ignores the ports of loopback addresses.
    application_type: "web",
    grant_types: hosted ? ["authorization_code", "refresh_token"] : ["refresh_token"],
    id_token_signed_response_alg: "ES256",
    redirect_uris: hosted ? callbackUrls : [],
    response_types: hosted ? ["code"] : [],
    ...(hosted && { scope: scopes.join(" ") }),
    token_endpoint_auth_method: "none",
  };
}

function sessionSeconds(loginTs: number | undefined): number {
  const now = Math.floor(Date.now() / 1000);
  return Math.max(1, (loginTs ?? now) + SESSION_SECONDS - now);
}

function throwawayKey() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), alg: "ES256", use: "sig" };
}
