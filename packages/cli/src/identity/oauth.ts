import * as oauth from "oauth4webapi";
import { CliError, messageOf, Transient } from "../errors.ts";
import { exchange } from "../net/http.ts";
import { isTransientStatus, type Patience, retryAfterMs, withRetries } from "../net/retry.ts";
import type { Authority } from "./authority.ts";
import { EXPIRY_SECONDS, type Tokens } from "./tokens.ts";

/** The issuer refused a grant: a code or refresh token that is used up, revoked or too old. */
export class GrantRefused extends CliError {}

const CLOSED =
  "this stage does not let the command line sign in with the browser; deploy it with DROPCLIP_CLI_SIGN_IN=1, or, with AWS credentials of its account, sign in with --user";

const SCOPE = "openid email profile";

/** A sign-in in progress in the browser. */
export interface Request {
  url: URL;
  state: string;
  redirectUri: string;
  verifier: string;
}

/** The OAuth endpoints of an issuer. */
export interface OAuth {
  /** Address to open in the browser; `again` asks for the password even when a user is signed in there. */
  authorize(redirectUri: string, again: boolean): Promise<Request>;
  /** Throws when the issuer does not allow this redirect address: its own page would not explain that to the user. */
  checkReturn(request: Request): Promise<void>;
  /**
   * Checks the parameters that the browser returned with, and exchanges the code. Throws `GrantRefused` for an error.
   */
  redeem(request: Request, answer: URLSearchParams): Promise<Tokens>;
  /** Throws `GrantRefused` when the refresh token is refused. */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Revokes a refresh token; does nothing where the issuer cannot do that. */
  revoke(refreshToken: string): Promise<void>;
}

/** Reads the issuer's OpenID configuration. */
export async function connectIssuer(
  { issuer, clientId, scope = SCOPE }: Authority,
  patience: Patience,
): Promise<OAuth> {
  const { clock, signal } = patience;
  // The library has its own clock, which can be adjusted in whole seconds only.
  const client = { client_id: clientId, [oauth.clockSkew]: Math.round((clock.now() - Date.now()) / 1000) };
  const options = {
    signal,
    [oauth.customFetch]: fetchWith(patience),
    [oauth.allowInsecureRequests]: isLoopback(issuer),
  };
  const attempt = <T>(work: () => Promise<T>) => withRetries(patience, issuer, () => explained(issuer, work));
  const server = await attempt(async () => {
    const url = new URL(issuer);
    return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, options));
  });

  return {
    async authorize(redirectUri, again) {
      if (!server.authorization_endpoint) throw new CliError(`${issuer} has no sign-in page`);
      const verifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      const url = new URL(server.authorization_endpoint);
      const parameters = {
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        scope,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        ...(again && { prompt: "login" }),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return { url, state, redirectUri, verifier };
    },
    async checkReturn({ url }) {
      const answer = await exchange({ method: "GET", url: url.href, headers: {}, signal }).catch((error) => {
        // The browser may succeed where this check failed.
        if (error instanceof Transient) return undefined;
        throw error;
      });
      const leadsTo = answer?.headers.location;
      if (leadsTo && new URL(leadsTo, url).searchParams.get("error") === "redirect_mismatch")
        throw new CliError(CLOSED);
    },
    redeem: ({ state, redirectUri, verifier }, answer) =>
      attempt(async () => {
        const checked = oauth.validateAuthResponse(server, client, answer, state);
        const response = await oauth.authorizationCodeGrantRequest(
          ...([server, client, oauth.None(), checked, redirectUri, verifier, options] as const),
        );
        return tokensOf(await oauth.processAuthorizationCodeResponse(server, client, response));
      }),
    refresh: (refreshToken) =>
      attempt(async () => {
        const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options);
        return tokensOf(await oauth.processRefreshTokenResponse(server, client, response));
      }),
    async revoke(refreshToken) {
      if (!server.revocation_endpoint) return;
      await attempt(async () =>
        oauth.processRevocationResponse(
          await oauth.revocationRequest(server, client, oauth.None(), refreshToken, options),
        ),
      );
    },
  };
}

function tokensOf(answer: oauth.TokenEndpointResponse): Tokens {
  return {
    accessToken: answer.access_token,
    idToken: answer.id_token,
    refreshToken: answer.refresh_token,
    expiresInSeconds: answer.expires_in ?? EXPIRY_SECONDS,
  };
}

/** Like `fetch`, with the client of all other requests: the same retries, the same messages. */
function fetchWith({ clock, signal }: Patience) {
  return async (
    url: string,
    { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown },
  ) => {
    const text = body ? String(body) : undefined;
    const answer = await exchange({ method, url, headers, body: text, signal });
    if (isTransientStatus(answer.status))
      throw new Transient(`the issuer answered ${answer.status}`, retryAfterMs(answer, clock.now()));
    const type = answer.headers["content-type"];
    const empty = answer.status === 204 || answer.status === 304;
    return new Response(empty ? null : answer.text, {
      status: answer.status,
      headers: type ? { "content-type": type } : {},
    });
  };
}

/** One line for the user, for an error of the library. */
async function explained<T>(issuer: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError)
      throw new GrantRefused([error.error, error.error_description].filter(Boolean).join(": "));
    if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError)
      throw new CliError(`the answer of ${issuer} is not understood: ${messageOf(error)}`);
    if (error instanceof oauth.WWWAuthenticateChallengeError)
      throw new CliError(`${issuer} does not know the app's client id`);
    throw error;
  }
}

/** Tokens may travel without TLS only on this machine. */
function isLoopback(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}
