import { createHash, createSign, generateKeyPairSync, randomUUID } from "node:crypto";
import { SEEDED_PASSWORD, SEEDED_USERS } from "../../src/demo.ts";
import type { Tokens } from "../../src/identity/tokens.ts";
import { type Answer, awsError, json } from "./answers.ts";

export interface TestUser {
  userId: string;
  email: string;
  groups: string[];
  password?: string;
  confirmed: boolean;
}

interface Granted {
  email: string;
  expiresAt: number;
}

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const CLIENT_ID = "client1";
export const POOL_ID = "us-east-1_Test";
const CALLBACK = /^http:\/\/localhost:\d+\/callback$/;

/** Cognito as clients meet it: an OpenID issuer with PKCE, and the operations for the user pool's operator. */
export class TestIdentity {
  base = "";
  now = () => Date.now();
  readonly users = new Map<string, TestUser>();
  /** The user who signs in on the page, or the error that the page ends with. */
  /** Whether it refuses a redirect to this machine. */
  closed = false;
  onPage: { email: string } | { error: string; error_description?: string } = { email: "fan@example.com" };
  /** Lifetime of access tokens. */
  seconds = 3600;
  /** Whether a renewal returns a new refresh token, which invalidates the old one. */
  rotates = false;
  /** The challenge that AdminInitiateAuth returns instead of signing in. */
  challenge: string | undefined;
  /** The requested grants, in order, and the parameters of the last visit to the page. */
  readonly grants: string[] = [];
  asked = new URLSearchParams();
  readonly revoked: string[] = [];
  readonly #access = new Map<string, Granted>();
  readonly #refresh = new Map<string, string>();
  readonly #codes = new Map<string, { email: string; challenge: string; redirectUri: string }>();

  constructor() {
    for (const [index, { email, group }] of SEEDED_USERS.entries())
      this.add({ userId: `0000000${index + 1}-aaaa-4aaa-8aaa-aaaaaaaaaaaa`, email, groups: [group], confirmed: true });
  }

  add(user: TestUser) {
    this.users.set(user.email, { password: SEEDED_PASSWORD, ...user });
  }

  get issuer() {
    return `${this.base}/${POOL_ID}`;
  }

  /** The tokens of a sign-in. */
  issue(email: string): Required<Tokens> {
    const { userId, groups } = this.users.get(email)!;
    const issuedAt = Math.floor(this.now() / 1000);
    const times = { iat: issuedAt, exp: issuedAt + this.seconds, iss: this.issuer, sub: userId, jti: randomUUID() };
    const accessToken = sign({
      ...times,
      token_use: "access",
      client_id: CLIENT_ID,
      username: userId,
      ...(groups.length > 0 && { "cognito:groups": groups }),
    });
    const idToken = sign({ ...times, token_use: "id", aud: CLIENT_ID, email });
    const refreshToken = randomUUID();
    this.#access.set(accessToken, { email, expiresAt: this.now() + this.seconds * 1000 });
    this.#refresh.set(refreshToken, email);
    return { accessToken, idToken, refreshToken, expiresInSeconds: this.seconds };
  }

  /** The user of an Authorization header; undefined when the gateway would refuse it. */
  user(authorization: string | undefined): TestUser | undefined {
    const granted = this.#access.get(authorization?.replace(/^Bearer /, "") ?? "");
    return granted && granted.expiresAt > this.now() ? this.users.get(granted.email) : undefined;
  }

  /** Forgets every token that was issued, as a cloud that starts anew does. */
  forget() {
    this.#access.clear();
    this.#refresh.clear();
  }

  /** Invalidates access tokens, whatever their lifetime; they can be renewed. */
  tire() {
    this.#access.clear();
  }

  /** The issuer's own pages and endpoints; undefined for any other path. */
  handle(method: string, url: URL, body: string): Answer | undefined {
    switch (`${method} ${url.pathname}`) {
      case `GET /${POOL_ID}/.well-known/openid-configuration`:
        return json(200, {
          issuer: this.issuer,
          authorization_endpoint: `${this.base}/oauth2/authorize`,
          token_endpoint: `${this.base}/oauth2/token`,
          revocation_endpoint: `${this.base}/oauth2/revoke`,
          jwks_uri: `${this.issuer}/.well-known/jwks.json`,
          response_types_supported: ["code", "token"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"],
        });
      case "GET /oauth2/authorize":
        return this.#authorize(url.searchParams);
      case "POST /oauth2/token":
        return this.#token(new URLSearchParams(body));
      case "POST /oauth2/revoke": {
        const token = new URLSearchParams(body).get("token")!;
        this.revoked.push(token);
        this.#refresh.delete(token);
        return { status: 200 };
      }
      default:
        return undefined;
    }
  }

  #authorize(query: URLSearchParams): Answer {
    this.asked = query;
    const redirectUri = query.get("redirect_uri") ?? "";
    const wrong = [
      query.get("client_id") !== CLIENT_ID && "client_id",
      query.get("response_type") !== "code" && "response_type",
      query.get("code_challenge_method") !== "S256" && "code_challenge_method",
      !CALLBACK.test(redirectUri) && "redirect_uri",
    ].filter(Boolean);
    if (this.closed)
      return {
        status: 302,
        headers: { location: `${this.base}/error?error=redirect_mismatch&client_id=${CLIENT_ID}` },
      };
    if (wrong.length > 0) return { status: 400, body: `invalid ${wrong}` };
    const back = new URL(redirectUri);
    back.searchParams.set("state", query.get("state") ?? "");
    if ("email" in this.onPage) {
      const code = randomUUID();
      this.#codes.set(code, { email: this.onPage.email, challenge: query.get("code_challenge")!, redirectUri });
      back.searchParams.set("code", code);
    } else {
      for (const [name, value] of Object.entries(this.onPage)) back.searchParams.set(name, value);
    }
    return { status: 302, headers: { location: back.href } };
  }

