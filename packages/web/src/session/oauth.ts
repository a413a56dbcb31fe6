import * as oauth from "oauth4webapi";
import { behind, now } from "../api/clock.ts";
import { stage } from "../stage.ts";
import { local } from "../store.ts";
import { beside } from "./beside.ts";
import { forgetRenewed, renew } from "./renew.ts";
import { end, keep, type Session, session } from "./session.ts";

/** Cognito's sign-in pages, at the addresses they always have. */
const server: oauth.AuthorizationServer = {
  issuer: stage.issuer,
  authorization_endpoint: `${stage.signIn}/oauth2/authorize`,
  token_endpoint: `${stage.signIn}/oauth2/token`,
  revocation_endpoint: `${stage.signIn}/oauth2/revoke`,
};
const nobody = oauth.None();
/** Only the local cloud has no certificate. */
const insecure = { [oauth.allowInsecureRequests]: stage.signIn.startsWith("http:") };
const callback = `${location.origin}/callback`;

/** This app as Cognito knows it; tokens are dated by a clock that this machine's may be far from. */
const client = async (): Promise<oauth.Client> => ({
  client_id: stage.clientId,
  [oauth.clockSkew]: Math.round((await behind()) / 1000),
});

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
  const isKept = local.set(asked(state), JSON.stringify({ verifier, back, isExtra: Boolean(extra) } satisfies Asked));
  // What this browser does not keep is lost with this page: then one signs in beside it.
  const other = extra ?? (isKept ? undefined : open("about:blank"));
  if (!isKept) beside(state, (address) => accept(address, { verifier, back, isExtra: true }));
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
  (other ?? window).location.assign(url);
}

/** Ends a sign-in on the page `/callback`; where the user was before. Throws when it did not succeed. */
export async function finish(): Promise<Pick<Asked, "back" | "isExtra">> {
  const state = new URL(location.href).searchParams.get("state") ?? "";
  const kept = local.get(asked(state));
  if (!kept) {
    if (local.set("kept", "yes")) throw new Error("This sign-in was not begun here.");
    await beside(state);
    return { back: "/", isExtra: true };
  }
  local.remove(asked(state));
  return accept(location.href, JSON.parse(kept));
}

async function accept(address: string, { verifier, back, isExtra }: Asked) {
  const url = new URL(address);
  const known = await client();
  const checked = oauth.validateAuthResponse(server, known, url, url.searchParams.get("state") ?? "");
  const asking = [server, known, nobody, checked, callback, verifier, insecure] as const;
  const answer = await oauth.authorizationCodeGrantRequest(...asking);
  keep(sessionOf(await oauth.processAuthorizationCodeResponse(server, known, answer)));
  return { back, isExtra };
}

/** The session with a new access token, asked for once however many tabs need it. Undefined once it has ended. */
export const renewed = (before: Session) => renew(before, refresh);

async function refresh(before: Session): Promise<Session | undefined> {
  if (!before.refresh) return undefined;
  const known = await client();
  const answer = await oauth.refreshTokenGrantRequest(server, known, nobody, before.refresh, insecure);
  try {
    return sessionOf(await oauth.processRefreshTokenResponse(server, known, answer), before);
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
    expiresAt: now() + (tokens.expires_in ?? 0) * 1000,
    userId: claims?.sub ?? before?.userId ?? "",
    email: (claims?.email as string | undefined) ?? before?.email,
  };
}

/** Ends the session: here, in other tabs and at Cognito. */
export async function signOut() {
  const { refresh: token } = session.value ?? {};
  end();
  await forgetRenewed().catch(() => {});
  if (token) await oauth.revocationRequest(server, await client(), nobody, token, insecure).catch(() => {});
  const url = new URL(`${stage.signIn}/logout`);
  url.search = new URLSearchParams({ client_id: stage.clientId, logout_uri: `${location.origin}/` }).toString();
  location.assign(url);
}
