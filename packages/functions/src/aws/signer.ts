export * as Signer from "./signer.ts";

import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { config } from "@dropclip/core/config";
import { HIDDEN_TAG } from "@dropclip/core/keys";
import { SIGNED_URL_SECONDS } from "@dropclip/core/limits";
import { Sha256 } from "@dropclip/core/sha256";
import type { Signable } from "@dropclip/core/signable";
import { SignatureV4 } from "@smithy/signature-v4";
import { lazily } from "./lazily.ts";

const { key: Key, value: Value } = HIDDEN_TAG;
const HIDDEN = `<Tagging><TagSet><Tag><Key>${Key}</Key><Value>${Value}</Value></Tag></TagSet></Tagging>`;

/** A signed S3 call: send it with exactly these headers, and a body of the announced length. */
export interface SignedRequest {
  method: string;
  url: string;
  key: string;
  headers: Record<string, string>;
  partNumber?: number;
}

/** A form a browser posts to a bucket: the fields, then the file. */
export interface PostForm {
  url: string;
  fields: Record<string, string>;
  expiresAt: string;
}

/** AWS's limit for a session of a role that another role assumed (role chaining). */
const SESSION_SECONDS = 3600;
/** A URL ends with the session that signed it. A session with less time left than this signs nothing more. */
const LEAST_MS = (SIGNED_URL_SECONDS + 5 * 60) * 1000;
/** Sessions that one function instance keeps. */
const MOST_SESSIONS = 500;

const sts = lazily(() => new STSClient({ sha256: Sha256 }));
const sessions = lazily(() => new Map<string, Promise<Session>>());

interface Session {
  signer: SignatureV4;
  sessionToken: string;
  accessKeyId: string;
  expiresMs: number;
}

/** A session of the identity; it is kept while its URLs can live their full time. */
async function sessionOf(identity: Signable.Identity, nowMs: number): Promise<Session> {
  const name = JSON.stringify(identity);
  const known = sessions();
  const kept = known.get(name);
  if (kept && (await kept).expiresMs - nowMs > LEAST_MS) return kept;
  const assumed = assume(identity);
  known.delete(name);
  known.set(name, assumed);
  if (known.size > MOST_SESSIONS) known.delete(known.keys().next().value!);
  // A failure is not kept: the next call tries again.
  assumed.catch(() => known.delete(name));
  return assumed;
}

async function assume({ roleArn, tags }: Signable.Identity): Promise<Session> {
  const { Credentials } = await sts().send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: Object.values(tags).at(-1)!,
      DurationSeconds: SESSION_SECONDS,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials!;
  const credentials = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
  return {
    signer: signerOf(credentials),
    sessionToken: credentials.sessionToken,
    accessKeyId: credentials.accessKeyId,
    expiresMs: Expiration!.getTime(),
  };
}

/** Signs S3's calls with these credentials. */
export const signerOf = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string }) =>
  new SignatureV4({ service: "s3", region: config.region, credentials, sha256: Sha256, uriEscapePath: false });

/** Signs calls with the rights of their identity, and no others; the URLs live `SIGNED_URL_SECONDS`. */
export async function presign({ identity, calls }: Signable.Signable, nowMs: number) {
  const { signer } = await sessionOf(identity, nowMs);
  const requests = await presignAll(signer, calls, new Date(nowMs));
  return { requests, expiresAt: new Date(nowMs + SIGNED_URL_SECONDS * 1000).toISOString() };
}

/** The same, with a given signer. */
export const presignAll = (signer: SignatureV4, calls: Signable.Call[], signingDate: Date): Promise<SignedRequest[]> =>
  Promise.all(calls.map((call) => presignOne(signer, call, signingDate)));

