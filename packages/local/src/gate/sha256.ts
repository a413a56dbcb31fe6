import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";

type Source = string | ArrayBuffer | ArrayBufferView;

/** SHA-256, or HMAC-SHA-256 when given a secret, in the form `@smithy/signature-v4` asks for, on OpenSSL. */
export class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: Source) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytes(secret));
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

function bytes(source: Source): Uint8Array {
  if (typeof source === "string") return Buffer.from(source, "utf8");
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}

/** Lower-case hex SHA-256. */
export const sha256Hex = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

export const hmacSha256 = (secret: string | Uint8Array, data: string | Uint8Array) =>
  createHmac("sha256", secret).update(data).digest();
