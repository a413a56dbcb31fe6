import { durationText } from "@dropclip/cli";
import type { Clock } from "@dropclip/local/clock";
import type { Page } from "playwright-core";
import { type Answer, type Api, apiOf } from "./api.ts";
import type { Visitors } from "./browser/browser.ts";
import { explain, mayPass, Unexpected } from "./expect.ts";
import type { Sample } from "./media.ts";
import type { Target } from "./target.ts";
import type { Account, Accounts, Role } from "./users.ts";

/** One end-to-end run: the state that its steps share. */
export interface Run {
  target: Target;
  accounts: Accounts;
  /** The API without a token. */
  nobody: Api;
  /** Browsers that look at the pages. */
  visitors: Visitors;
  /** Results of steps. A step names the steps it needs, so that their results exist. */
  made: Made;
  /** Folder for files; removed at the end. */
  folder: string;
  clock: Clock;
  /** Aborted when the run must end. */
  signal: AbortSignal;
  /** Prints a line beside the report. */
  say(line: string): void;
}

export interface User extends Account {
  api: Api;
}

export interface Made {
  /** Non-public operations of the API, from its own description. */
  operations: Operation[];
  users: Record<Role, User>;
  sample: Sample;
  eventId: string;
  /** URLs of flyers: the one served now, and the one before it. */
  flyer: string;
  oldFlyer: string;
  /** Ids: a clip and photos, a clip sent in parts, a photo of the creative. */
  uploads: { mixed: string; parts: string; own: string };
  /** The records of the same uploads, once complete. */
  records: { mixed: any; parts: any; own: any };
  collectionId: string;
  /** The page of the fan who has signed in on it, and what they sent there. */
  fanPage: Page;
  pageUpload: string;
  /** Names of the alarms that rang when the run began. */
  ringing: Set<string>;
  /** Every URL that the CDN has served. */
  served: Set<string>;
}

export interface Operation {
  method: string;
  path: string;
  operationId: string;
  access: "user" | "creative";
  hasBody: boolean;
}

/** How often a wait is reported. */
const PROGRESS_MS = 10_000;

/**
 * Calls `look` again and again until it no longer throws. Gives up at the target's time limit, or when waiting
 * cannot help. `what` names the thing that is waited for.
 */
export async function until<T>(run: Run, what: string, look: () => Promise<T>): Promise<T> {
  const { clock, signal, say } = run;
  const { everyMs, limitMs } = run.target.polling;
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

/**
 * The API for one user, or without a token. Makes no more calls once the run must end, and waits as long as the API
 * asks.
 */
export function patientApi({ target, clock, signal }: Pick<Run, "target" | "clock" | "signal">, token?: string): Api {
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

/** A limit of calls per minute says when to come back; a quota that is used up does not. */
const secondsOf = ({ headers }: Answer) => Number(headers.get("retry-after") ?? 0);
