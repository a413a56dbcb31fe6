import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from "node:crypto";

type Source = string | ArrayBuffer | ArrayBufferView;

/** Secrets given as text that are kept: those of many sessions. */
const MOST_KEYS = 1000;
const ofTexts = new Map<string, KeyObject>();
const ofBuffers = new WeakMap<object, KeyObject>();

/**
 * SHA-256, or HMAC-SHA-256 when given a secret, in the form `@smithy/signature-v4` asks for, on OpenSSL. The keys of
 * secrets are kept: every call comes with the same few, and Node.js takes longer to make a key than to sign with it.
 * The app has the same of its own (`packages/core`): it runs without the local cloud, which runs any app.
 */
export class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: Source) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", keyOf(secret));
  }

  update(data: Source) {
    this.#hash.update(bytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  /** Part of the interface; a signature never reuses a hash. */
  reset() {
    throw new Error("a hash is used once");
  }
}

function keyOf(secret: Source): KeyObject {
  const kept = typeof secret === "string" ? ofTexts.get(secret) : ofBuffers.get(secret);
  if (kept) return kept;
  const key = createSecretKey(bytes(secret));
  if (typeof secret !== "string") ofBuffers.set(secret, key);
  else {
    if (ofTexts.size >= MOST_KEYS) ofTexts.clear();
    ofTexts.set(secret, key);
  }
  return key;
}

function bytes(source: Source): Uint8Array {
  if (typeof source === "string") return Buffer.from(source, "utf8");
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}

/** Lower-case hex SHA-256. */
export const sha256Hex = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

export const hmacSha256 = (secret: string | Uint8Array, data: string | Uint8Array) =>
  createHmac("sha256", secret).update(data).digest();
