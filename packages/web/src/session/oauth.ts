import * as oauth from "oauth4webapi";
import { stage } from "../stage.ts";
import { keep, type Session, session } from "./session.ts";

/** Cognito's sign-in pages, at the addresses they always have. */
const server: oauth.AuthorizationServer = {
  issuer: stage.issuer,
  authorization_endpoint: `${stage.signIn}/oauth2/authorize`,
  token_endpoint: `${stage.signIn}/oauth2/token`,
  revocation_endpoint: `${stage.signIn}/oauth2/revoke`,
};
const client: oauth.Client = { client_id: stage.clientId };
const nobody = oauth.None();
/** Only the local cloud has no certificate. */
const insecure = { [oauth.allowInsecureRequests]: stage.signIn.startsWith("http:") };
const callback = `${location.origin}/callback`;

interface Asked {
  verifier: string;
  back: string;
  /** This tab was opened to sign in and closes itself: the page that asked still holds the files that were chosen. */
  isExtra: boolean;
}
const asked = (state: string) => `sign-in:${state}`;

/** Sends the user to sign in, or to make an account; then they come back to this page. */
export async function signIn({ extra }: { extra?: Window | null } = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  // After a sign-in that failed there is no page to come back to.
  const back = location.pathname === "/callback" ? "/" : location.pathname + location.search;
  const kept: Asked = { verifier, back, isExtra: Boolean(extra) };
  localStorage.setItem(asked(state), JSON.stringify(kept));
  const url = new URL(server.authorization_endpoint!);
  url.search = new URLSearchParams({
    client_id: stage.clientId,
    redirect_uri: callback,
    response_type: "code",
    scope: "openid email profile",
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    lang: document.documentElement.lang,
  }).toString();
  (extra ?? window).location.assign(url);
}

/** Ends a sign-in on the page `/callback`; where the user was before. Throws when it did not succeed. */
export async function finish(): Promise<Pick<Asked, "back" | "isExtra">> {
  const url = new URL(location.href);
  const state = url.searchParams.get("state") ?? "";
  const kept = localStorage.getItem(asked(state));
  if (!kept) throw new Error("This sign-in was not begun here.");
  localStorage.removeItem(asked(state));
  const { verifier, back, isExtra }: Asked = JSON.parse(kept);
  const checked = oauth.validateAuthResponse(server, client, url, state);
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    nobody,
    checked,
    callback,
    verifier,
    insecure,
  );
  keep(sessionOf(await oauth.processAuthorizationCodeResponse(server, client, answer)));
  return { back, isExtra };
}

/** A new access token. A session that cannot be renewed has ended: undefined. */
export async function refresh(before: Session): Promise<Session | undefined> {
  if (!before.refresh) return undefined;
  const answer = await oauth.refreshTokenGrantRequest(server, client, nobody, before.refresh, insecure);
  try {
    return sessionOf(await oauth.processRefreshTokenResponse(server, client, answer), before);
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError && error.error === "invalid_grant") return undefined;
    // Whoever cannot be asked now may be asked later.
    throw new TypeError("The session could not be renewed.", { cause: error });
  }
}

function sessionOf(tokens: oauth.TokenEndpointResponse, before?: Session): Session {
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  return {
    access: tokens.access_token,
    // Cognito sends no new one: the old one stays good.
    refresh: tokens.refresh_token ?? before?.refresh,
    expiresAt: Date.now() + (tokens.expires_in ?? 0) * 1000,
    userId: claims?.sub ?? before?.userId ?? "",
    email: (claims?.email as string | undefined) ?? before?.email,
  };
}

/** Ends the session: here, in other tabs and at Cognito. */
export async function signOut() {
  const { refresh: token } = session.value ?? {};
  keep(undefined);
  if (token) await oauth.revocationRequest(server, client, nobody, token, insecure).catch(() => {});
  const url = new URL(`${stage.signIn}/logout`);
  url.search = new URLSearchParams({ client_id: stage.clientId, logout_uri: `${location.origin}/` }).toString();
  location.assign(url);
}
