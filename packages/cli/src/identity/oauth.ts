import * as oauth from "oauth4webapi";
import { CliError, messageOf, Transient } from "../errors.ts";
import { exchange } from "../net/http.ts";
import { isTransientStatus, type Patience, retryAfterMs, withRetries } from "../net/retry.ts";
import type { Authority } from "./authority.ts";
import { EXPIRY_SECONDS, type Tokens } from "./tokens.ts";

/** The issuer's answer to a grant it does not take: a code or refresh token that is spent, revoked or too old. */
export class GrantRefused extends CliError {}

const CLOSED =
  "this stage does not let the command line sign in with the browser; deploy it with DROPCLIP_CLI_SIGN_IN=1, or, with AWS credentials of its account, sign in with --user";

const SCOPE = "openid email profile";

/** A sign-in under way in the browser. */
export interface Request {
  url: URL;
  state: string;
  redirectUri: string;
  verifier: string;
}

/** The OAuth endpoints of an issuer. */
export interface OAuth {
  /** Where to send the browser; `again` has it ask for the password although somebody is signed in there. */
  authorize(redirectUri: string, again: boolean): Promise<Request>;
  /** Throws where the issuer would not let the browser come back here: its own page says so in words for nobody. */
  checkReturn(request: Request): Promise<void>;
  /** Checks what the browser came back with and exchanges its code. `GrantRefused` when the answer is an error. */
  redeem(request: Request, answer: URLSearchParams): Promise<Tokens>;
  /** `GrantRefused` when the refresh token is no longer taken. */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Ends what a refresh token stands for; nothing where the issuer cannot do that. */
  revoke(refreshToken: string): Promise<void>;
}

/** Reads the issuer's OpenID document. */
export async function connectIssuer({ issuer, clientId }: Authority, patience: Patience): Promise<OAuth> {
  const { clock, signal } = patience;
  // The library has a clock of its own, which may be set right only by so many seconds.
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
        ...{ response_type: "code", client_id: clientId, redirect_uri: redirectUri, scope: SCOPE, state },
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        ...(again && { prompt: "login" }),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return { url, state, redirectUri, verifier };
    },
    async checkReturn({ url }) {
      const answer = await exchange({ method: "GET", url: url.href, headers: {}, signal }).catch((error) => {
        // The browser may fare better.
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

/** Like `fetch`, over the one client all other requests go by: the same patience, the same words for what fails. */
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

/** What the library throws, as one line for the user. */
async function explained<T>(issuer: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError)
      throw new GrantRefused([error.error, error.error_description].filter(Boolean).join(": "));
    if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError)
      throw new CliError(`the answer of ${issuer} is not understood: ${messageOf(error)}`);
    if (error instanceof oauth.WWWAuthenticateChallengeError)
      throw new CliError(`${issuer} does not take the app's client id`);
    throw error;
  }
}

/** Only on this machine may tokens travel in the clear. */
function isLoopback(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}
