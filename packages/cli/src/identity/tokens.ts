import * as v from "valibot";
import { CliError } from "../errors.ts";

/** The result of a sign-in. */
export interface Tokens {
  accessToken: string;
  /** Says who signed in; a renewal may leave it out. */
  idToken?: string | undefined;
  /** Undefined when a renewal keeps the old one valid. */
  refreshToken?: string | undefined;
  /** Lifetime of the access token from now. */
  expiresInSeconds: number;
}

/** Lifetime of an access token when the issuer does not state it; Cognito does. */
export const EXPIRY_SECONDS = 3600;

/** A user who has signed in on this machine. */
export const SignedIn = v.object({
  /** The `sub` of the tokens: the user's id everywhere in dropclip. */
  userId: v.string(),
  /** The e-mail address, or the issuer's other name for the user. */
  name: v.string(),
  groups: v.array(v.string()),
  accessToken: v.string(),
  refreshToken: v.optional(v.string()),
  /** Milliseconds since the epoch. */
  expiresAt: v.number(),
});
export type SignedIn = v.InferOutput<typeof SignedIn>;

const AccessClaims = v.looseObject({
  sub: v.string(),
  username: v.optional(v.string()),
  "cognito:groups": v.optional(v.array(v.string()), []),
});
const IdClaims = v.looseObject({ email: v.optional(v.string()) });

/** The user who signed in. The tokens come directly from the issuer and are only read here: the API verifies them. */
export function signedIn({ accessToken, idToken, refreshToken, expiresInSeconds }: Tokens, now: number): SignedIn {
  const access = claimsOf(AccessClaims, accessToken);
  const { email } = idToken ? claimsOf(IdClaims, idToken) : {};
  return {
    userId: access.sub,
    name: email ?? access.username ?? access.sub,
    groups: access["cognito:groups"],
    accessToken,
    refreshToken,
    expiresAt: now + expiresInSeconds * 1000,
  };
}

function claimsOf<const Schema extends v.GenericSchema>(schema: Schema, token: string): v.InferOutput<Schema> {
  const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), payload);
  if (parsed.success) return parsed.output;
  throw new CliError("the issuer's token is not understood: it is not a token of Cognito");
}