  #token(form: URLSearchParams): Answer {
    const grant = form.get("grant_type")!;
    this.grants.push(grant);
    if (form.get("client_id") !== CLIENT_ID) return json(400, { error: "invalid_client" });
    if (grant === "refresh_token") {
      const token = form.get("refresh_token")!;
      const email = this.#refresh.get(token);
      if (!email) return json(400, { error: "invalid_grant", error_description: "Refresh Token has been revoked" });
      const { refreshToken, ...fresh } = this.issue(email);
      if (this.rotates) this.#refresh.delete(token);
      else this.#refresh.delete(refreshToken);
      return tokens({ ...fresh, refreshToken: this.rotates ? refreshToken : undefined });
    }
    const code = this.#codes.get(form.get("code") ?? "");
    this.#codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256").update(form.get("code_verifier")!).digest("base64url");
    if (code?.challenge !== challenge || code.redirectUri !== form.get("redirect_uri"))
      return json(400, { error: "invalid_grant" });
    return tokens(this.issue(code.email));
  }

  /** An operation of cognito-idp. */
  operate(operation: string, input: Record<string, any>): Answer {
    if (input.UserPoolId !== POOL_ID) return awsError(400, "ResourceNotFoundException", "User pool does not exist.");
    const user = this.users.get(input.Username);
    switch (operation) {
      case "AdminInitiateAuth":
        return this.#adminInitiateAuth(input);
      case "AdminCreateUser": {
        if (user) return awsError(400, "UsernameExistsException", "User account already exists");
        const made = { userId: randomUUID(), email: input.Username, groups: [], confirmed: false };
        this.users.set(made.email, made);
        return aws({ User: describe(made) });
      }
      default:
        if (!user) return awsError(400, "UserNotFoundException", "User does not exist.");
    }
    switch (operation) {
      case "AdminGetUser": {
        const { Attributes, ...rest } = describe(user);
        return aws({ ...rest, UserAttributes: Attributes });
      }
      case "AdminSetUserPassword":
        Object.assign(user, { password: input.Password, confirmed: input.Permanent });
        return aws({});
      case "AdminAddUserToGroup":
        user.groups = [...new Set([...user.groups, input.GroupName])];
        return aws({});
      default:
        return awsError(400, "UnknownOperationException", operation);
    }
  }

  #adminInitiateAuth({ ClientId, AuthFlow, AuthParameters }: Record<string, any>): Answer {
    const user = this.users.get(AuthParameters.USERNAME);
    if (ClientId !== CLIENT_ID || AuthFlow !== "ADMIN_USER_PASSWORD_AUTH")
      return awsError(400, "InvalidParameterException", "Auth flow not enabled for this client");
    if (user?.password !== AuthParameters.PASSWORD || !user)
      return awsError(400, "NotAuthorizedException", "Incorrect username or password.");
    if (this.challenge) return aws({ ChallengeName: this.challenge, ChallengeParameters: {} });
    const { accessToken, idToken, refreshToken, expiresInSeconds } = this.issue(user.email);
    const result = { AccessToken: accessToken, IdToken: idToken, RefreshToken: refreshToken };
    return aws({ AuthenticationResult: { ...result, ExpiresIn: expiresInSeconds, TokenType: "Bearer" } });
  }
}

function describe({ userId, email, confirmed }: TestUser) {
  const Attributes = [
    { Name: "email", Value: email },
    { Name: "sub", Value: userId },
  ];
  return { Username: userId, Attributes, UserStatus: confirmed ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD", Enabled: true };
}

function aws(body: object): Answer {
  return json(200, body, "application/x-amz-json-1.1");
}

function tokens({ accessToken, idToken, refreshToken, expiresInSeconds }: Tokens): Answer {
  return json(200, {
    access_token: accessToken,
    id_token: idToken,
    ...(refreshToken && { refresh_token: refreshToken }),
    expires_in: expiresInSeconds,
    token_type: "Bearer",
  });
}

function sign(claims: object): string {
  const text = [{ alg: "RS256", kid: "test" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${createSign("sha256").update(text).sign(privateKey, "base64url")}`;
}
