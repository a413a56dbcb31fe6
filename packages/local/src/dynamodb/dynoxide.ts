import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import type { Agent } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { foreignEnd } from "../foreign-end.ts";
import type { World } from "../world.ts";
import { ask, type Engine, keepAlive } from "./engine.ts";
import { storageErrorOf } from "./fault.ts";
import { drawAddress, findIsolation, type Isolation } from "./isolation.ts";
import { keep } from "./keeper.ts";
import { Lines } from "./lines.ts";

const START_MS = 10_000;
const POLL_MS = 20;
const STOP_MS = 3_000;
/** Waits between restarts of an engine that keeps dying. */
const RESTART_MS = [0, 100, 500, 2_000, 5_000];
const STDERR_CHARACTERS = 2_000;

/** Path of the engine's binary. Throws one clear sentence where there is none for this machine. */
export function findDynoxide(platform: string = process.platform, architecture: string = process.arch): string {
  const name = `@dynoxide/${platform}-${architecture}`;
  try {
    return join(createRequire(import.meta.url).resolve(`${name}/package.json`), "../dynoxide");
  } catch {
    const instead = "set DROPCLIP_DYNAMODB_ENDPOINT to a DynamoDB-compatible engine on this machine";
    throw new Error(`no DynamoDB engine for ${platform} on ${architecture} (${name} is not installed): ${instead}`);
  }
}

/** The engine on a database file in the world's directory; started again when it dies. */
export async function startDynoxide(world: World): Promise<Engine> {
  const binary = findDynoxide();
  const isolation = await findIsolation(world.directory);
  const engine = new Dynoxide(world, binary, isolation);
  const url = await engine.url();
  if (isolation.kind === "address") {
    const message = `the DynamoDB engine answers every user of this machine at ${url}, since it cannot have a network of its own (${isolation.reason})`;
    world.log({ service: "dynamodb", level: "warn", message });
  } else {
    const message = `the DynamoDB engine has a network of its own (${isolation.command.join(" ")})`;
    world.log({ service: "dynamodb", level: "debug", message });
  }
  return engine;
}

class Dynoxide implements Engine {
  readonly agent: Agent;
  readonly #lines: Lines | undefined;
  readonly #isolation: Isolation;
  readonly #world: World;
  readonly #binary: string;
  readonly #file: string;
  readonly #pidFile: string;
  #url: Promise<string>;
  #child: ChildProcess | undefined;
  #failures = 0;
  #stopping = false;

  constructor(world: World, binary: string, isolation: Isolation) {
    this.#isolation = isolation;
    this.#lines = isolation.kind === "namespace" ? new Lines() : undefined;
    this.agent = this.#lines ?? keepAlive();
    this.#world = world;
    this.#binary = binary;
    this.#file = join(world.directory, "dynamodb.db");
    this.#pidFile = join(world.directory, "dynamodb.pid");
    endLeftOver(this.#pidFile, this.#file);
    this.#url = this.#start();
  }

  url() {
    return this.#url;
  }

  async stop() {
    this.#stopping = true;
    this.agent.destroy();
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, "exit");
    // Asked to end it folds its log into the database file; should it not, closing stdin ends it.
    signal(readPid(this.#pidFile), "SIGTERM");
    const limit = setTimeout(() => child.stdin?.end(), STOP_MS);
    await gone;
    clearTimeout(limit);
    child.stdin?.destroy();
    forget(this.#pidFile);
  }

  async #start(): Promise<string> {
    const { host, port } = await drawAddress(this.#isolation);
    if (this.#stopping) throw new Error("the DynamoDB engine is stopped");
    const command = [this.#binary, "serve", "--host", host, "--port", String(port), "--db-path", this.#file];
    const child = keep(this.#isolation, command, this.#pidFile);
    this.#lines?.use(child);
    this.#child = child;
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said = (said + chunk).slice(-STDERR_CHARACTERS);
    });
    child.stdin?.on("error", () => undefined); // the exit reports it
    const url = `http://${host}:${port}`;
    const exited = once(child, "exit").then(() => {
      child.stdin?.destroy();
      throw storageErrorOf(this.#world, said, this.#file) ?? new Error(`the DynamoDB engine ended: ${said.trim()}`);
    });
    try {
      await Promise.race([this.#answers(url), exited]);
    } catch (error) {
      // Should it still run, this ends it.
      child.stdin?.destroy();
      throw error;
    }
    exited.catch((error: Error) => this.#restart(error));
    return url;
  }

  #restart(error: Error) {
    if (this.#stopping) return;
    // It may have been ended together with us, who are told in a moment.
    void foreignEnd(this.#world.store.frozen).then(() => {
      if (this.#stopping) return;
      this.#world.log({ service: "dynamodb", level: "error", message: `${error.message}; starting it again` });
    });
    this.#url = this.#retry();
    this.#url.catch(() => undefined); // requests report it
  }

  async #retry(): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      const wait = RESTART_MS[Math.min(this.#failures++, RESTART_MS.length - 1)]!;
      await new Promise((resolve) => setTimeout(resolve, wait).unref());
      try {
        if (this.#stopping) throw new Error("the DynamoDB engine is stopped");
        const url = await this.#start();
        this.#failures = 0;
        return url;
      } catch (error) {
        if (this.#stopping) throw error;
        // On a disk that takes no writes it cannot start, however often; it does when there is room.
        if (attempt < RESTART_MS.length || this.#world.store.disk.look() !== undefined) continue;
        this.#world.log({
          service: "dynamodb",
          level: "error",
          message: `the DynamoDB engine does not start: ${error}`,
        });
        throw error;
      }
    }
  }

  async #answers(url: string) {
    const engine = { url: async () => url, agent: this.agent, stop: async () => undefined };
    for (let waited = 0; waited < START_MS; waited += POLL_MS) {
      try {
        await ask(engine, "ListTables", {});
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    }
    throw new Error(`the DynamoDB engine did not answer within ${START_MS / 1000} seconds`);
  }
}

/** Ends an engine that an earlier start left behind: two on one file would not see each other's writes. */
function endLeftOver(pidFile: string, database: string) {
  const pid = readPid(pidFile);
  if (pid === undefined) return;
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(database)) signal(pid, "SIGKILL");
  } catch {
    // It has ended with its service, as it should.
  }
  forget(pidFile);
}

/** On a disk that has become read-only the file stays: the next start sees that its process is gone. */
function forget(pidFile: string) {
  try {
    rmSync(pidFile, { force: true });
  } catch {
    // As said above.
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function signal(pid: number | undefined, name: NodeJS.Signals) {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}