async function presignOne(signer: SignatureV4, call: Signable.Call, signingDate: Date): Promise<SignedRequest> {
  const { method, bucket, key, query = {}, headers = {}, contentLength, partNumber } = call;
  const { protocol, host, hostname, port, path } = addressOf(bucket, key);
  const length: Record<string, string> = contentLength === undefined ? {} : { "content-length": String(contentLength) };
  const bound = { ...headers, ...length };
  const names = new Set(Object.keys(bound));
  const signed = await signer.presign(
    {
      method,
      protocol,
      hostname,
      path,
      query,
      ...(port ? { port: Number(port) } : {}),
      // The body is not known yet: its hash is left out of the signature.
      headers: { host, "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD", ...bound },
    },
    {
      expiresIn: SIGNED_URL_SECONDS,
      signingDate,
      // Both are needed: content-type is signed only when asked for, and x-amz-* headers move to the query unless told
      // not to.
      signableHeaders: new Set([...names, "host"]),
      unhoistableHeaders: names,
    },
  );
  const url = `${protocol}//${host}${path}?${searchOf(signed.query ?? {})}`;
  return { method, url, key, headers, ...(partNumber ? { partNumber } : {}) };
}

/** Signs one call without a body by its headers, for our own use, with the rights of the identity. */
export async function authorize(
  identity: Signable.Identity,
  call: Signable.Call,
  nowMs: number,
): Promise<SignedRequest> {
  const { signer } = await sessionOf(identity, nowMs);
  const { method, bucket, key, query = {}, headers = {} } = call;
  const { protocol, host, hostname, port, path } = addressOf(bucket, key);
  const signed = await signer.sign(
    {
      method,
      protocol,
      hostname,
      path,
      query,
      ...(port ? { port: Number(port) } : {}),
      headers: { host, ...headers },
    },
    { signingDate: new Date(nowMs) },
  );
  const { host: _, ...sent } = signed.headers;
  return { method, url: `${protocol}//${host}${path}?${searchOf(query)}`, key, headers: sent };
}

/**
 * A form that puts one object of exactly this type and size, with the rights of the identity. It arrives hidden from
 * the edge, until it has been looked at.
 */
export async function postForm(
  identity: Signable.Identity,
  object: { bucket: string; key: string; type: string; bytes: number },
  nowMs: number,
): Promise<PostForm> {
  const { signer, sessionToken, accessKeyId } = await sessionOf(identity, nowMs);
  const signingDate = new Date(nowMs);
  const date = signingDate.toISOString().replace(/[-:]|\.\d+/g, "");
  const expiresAt = new Date(nowMs + SIGNED_URL_SECONDS * 1000).toISOString();
  const fields: Record<string, string> = {
    key: object.key,
    "Content-Type": object.type,
    tagging: HIDDEN,
    "x-amz-algorithm": "AWS4-HMAC-SHA256",
    "x-amz-credential": `${accessKeyId}/${date.slice(0, 8)}/${config.region}/s3/aws4_request`,
    "x-amz-date": date,
    "x-amz-security-token": sessionToken,
  };
  const conditions = [
    { bucket: object.bucket },
    ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
    ["content-length-range", object.bytes, object.bytes],
  ];
  const policy = Buffer.from(JSON.stringify({ expiration: expiresAt, conditions })).toString("base64");
  const signature = await signer.sign(policy, { signingDate });
  const { protocol, host, path } = addressOf(object.bucket, "");
  return { url: `${protocol}//${host}${path}`, fields: { ...fields, policy, "x-amz-signature": signature }, expiresAt };
}

/** The bucket's own host on AWS; behind any other endpoint the bucket begins the path. */
function addressOf(bucket: string, key: string) {
  const { s3Endpoint } = config;
  const url = new URL(s3Endpoint ?? `https://${bucket}.s3.${config.region}.amazonaws.com`);
  // Keys here hold nothing that would need encoding: ids, slashes and an extension.
  return { ...pick(url), path: s3Endpoint ? `/${bucket}${key && `/${key}`}` : `/${key}` };
}

const pick = ({ protocol, host, hostname, port }: URL) => ({ protocol, host, hostname, port });

const searchOf = (query: object) =>
  Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(String(value))}`)
    .join("&");

/** RFC 3986, as signatures want it. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
