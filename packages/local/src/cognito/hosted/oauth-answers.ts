import type Provider from "oidc-provider";
import type { KoaContextWithOIDC } from "oidc-provider";
import { BY_API } from "../grants.ts";
import { reportRefresh } from "../metrics.ts";
import { clientOf, type Pool } from "../pool.ts";
import { issue } from "../tokens.ts";
import type { State } from "./state.ts";

/** Makes the library's answers those of Cognito: its tokens, its members, its status codes. */
export function answerAsCognito(provider: Provider, pool: Pool, state: State) {
  provider.use(async (context, next) => {
    await next();
    const { oidc } = context as KoaContextWithOIDC;
    if (oidc?.route === "token") {
      // Cognito answers an unknown client like any other mistake.
      if (context.status === 401) context.status = 400;
      if (context.status === 200)
        context.body = await tokens(pool, state, oidc, context.body as { refresh_token: string });
    }
    const location = context.response.get("location");
    if (location) context.set("location", withoutIssuer(location));
  });
}

async function tokens(
  pool: Pool,
  state: State,
  { entities }: KoaContextWithOIDC["oidc"],
  issued: { refresh_token: string },
) {
  const { AuthorizationCode: code, RefreshToken: refresh, AccessToken: access } = entities;
  const source = code ?? refresh;
  const user = source?.accountId === undefined ? undefined : pool.users.find(source.accountId);
  if (!user || !source?.grantId || !access) throw new Error("tokens were issued for nobody");
  const scopes = access.scope?.split(" ") ?? [];
  const session = { originJti: source.grantId, authTime: state.toCloud(source.authTime ?? 0), scopes };
  const byApi = source.gty === BY_API;
  const hosted = byApi ? undefined : code?.nonce === undefined ? {} : { nonce: code.nonce };
  if (refresh && !code) reportRefresh(pool, String(source.clientId), true);
  const made = await issue(pool, clientOf(pool, source.clientId), user, session, hosted);
  return {
    ...((byApi || scopes.includes("openid")) && { id_token: made.idToken }),
    access_token: made.accessToken,
    // Told once: it is not renewed.
    ...(code && { refresh_token: issued.refresh_token }),
    expires_in: made.expiresIn,
    token_type: "Bearer",
  };
}

/** Redirects without the `iss` of RFC 9207, which Cognito does not send. */
function withoutIssuer(location: string): string {
  return location.replace(/([?&])iss=[^&#]*&?/, "$1").replace(/[?&](?=$|#)/, "");
}
