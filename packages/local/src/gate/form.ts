import type { Principal, World } from "../world.ts";
import { parseCredential } from "./authorization.ts";
import type { CredentialStore } from "./credentials.ts";
import { SKEW_MS, s3Refusals } from "./refusals.ts";
import { hmacSha256 } from "./sha256.ts";
import { parseAmzDate, type Signature, sameText, signingKey } from "./signature.ts";
import { checkScope, findKey } from "./verify.ts";

/**
 * Verifies the signature over a browser form's policy, which stands in for a signed request; the fields' names are
 * lower case.
 */
export function authenticateForm(world: World, credentials: CredentialStore, fields: Map<string, string>): Principal {
  const refuse = s3Refusals("form");
  const need = (name: string) => {
    const value = fields.get(name);
    if (!value) throw refuse.malformed(`the form lacks the field '${name}'.`);
    return value;
  };
  const algorithm = need("x-amz-algorithm");
  if (algorithm !== "AWS4-HMAC-SHA256") throw refuse.unsupported(algorithm);
  const scope = parseCredential(need("x-amz-credential"), refuse);
  const time = need("x-amz-date");
  const timeMs = parseAmzDate(time);
  if (timeMs === undefined) throw refuse.noDate();
  const sessionToken = fields.get("x-amz-security-token");
  const value = need("x-amz-signature");
  const signature: Signature = { form: "header", ...scope, time, timeMs, value, sessionToken, signedHeaders: [] };
  checkScope(world, signature, refuse);
  // A policy lives until its own expiration; only one from the future is refused here.
  if (timeMs - world.clock.now() > SKEW_MS) throw refuse.skewed(signature, world.clock.now());
  const { secretAccessKey, principal } = findKey(credentials, signature, refuse);
  const key = signingKey(secretAccessKey, scope.scopeDate, scope.region, scope.service);
  if (!sameText(hmacSha256(key, fields.get("policy") ?? "").toString("hex"), value))
    throw refuse.wrongSignature(signature);
  return principal;
}
