import { performance } from "node:perf_hooks";

/** Requests a second of all callers together, by AWS's category of them. */
export interface Quotas {
  /** Sign-ups, by users and administrators. */
  userCreation: number;
  /** Sign-ins. */
  userAuthentication: number;
}

/** An account's, until it asks for more. https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html */
export const QUOTAS: Quotas = { userCreation: 50, userAuthentication: 120 };

/** Lets so many requests a second in, after a pause as many at once. In real time: a test's clock may stand still. */
export class RateLimit {
  readonly #perSecond: number;
  #tokens: number;
  #countedMs = performance.now();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
  }

  admits(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((now - this.#countedMs) / 1000) * this.#perSecond);
    this.#countedMs = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
