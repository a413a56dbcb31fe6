import type { Principal, Service, World } from "../world.ts";
import { parseHeaderForm, parseQueryForm, signedBy } from "./authorization.ts";
import type { CredentialStore } from "./credentials.ts";
import { first, type Query } from "./query.ts";
import { coralRefusals, type Refuse, SKEW_MS, s3Refusals } from "./refusals.ts";
import { mismatch, type Signature, type SignedRequest } from "./signature.ts";

/** A caller whose key is known, with a signature of this time and place; the signature itself is checked next. */
export interface Claim {
  signature: Signature;
  secretAccessKey: string;
  principal: Principal;
  refuse: Refuse;
}

export interface Unverified {
  method: string;
  rawPath: string;
  query: Query;
  headers: Record<string, string>;
}

/** Global services: their calls are signed for us-east-1 wherever the cloud stands. */
const GLOBAL_REGION: Record<string, string> = { cloudfront: "us-east-1", iam: "us-east-1" };

/** Every check that is possible before the body is read. Throws an AwsError in the form of the protocol. */
export function claim(
  world: World,
  credentials: CredentialStore,
  protocol: Service["protocol"] | "s3",
  request: Unverified,
  regions?: readonly string[],
): Claim {
  const { headers, query } = request;
  const way = signedBy(headers, query);
  const refuse = protocol === "s3" ? s3Refusals(way === "query" ? "query" : "header") : coralRefusals(protocol);
  if (way === "both") throw refuse.bothForms();
  if (way === "v2" || way === "v4a") throw refuse.unsupported(way === "v2" ? "AWS" : "AWS4-ECDSA-P256-SHA256");
  const signature = way === "query" ? parseQueryForm(query, refuse) : parseHeaderForm(headers, refuse);
  checkScope(world, signature, refuse, regions);
  checkTime(world.clock.now(), signature, refuse);
  const found = findKey(credentials, signature, refuse);
  const unsigned = mustBeSigned(protocol, headers).filter((name) => !signature.signedHeaders.includes(name));
  if (unsigned.length) throw refuse.unsignedHeaders(unsigned);
  return { signature, refuse, ...found };
}

/** Checks the signature over the whole request, its body's hash included. */
export async function confirm({ secretAccessKey, signature, refuse }: Claim, request: SignedRequest): Promise<void> {
  const computed = await mismatch(secretAccessKey, signature, request);
  if (computed) throw refuse.wrongSignature(signature, computed);
}

/** The key of a signature; throws where it is unknown, its token is not its own, or the session is over. */
export function findKey(
  credentials: CredentialStore,
  { accessKeyId, sessionToken }: Pick<Signature, "accessKeyId" | "sessionToken">,
  refuse: Refuse,
): { secretAccessKey: string; principal: Principal } {
  const found = credentials.find(accessKeyId, sessionToken);
  if (!found) throw refuse.unknownKey(accessKeyId);
  if (found === "token") throw refuse.badToken();
  if (found.expired) throw refuse.expiredToken();
  return found;
}

/** `regions` are those that the service answers for besides the cloud's own. */
export function checkScope(world: World, signature: Signature, refuse: Refuse, regions: readonly string[] = []) {
  const region = GLOBAL_REGION[signature.service] ?? world.region;
  if (signature.region !== region && !regions.includes(signature.region))
    throw refuse.wrongRegion(signature.region, region);
  if (signature.scopeDate !== signature.time.slice(0, 8)) throw refuse.wrongDate(signature);
}

function checkTime(nowMs: number, signature: Signature, refuse: Refuse) {
  const ageMs = nowMs - signature.timeMs;
  if (signature.form === "query") {
    if (ageMs < -SKEW_MS) throw refuse.earlyUrl();
    if (ageMs >= (signature.expiresSeconds ?? 0) * 1000) throw refuse.expiredUrl(signature, nowMs);
  } else if (Math.abs(ageMs) > SKEW_MS) throw refuse.skewed(signature, nowMs);
}

/** Host always; in S3 every x-amz- header too, so that another party cannot add one to a signed URL. */
function mustBeSigned(protocol: string, headers: Record<string, string>): string[] {
  if (protocol !== "s3") return ["host"];
  return ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))];
}

/** Values that S3's clients sign instead of the body's hash. */
export function s3PayloadHash({ form }: Signature, headers: Record<string, string>, query: Query): string | undefined {
  const header = headers["x-amz-content-sha256"];
  return form === "query" ? (first(query, "X-Amz-Content-Sha256") ?? header ?? "UNSIGNED-PAYLOAD") : header;
}
