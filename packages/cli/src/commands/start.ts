import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { paintFor } from "../color.ts";
import type { Context } from "../context.ts";
import { CliError, messageOf } from "../errors.ts";
import { inspect } from "../files/media-file.ts";
import { dataDirectory, ROOT } from "../paths.ts";
import { Screen } from "../progress/screen.ts";
import { banner, readyLine } from "../start/banner.ts";
import { logLine } from "../start/log-line.ts";
import { runningCloud, writeRunFile } from "../start/run-file.ts";
import { sendSample } from "../start/send-sample.ts";
import type { LogEntry, StartedCloud } from "../start/started.ts";

interface Options {
  fresh?: boolean;
  port?: number;
  graph: string;
  json?: boolean;
  sample?: boolean;
  verbose?: boolean;
}

export function startCommand(context: Context): Command {
  return new Command("start")
    .summary("run all of dropclip on this machine")
    .description("Runs the AWS that stacks/graph.json describes on this machine, until Ctrl-C.")
    .argument("[files...]", "with --sample: send these files instead of a generated clip and photo")
    .option("--fresh", "empty the data directory first")
    .option("--port <n>", "listen on this port (0: any that is free)", portOf)
    .option("--graph <file>", "the resource graph to run", join(ROOT, "stacks", "graph.json"))
    .option("--json", "print all addresses as one line of JSON when ready")
    .option("--sample", "send a clip and a photo to the demo event and print their URLs")
    .option("--verbose", "show the services' debug messages too, and all that functions log")
    .addHelpText("after", "\nDROPCLIP_DIRECTORY names the folder for its data, instead of .dropclip.")
    .action((files: string[], options: Options) => run(context, files, options));
}

async function run(context: Context, paths: string[], options: Options) {
  const files = inspect(paths);
  const screen = new Screen(context.stderr);
  const cloud = await startCloud(context, screen, options);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= cloud.stop();
    return stopping;
  };
  // Handled in the same turn as the signal, whatever is running: the cloud's processes may get the same signal.
  const stopped = interrupted(context.signal).then(stop);
  const gone = cloud.lost?.then((why) => {
    throw new CliError(why);
  });
  // Awaited below; until then a failure must not count as unhandled.
  for (const end of [stopped, gone]) end?.catch(() => {});
  let forget = () => {};
  try {
    forget = writeRunFile(cloud);
    context.stdout.write(options.json ? `${readyLine(cloud)}\n` : banner(cloud, paintFor(context, context.stdout)));
    if (options.sample || files.length > 0)
      await sendSample(options.json ? { ...context, stdout: context.stderr } : context, screen, cloud, files);
    await Promise.race(gone ? [stopped, gone] : [stopped]);
  } finally {
    await stop().finally(forget);
  }
}

async function startCloud(context: Context, screen: Screen, options: Options): Promise<StartedCloud> {
  const directory = dataDirectory(context);
  const other = await runningCloud(directory);
  if (other) throw new CliError(`the local cloud already runs at ${other.api} (process ${other.pid})`);
  const paint = paintFor(context, context.stderr);
  const log = (entry: LogEntry) => {
    if (isDetail(entry) && !options.verbose) return;
    screen.line(logLine(entry, new Date(context.clock.now()), paint));
  };
  try {
    return await context.startCloud({
      root: ROOT,
      graphFile: resolve(options.graph),
      directory,
      ...(options.port !== undefined && { port: options.port }),
      fresh: options.fresh ?? false,
      log,
    });
  } catch (error) {
    if (options.verbose && error instanceof Error) screen.line(error.stack ?? "");
    throw new CliError(messageOf(error));
  }
}

/** What is only to be had when it is asked for. Functions' log files have what they log of their usual work. */
const isDetail = ({ level, function: of }: LogEntry) => level === "debug" || (level === "info" && of !== undefined);

/** Resolves when the user stops the cloud. */
function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function portOf(text: string): number {
  const port = Number(text);
  // The CDN, the AWS endpoint, the sign-in and the pages use the next four ports.
  if (/^\d+$/.test(text) && port <= 65_531) return port;
  throw new InvalidArgumentError("a port is a number from 0 to 65531.");
}
