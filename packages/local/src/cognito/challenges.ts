import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import { notAuthorized } from "./errors.ts";

/**
 * How long a sign-in may take from its password to its code: `AuthSessionValidity` where a client says nothing, and on
 * the pages always, as users of managed login report.
 */
const SESSION_MS = 3 * 60 * 1000;

interface Asked {
  sub: string;
  clientId: string;
  untilMs: number;
}

/** Sign-ins that wait for a code, in memory: whoever waited when the cloud stopped begins anew. */
export class Challenges {
  readonly #clock: Clock;
  readonly #asked = new Map<string, Asked>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The session by which the answer is known. */
  ask(sub: string, clientId: string): string {
    const now = this.#clock.now();
    for (const [session, { untilMs }] of this.#asked) if (untilMs <= now) this.#asked.delete(session);
    const session = randomBytes(96).toString("base64url");
    this.#asked.set(session, { sub, clientId, untilMs: now + SESSION_MS });
    return session;
  }

  /** Whose sign-in it is. Throws NotAuthorizedException for any but one that waits at this client. */
  find(session: string, clientId: string): string {
    const asked = this.#asked.get(session);
    if (!asked || asked.clientId !== clientId) throw notAuthorized("Invalid session for the user.");
    if (asked.untilMs > this.#clock.now()) return asked.sub;
    this.#asked.delete(session);
    throw notAuthorized("Invalid session for the user, session is expired.");
  }

  done(session: string) {
    this.#asked.delete(session);
  }
}
