import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { environmentOf } from "@dropclip/local/lambda/environment";
import type { LambdaFunction } from "@dropclip/synth/cloud";
import type { Ending } from "./caller.ts";
import { pack } from "./pack.ts";

/** Nothing listens there: a call that gets as far as AWS is refused. */
const CLOSED = "http://127.0.0.1:1";
/** A handler that waits for something else is ended. */
const LONGEST_MS = 60_000;
const MISSING =
  /ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|Cannot find (?:package|module)|Dynamic require of|ERR_DLOPEN_FAILED/;
const REFUSED = /ECONNREFUSED/;

/**
 * Packs a function, calls it with each event where nothing answers, and returns what is wrong, a line each: it must get
 * as far as a call of AWS, and must not miss a module on the way.
 */
export async function check(root: string, fn: LambdaFunction, events: unknown[], folder: string): Promise<string[]> {
  const packed = await pack(root, fn, folder);
  const { endings, logs } = await invoke(fn, events, folder);
  const all = [...endings.map((one) => one.text), logs];
  const missing = all.filter((one) => MISSING.test(one)).map((one) => `misses a module: ${excerpt(one, MISSING)}`);
  const refused = all.some((one) => REFUSED.test(one));
  const never = `never came as far as a call of AWS: ${all.join(" ").trim().slice(0, 300) || "it ended without a word"}`;
  const problems = [...packed, ...new Set(missing), ...(refused || missing.length ? [] : [never])];
  return problems.map((problem) => `${fn.name} ${problem}`);
}

async function invoke(fn: LambdaFunction, events: unknown[], folder: string) {
  const handler = `bundle.${fn.handler.split(".").at(-1)}`;
  const world = {
    region: "us-east-1",
    endpoint: () => CLOSED,
    assumeRole: () => ({ accessKeyId: "ASIATEST", secretAccessKey: "secret", sessionToken: "session" }),
  };
  const bundle = { directory: folder, handler };
  const child = fork(join(import.meta.dirname, "caller.ts"), [folder, handler.split(".")[1]!, JSON.stringify(events)], {
    cwd: folder,
    env: { ...environmentOf(world, fn, bundle, "stream", (value) => value), AWS_MAX_ATTEMPTS: "1" },
    execArgv: [],
    timeout: LONGEST_MS,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let endings: Ending[] = [];
  child.once("message", (message) => {
    endings = message as Ending[];
  });
  const [out, errors] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, "close")]);
  return { endings, logs: out + errors };
}

function excerpt(text: string, around: RegExp) {
  const at = around.exec(text)!.index;
  return text.slice(Math.max(0, at - 40), at + 200).replaceAll("\n", " ");
}
