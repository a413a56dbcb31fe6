import type { Pool } from "../pool.ts";

/** `/.well-known/openid-configuration`, with Cognito's members; the local cloud supports one of the flows it names. */
export function discovery({ facts, issuer }: Pool, domain: string) {
  const at = (path: string) => (facts.domain ? domain + path : undefined);
  return {
    authorization_endpoint: at("/oauth2/authorize"),
    end_session_endpoint: at("/logout"),
    id_token_signing_alg_values_supported: ["RS256"],
    issuer: issuer(),
    jwks_uri: `${issuer()}/.well-known/jwks.json`,
    response_types_supported: ["code"],
    revocation_endpoint: at("/oauth2/revoke"),
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint: at("/oauth2/token"),
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    userinfo_endpoint: at("/oauth2/userInfo"),
  };
}
