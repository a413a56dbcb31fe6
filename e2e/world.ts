import { durationText } from "@dropclip/cli";
import type { Clock } from "@dropclip/local/clock";
import { type Answer, type Api, apiOf } from "./api.ts";
import { explain, mayPass, Unexpected } from "./expect.ts";
import type { Sample } from "./media.ts";
import type { Target } from "./target.ts";
import type { Account, Accounts, Role } from "./users.ts";

/** What the steps share. */
export interface World {
  target: Target;
  accounts: Accounts;
  /** The API as nobody. */
  nobody: Api;
  /** What steps have made. A step names those it needs, so that what they made is there. */
  made: Made;
  /** For files; removed at the end. */
  folder: string;
  clock: Clock;
  /** Aborted when the run is to end. */
  signal: AbortSignal;
  /** Shows a line beside the report. */
  say(line: string): void;
}

export interface User extends Account {
  api: Api;
}

export interface Made {
  /** Non-public operations of the API, as it describes itself. */
  operations: Operation[];
  users: Record<Role, User>;
  sample: Sample;
  eventId: string;
  /** URLs of flyers: the one that is served, and the one before. */
  flyer: string;
  oldFlyer: string;
  /** Ids: a clip and photos, a clip in parts, a photo of the creative. */
  uploads: { mixed: string; parts: string; own: string };
  /** The same uploads' records, once complete. */
  records: { mixed: any; parts: any; own: any };
  collectionId: string;
  /** Every address the CDN has served. */
  served: Set<string>;
}

export interface Operation {
  method: string;
  path: string;
  operationId: string;
  access: "user" | "creative";
  hasBody: boolean;
}

/** A wait is told of this often. */
const PROGRESS_MS = 10_000;

/**
 * Looks again and again until `look` no longer throws; gives up when the target's patience ends, or when waiting cannot
 * help. `what` names what is waited for.
 */
export async function until<T>(world: World, what: string, look: () => Promise<T>): Promise<T> {
  const { clock, signal, say } = world;
  const { everyMs, limitMs } = world.target.patience;
  const start = clock.now();
  let told = start;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      signal.throwIfAborted();
      const now = clock.now();
      const waited = durationText(now - start);
      if (!mayPass(error)) throw error;
      if (now - start >= limitMs) throw new Unexpected(`${what}: not within ${waited}: ${explain(error)}`);
      if (now - told >= PROGRESS_MS) {
        say(`${what}, ${waited}: ${explain(error).split("\n")[0]}`);
        told = now;
      }
    }
    await clock.sleep(everyMs, signal);
  }
}

/** The API for one user or nobody: makes no more calls once the run is to end, and waits where it is asked to. */
export function patientApi({ target, clock, signal }: Pick<World, "target" | "clock" | "signal">, token?: string): Api {
  const api = apiOf(target.api, token);
  return async (...call) => {
    for (;;) {
      signal.throwIfAborted();
      const answer = await api(...call);
      const waitMs = answer.status === 429 ? secondsOf(answer) * 1000 : 0;
      if (waitMs === 0) return answer;
      await clock.sleep(waitMs, signal);
    }
  };
}

/** Calls too many a minute say when to come back; a quota that is used up does not. */
const secondsOf = ({ headers }: Answer) => Number(headers.get("retry-after") ?? 0);
