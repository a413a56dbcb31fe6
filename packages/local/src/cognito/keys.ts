import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import type { Clock } from "../clock.ts";
import type { KeptKey, Secrets } from "./secrets.ts";

const generate = promisify(generateKeyPair);
/** Cognito's keys: RS256. */
const MODULUS_BITS = 2048;

/** A public key as Cognito's JWKS has it. */
export interface PublicJwk {
  alg: "RS256";
  e: string;
  kid: string;
  kty: "RSA";
  n: string;
  use: "sig";
}

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
}

/** The signing keys of one pool. The first is made when it is first needed: that takes a while. */
export class SigningKeys {
  readonly #secrets: Secrets;
  readonly #pool: string;
  readonly #clock: Clock;
  readonly #parsed = new Map<string, { privateKey: KeyObject; publicKey: KeyObject }>();
  #making: Promise<KeptKey> | undefined;

  constructor(secrets: Secrets, pool: string, clock: Clock) {
    this.#secrets = secrets;
    this.#pool = pool;
    this.#clock = clock;
  }

  /** The key that signs. */
  async current(): Promise<SigningKey> {
    const kept = this.#live().find(({ retiredMs }) => retiredMs === undefined) ?? (await this.#make());
    return { kid: kept.kid, privateKey: this.#parse(kept).privateKey };
  }

  /** The public key of that id, unless its last token has expired. */
  find(kid: string): KeyObject | undefined {
    const kept = this.#live().find((key) => key.kid === kid);
    return kept && this.#parse(kept).publicKey;
  }

  /** Every key that a valid token may be signed with, the newest first. */
  async jwks(): Promise<{ keys: PublicJwk[] }> {
    await this.current();
    const keys = this.#live().map((kept): PublicJwk => {
      const { e = "", n = "" } = this.#parse(kept).publicKey.export({ format: "jwk" });
      return { alg: "RS256", e, kid: kept.kid, kty: "RSA", n, use: "sig" };
    });
    return { keys: keys.reverse() };
  }

  /** Signs with a new key from now on; the old one is known until `tokenSeconds` from now. */
  async rotate(tokenSeconds: number): Promise<string> {
    // Two at once make one key.
    return (await this.#make(this.#clock.now() + tokenSeconds * 1000)).kid;
  }

  #make(retiredMs?: number): Promise<KeptKey> {
    this.#making ??= this.#generate(retiredMs).finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #generate(retiredMs?: number): Promise<KeptKey> {
    const { privateKey } = await generate("rsa", { modulusLength: MODULUS_BITS });
    const made: KeptKey = {
      kid: randomBytes(32).toString("base64"),
      privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
      createdMs: this.#clock.now(),
    };
    const older = this.#live().map((key) => ({ ...key, ...(retiredMs && { retiredMs: key.retiredMs ?? retiredMs }) }));
    this.#secrets.setKeys(this.#pool, [...older, made]);
    return made;
  }

  #live(): KeptKey[] {
    const now = this.#clock.now();
    return this.#secrets.keys(this.#pool).filter(({ retiredMs = Number.POSITIVE_INFINITY }) => retiredMs > now);
  }

  #parse({ kid, privateKey: pem }: KeptKey) {
    let parsed = this.#parsed.get(kid);
    if (!parsed) {
      const privateKey = createPrivateKey(pem);
      parsed = { privateKey, publicKey: createPublicKey(privateKey) };
      this.#parsed.set(kid, parsed);
    }
    return parsed;
  }
}
