import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from "node:crypto";

type Data = string | ArrayBuffer | ArrayBufferView;

/** Secrets given as text that are kept: those of as many sessions as one server may have. */
const MOST_KEYS = 1000;
const ofTexts = new Map<string, KeyObject>();
const ofBuffers = new WeakMap<object, KeyObject>();

/**
 * SHA-256, or HMAC-SHA-256 when given a secret, in the form the AWS SDK and its signer take. Secrets come with every
 * signature and are few: their keys are kept, since Node.js takes five times longer to make one than to sign with it.
 */
export class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: Data) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", keyOf(secret));
  }

  update(data: Data) {
    this.#hash.update(bytes(data));
  }

  async digest() {
    return new Uint8Array(this.#hash.digest());
  }

  /** Part of the interface; a hash is made anew for each text. */
  reset() {
    throw new Error("a hash is used once");
  }
}

function keyOf(secret: Data): KeyObject {
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

function bytes(data: Data): Uint8Array {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
