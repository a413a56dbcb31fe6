import type { Signed } from "../api/schemas.ts";
import { type Signature, signatureOf } from "./perform.ts";

/** Parts signed per call: few enough to be sent, on a slow line, before the signatures expire. */
const BATCH = 16;

/** Signatures of a file's parts, fetched ahead in batches. */
export class PartSignatures {
  readonly #sign: (partNumbers: number[]) => Promise<Signed>;
  readonly #order: number[];
  readonly #ready = new Map<number, Promise<Signature>>();

  /** `order` lists the parts in the order of sending. */
  constructor(order: number[], sign: (partNumbers: number[]) => Promise<Signed>) {
    this.#order = order;
    this.#sign = sign;
  }

  /** The part's signature. `again` when the last one was refused; then all that were fetched with it are replaced. */
  take(part: number, again: boolean): Promise<Signature> {
    if (again) this.#ready.clear();
    if (!this.#ready.has(part)) this.#fetch(part);
    const signature = this.#ready.get(part)!;
    this.#ready.delete(part);
    return signature;
  }

  #fetch(part: number) {
    const ahead = this.#order.slice(this.#order.indexOf(part));
    const batch = ahead.filter((number) => !this.#ready.has(number)).slice(0, BATCH);
    const answer = this.#sign(batch);
    for (const number of batch) {
      const signature = answer.then((signed) => signatureOf(signed, number));
      // The caller that takes it gets the failure; a failure that no caller takes must not end the process.
      signature.catch(() => this.#ready.delete(number));
      this.#ready.set(number, signature);
    }
  }
}
