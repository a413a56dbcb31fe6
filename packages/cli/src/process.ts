import { CALLBACK_PORTS } from "@dropclip/core/sign-in";
import { systemClock } from "@dropclip/local/clock";
import { Interrupted } from "./errors.ts";
import { openBrowser } from "./identity/browser.ts";
import { watchLaunchers } from "./launchers.ts";
import { main } from "./main.ts";
import { startLocalCloud } from "./start/cloud.ts";

/** Ctrl-C may arrive twice, from the terminal and from npm or the shim: within this time both count as one. */
const SAME_SIGNAL_MS = 300;

/** Runs the command line of this process and exits with its code. */
export async function run() {
  const code = await main(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    clock: systemClock,
    random: Math.random,
    signal: interrupts(),
    startCloud: startLocalCloud,
    openBrowser,
    callbackPorts: CALLBACK_PORTS,
  });
  // Open handles must not keep the process alive, but output to a pipe must still be written.
  for (const stream of [process.stdout, process.stderr]) await new Promise((flushed) => stream.write("", flushed));
  process.exit(code);
}

/** Aborts at the first signal; the second ends the process at once. */
export function interrupts(): AbortSignal {
  const controller = new AbortController();
  let stoppedAt: number | undefined;
  const stop = (signal: "SIGINT" | "SIGTERM" | "SIGHUP") => {
    const interrupted = new Interrupted(signal);
    if (stoppedAt === undefined) {
      stoppedAt = performance.now();
      controller.abort(interrupted);
    } else if (performance.now() - stoppedAt > SAME_SIGNAL_MS) {
      process.exit(interrupted.exitCode);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  // The process that started us may end by the same Ctrl-C that stops us already.
  const left = () => stoppedAt === undefined && stop("SIGTERM");
  if (process.channel) {
    process.once("disconnect", left);
    process.channel.unref();
  }
  void watchLaunchers(process.env, left);
  // A closed pager, as in `dropclip executions | head`.
  // A closed terminal: no one reads the output any more.
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  return controller.signal;
}
