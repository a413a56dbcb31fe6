import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import {
  CliError,
  type Finished,
  findAuthority,
  inspect,
  Refusal,
  Screen,
  type Session,
  seededSession,
  upload,
} from "@dropclip/cli";
import { DEMO_EVENT_ID, SEEDED_USERS } from "@dropclip/cli/demo";
import { systemClock } from "@dropclip/local/clock";
import { clip, generate } from "../../test/support/cloud.ts";
import type { Ready } from "../../test/support/cloud-process.ts";

/** Uploads of all fans at the same time. */
const PARALLEL = 6;
/** Most runs of the command for one upload: after a failed run the fan runs it again, as its message says. */
const RUNS = 20;
/** Photos for each clip. */
const CLIP_EVERY = 4;

/** Files of each kind, made once and sent again and again under new names. */
export async function makeFiles(folder: string) {
  mkdirSync(folder, { recursive: true });
  const photo = (name: string, size: string) =>
    generate(join(folder, name), "-f", "lavfi", "-i", `testsrc2=size=${size}`, "-frames:v", "1");
  return {
    photos: [
      await photo("small.jpg", "640x480"),
      await photo("large.jpg", "2400x1800"),
      await photo("p.png", "900x700"),
    ],
    clips: [
      await clip(join(folder, "short.mp4"), { size: "320x180", seconds: 1 }),
      await clip(join(folder, "long.mp4"), { size: "854x480", seconds: 6 }),
    ],
  };
}

/** Fans who send with the command line's own code, and so retry as it does. */
export class Fans {
  readonly #folder: string;
  readonly #files: Awaited<ReturnType<typeof makeFiles>>;
  readonly #ending: AbortSignal;
  readonly #sessions: Session[] = [];
  readonly #random: () => number;
  readonly finished: Finished[] = [];
  /** Why uploads failed, as text for people. */
  readonly problems: string[] = [];
  #begun = 0;
  #running = 0;
  #api = "";

  constructor(folder: string, files: Awaited<ReturnType<typeof makeFiles>>, random: () => number, ending: AbortSignal) {
    this.#folder = folder;
    this.#files = files;
    this.#random = random;
    this.#ending = ending;
  }

  /** Signs the seeded fans in. */
  async enter(ready: Ready) {
    this.#api = ready.api;
    const context = this.#context("");
    const authority = await findAuthority({ api: ready.api }, context);
    for (const { email, group } of SEEDED_USERS)
      if (group === "fan") this.#sessions.push(await seededSession(ready, authority, context, email));
  }

  /** Sends this many uploads, a few at a time; resolves when all have ended, successful or not. */
  async send(count: number): Promise<void> {
    let left = count;
    const one = async () => {
      while (left-- > 0) await this.#sendOne(this.#begun++);
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, count) }, one));
  }

  get running() {
    return this.#running;
  }

  async #sendOne(index: number) {
    const folder = join(this.#folder, `upload-${index}`);
    mkdirSync(folder, { recursive: true });
    const { photos, clips } = this.#files;
    const all = index % CLIP_EVERY === 0 ? clips : photos;
    const from = all[Math.floor(this.#random() * all.length)]!;
    const path = join(folder, `${index}-${from.split("/").at(-1)}`);
    copyFileSync(from, path);
    this.#running++;
    try {
      const input = { api: this.#api, eventId: DEMO_EVENT_ID, session: this.#sessions[index % this.#sessions.length]! };
      this.finished.push(await this.#patiently(folder, { ...input, files: inspect([path]) }));
    } catch (error) {
      this.problems.push(`upload ${index}: ${(error as Error).message}`);
    } finally {
      this.#running--;
    }
  }

  async #patiently(folder: string, input: Parameters<typeof upload>[2]): Promise<Finished> {
    const context = this.#context(folder);
    for (let run = 1; ; run++) {
      try {
        return await upload(context, new Screen(context.stderr), input);
      } catch (error) {
        this.#ending.throwIfAborted();
        if (!(error instanceof CliError) || error instanceof Refusal || run === RUNS) throw error;
      }
    }
  }

  #context(folder: string): Parameters<typeof upload>[0] {
    const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
    return {
      stdin: process.stdin,
      stdout: nowhere(),
      stderr: nowhere(),
      env: { XDG_CONFIG_HOME: folder },
      clock: systemClock,
      random: this.#random,
      signal: this.#ending,
      startCloud: () => Promise.reject(new Error("none")),
      openBrowser: () => {},
      callbackPorts: [],
    };
  }
}
