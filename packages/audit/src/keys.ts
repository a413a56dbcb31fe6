import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Resource } from "@dropclip/synth/graph";
import { ALSO } from "./types.ts";

/** The inputs that tell resources of a type apart; the name where nothing is said. */
const KEYS: Record<string, string[]> = {
  [TYPE.bucket]: ["bucket"],
  [TYPE.bucketPolicy]: ["bucket"],
  [TYPE.bucketCors]: ["bucket"],
  [TYPE.bucketLifecycle]: ["bucket"],
  [TYPE.bucketLogging]: ["bucket"],
  [ALSO.accessBlock]: ["bucket"],
  [TYPE.queuePolicy]: ["queueUrl"],
  [TYPE.target]: ["rule", "targetId"],
};

/** What a resource is known by, in the graph and in the account. */
export function keyOf({ type, inputs }: Pick<Resource, "type" | "inputs">): string | undefined {
  const parts = (KEYS[type] ?? ["name"]).map((key) => inputs[key]);
  return parts.every((part) => part !== undefined) ? parts.join("/") : undefined;
}
