import { readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import * as v from "valibot";
import { CliError } from "../errors.ts";
import { writeDurably } from "../files/durable.ts";
import type { StartedCloud } from "./started.ts";

const CONNECT_MS = 1_000;

const RunFile = v.looseObject({
  pid: v.pipe(v.number(), v.integer()),
  stage: v.string(),
  api: v.pipe(v.string(), v.url()),
  region: v.string(),
  credentials: v.looseObject({ accessKeyId: v.string(), secretAccessKey: v.string() }),
  endpoints: v.looseObject({ states: v.string() }),
  issuer: v.optional(v.string()),
  signIn: v.optional(v.string()),
});
export type RunFile = v.InferOutput<typeof RunFile>;

function fileOf(directory: string) {
  return join(directory, "run.json");
}

/**
 * Lets other commands find the cloud in this process. Readable by its owner only: it contains credentials. The file is
 * removed when the returned function is called, or when the process ends before that.
 */
export function writeRunFile(cloud: StartedCloud): () => void {
  const { api, cdn, pages, stage, region, credentials, endpoints, issuer, signIn, directory } = cloud;
  const facts = { pid: process.pid, pages, api, cdn, stage, region, credentials, endpoints, issuer, signIn };
  writeDurably(fileOf(directory), `${JSON.stringify(facts)}\n`);
  const forget = () => {
    process.off("exit", forget);
    try {
      // Another cloud may have written its own file since.
      if (read(directory)?.pid === process.pid) rmSync(fileOf(directory), { force: true });
    } catch {
      // On a disk that is read-only now, the file stays: a reader sees that its process has ended.
    }
  };
  process.on("exit", forget);
  return forget;
}

/** The running local cloud; a `CliError` says that there is none and how to start it. */
export function findCloud(directory: string): RunFile {
  const found = read(directory);
  if (!found) throw new CliError("no local cloud is running: start it with `npm start`");
  if (!isAlive(found.pid))
    throw new CliError(`the local cloud (process ${found.pid}) has ended: start it again with \`npm start\``);
  return found;
}

/**
 * The cloud that uses this directory, if any. After a reboot another program may have its process id: it must also
 * listen.
 */
export async function runningCloud(directory: string): Promise<RunFile | undefined> {
  const found = read(directory);
  return found && isAlive(found.pid) && (await listens(found.api)) ? found : undefined;
}

function listens(api: string): Promise<boolean> {
  const { hostname, port } = new URL(api);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || 80 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(CONNECT_MS, () => end(false));
    socket.on("connect", () => end(true)).on("error", () => end(false));
  });
}

function read(directory: string): RunFile | undefined {
  try {
    return v.parse(v.pipe(v.string(), v.parseJson(), RunFile), readFileSync(fileOf(directory), "utf8"));
  } catch (error) {
    if (v.isValiError(error) || /^(ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process is alive but belongs to another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
