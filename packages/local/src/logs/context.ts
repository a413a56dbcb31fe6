import type { LambdaFunction } from "@dropclip/synth/cloud";
import type { LogEvent } from "../lambda/recent.ts";
import type { JsonOperation } from "../protocol/json.ts";
import type { Settings } from "../settings.ts";
import { AwsError, type World } from "../world.ts";

/** What the operations work on. */
export interface LogsState {
  world: World;
  functions: (Pick<LambdaFunction, "name"> & Partial<Pick<LambdaFunction, "logGroup">>)[];
  /** What a function has logged last. */
  recent: (functionName: string) => readonly LogEvent[];
  settings: Settings;
  startedAtMs: number;
}

export type Operation = JsonOperation<LogsState>;

/** Log groups that there are: those of the functions. */
const GROUP = /^\/aws\/lambda\/(.+)$/;

/** The function whose log group a caller names, by name or ARN. Throws ResourceNotFoundException. */
export function functionOf({ functions }: LogsState, groupName: string): string {
  const [, name] = GROUP.exec(groupName) ?? [];
  if (name !== undefined && functions.some((one) => one.name === name)) return name;
  throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.", 400);
}

export const invalid = (message: string) => new AwsError("InvalidParameterException", message, 400);
