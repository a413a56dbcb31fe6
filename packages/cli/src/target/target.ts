import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { dataDirectory } from "../paths.ts";
import { findCloud, type RunFile, runningCloud } from "../start/run-file.ts";
import { type Outputs, readOutputs } from "./outputs.ts";

/** At most one of them; none means the running local cloud. */
export interface TargetOptions {
  api?: string;
  stage?: string;
}

/** The dropclip a command talks to. */
export interface Target {
  /** Without trailing slashes, so that paths can follow. */
  api: string;
  /** For sentences. */
  name: string;
  /** What brings another command to the same place, with a space before it. */
  flags: string;
  /** Of the running local cloud. */
  cloud?: RunFile;
  /** Of a stage. */
  outputs?: Outputs;
}

/** Where the options lead: `--stage`, `--api`, else the running local cloud. A `CliError` when there is nothing. */
export async function findTarget(context: Context, { api, stage }: TargetOptions): Promise<Target> {
  if (stage !== undefined) {
    const outputs = await readOutputs(context, stage);
    return { api: outputs.api, name: `stage ${stage}`, flags: ` --stage ${stage}`, outputs };
  }
  const directory = dataDirectory(context);
  if (api === undefined) return localTarget(findCloud(directory));
  const base = baseOf(api);
  // The local cloud stays the local cloud when it is named by its address.
  const cloud = await runningCloud(directory);
  if (cloud && baseOf(cloud.api) === base) return { ...localTarget(cloud), flags: ` --api ${base}` };
  return { api: base, name: base, flags: ` --api ${base}` };
}

export function localTarget(cloud: RunFile): Target {
  return { api: baseOf(cloud.api), name: "the local cloud", flags: "", cloud };
}

function baseOf(api: string): string {
  if (!URL.canParse(api) || !/^https?:$/.test(new URL(api).protocol))
    throw new CliError(`--api ${api}: not an HTTP URL`);
  return api.replace(/\/+$/, "");
}
