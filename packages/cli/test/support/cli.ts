import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import type { Context } from "../../src/context.ts";
import { openKeyring } from "../../src/identity/keyring.ts";
import { signedIn } from "../../src/identity/tokens.ts";
import { main } from "../../src/main.ts";
import { writeRunFile } from "../../src/start/run-file.ts";
import type { TestCloud } from "./test-cloud.ts";
import { CLIENT_ID } from "./test-identity.ts";

/** A clock that advances only by sleeping: waits of the command are recorded instead. */
export class InstantClock {
  readonly sleeps: number[] = [];
  #now = Date.parse("2026-01-02T03:04:05Z");

  now() {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal) {
    signal?.throwIfAborted();
    this.sleeps.push(ms);
    this.#now += ms;
    // One turn of the event loop, so that an endless wait cannot block the servers.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A stream that keeps what is written; with `columns` it is a terminal. */
export class Recorder extends Writable {
  text = "";
  readonly isTTY: boolean;
  readonly columns: number | undefined;

  constructor(columns?: number) {
    super();
    this.isTTY = columns !== undefined;
    this.columns = columns;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.text += chunk.toString();
    done();
  }
}

/** Typed input; from a terminal unless it is a pipe. */
export class Keyboard extends PassThrough {
  readonly isTTY: boolean;

  constructor(typed: string, { isTTY = true } = {}) {
    super();
    this.isTTY = isTTY;
    this.end(typed);
  }
}

export interface Run {
  code: number;
  stdout: string;
  stderr: string;
  sleeps: number[];
}

/** A user: a home and a working folder of their own, and the command line. */
export class User {
  readonly folder = mkdtempSync(join(tmpdir(), "dropclip-cli-"));
  readonly dataDirectory = join(this.folder, ".dropclip");
  readonly env = {
    HOME: this.folder,
    XDG_CONFIG_HOME: join(this.folder, "config"),
    DROPCLIP_DIRECTORY: this.dataDirectory,
    NO_COLOR: "1",
  };

  /** Makes a file whose every thousand bytes differ. */
  file(name: string, bytes: number): string {
    const path = join(this.folder, name);
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(path, contentOf(bytes));
    return path;
  }

  /** Makes `cloud` the running local cloud of this user's data directory. */
  hasLocal(cloud: TestCloud) {
    writeRunFile({ ...cloud.facts(), directory: this.dataDirectory, stop: async () => {} });
  }

  /** Signs in as a user that the cloud knows, for longer than any test takes. */
  async signIn(cloud: TestCloud, email = "fan@example.com", tokens = cloud.identity.issue(email)) {
    const authority = { issuer: cloud.identity.issuer, clientId: CLIENT_ID };
    const clock = new InstantClock();
    const context = { env: this.env, clock, signal: new AbortController().signal };
    const keyring = openKeyring(context, { api: cloud.base }, authority);
    const user = signedIn({ ...tokens, expiresInSeconds: 100 * 365 * 24 * 3600 }, clock.now());
    await keyring.change((users) => ({
      users: [user, ...users.filter(({ userId }) => userId !== user.userId)],
      result: undefined,
    }));
    return user;
  }

  async run(args: string[], context: Partial<Context> = {}): Promise<Run> {
    const [stdout, stderr, clock] = [new Recorder(), new Recorder(), new InstantClock()];
    const code = await main(args, {
      stdin: new Keyboard("", { isTTY: false }),
      stdout,
      stderr,
      clock,
      env: this.env,
      random: () => 0.5,
      signal: new AbortController().signal,
      startCloud: () => Promise.reject(new Error("this test has no cloud")),
      openBrowser: () => {
        throw new Error("this test has no browser");
      },
      callbackPorts: [],
      ...context,
    });
    return { code, stdout: stdout.text, stderr: stderr.text, sleeps: clock.sleeps };
  }

  leave() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function contentOf(bytes: number): Buffer {
  const content = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 4) content.writeUInt32LE(at, Math.min(at, bytes - 4));
  return content;
}

/** An event other than the demo event. */
export const EVENT_ID = "01900000-0000-7000-8000-00000000aaaa";
