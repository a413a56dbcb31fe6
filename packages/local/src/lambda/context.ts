import type { FunctionPermission, LambdaFunction } from "@dropclip/synth/cloud";
import type { RestJsonOperation } from "../protocol/rest-json.ts";
import type { RestInput } from "../protocol/routes.ts";
import type { World } from "../world.ts";
import type { AsyncQueue } from "./async.ts";
import type { Functions } from "./functions.ts";
import { type FunctionReference, parseFunctionName } from "./names.ts";

/** What the operations work on. */
export interface LambdaState {
  world: World;
  list: LambdaFunction[];
  permissions: FunctionPermission[];
  functions: Functions;
  queue: AsyncQueue;
}

export type Operation = RestJsonOperation<LambdaState>;

/** The function that a call's path names, with the qualifier of its query. */
export function referenceOf(world: World, { path, query }: RestInput): FunctionReference {
  return parseFunctionName(world, path.FunctionName ?? "", query.get("Qualifier") ?? undefined);
}
