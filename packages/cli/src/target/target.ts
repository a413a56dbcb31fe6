import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { dataDirectory } from "../paths.ts";
import { findCloud, type RunFile, runningCloud } from "../start/run-file.ts";
import { type Outputs, readOutputs } from "./outputs.ts";

/** At most one may be set; without any, the running local cloud is used. */
export interface TargetOptions {
  api?: string;
  stage?: string;
}

/** The deployment that a command calls. */
export interface Target {
  /** Without trailing slashes, so that paths can be appended. */
  api: string;
  /** Its name in messages. */
  name: string;
  /** Options that select the same target in another command, with a space before them. */
  flags: string;
  /** Set for the running local cloud. */
  cloud?: RunFile;
  /** Set for a stage. */
  outputs?: Outputs;
}

/** The target of the options: `--stage`, `--api`, else the running local cloud. A `CliError` when there is none. */
export async function findTarget(context: Context, { api, stage }: TargetOptions): Promise<Target> {
  if (stage !== undefined) {
    const outputs = await readOutputs(context, stage);
    return { api: outputs.api, name: `stage ${stage}`, flags: ` --stage ${stage}`, outputs };
  }
  const directory = dataDirectory(context);
  if (api === undefined) return localTarget(findCloud(directory));
  const base = baseOf(api);
  // The local cloud is recognised when it is named by its address, too.
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
