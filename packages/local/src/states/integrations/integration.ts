import type { Principal } from "../../world.ts";
import type { TaskDescription } from "../interpreter/environment.ts";
import type { Json, JsonObject } from "../types.ts";

/** One attempt of a task, as an integration gets it. */
export interface TaskCall {
  resource: string;
  arguments: Json;
  /** The same for the same attempt, also after a restart; at most 64 characters. */
  token: string;
  /** The machine's role, in a session named as the execution. */
  principal: Principal;
  signal: AbortSignal;
}

/** What a Task's `Resource` can be. Failures are thrown as `StateError`. */
export interface Integration {
  describe(resource: string): TaskDescription;
  /** Why this resource with these fields cannot run; undefined when it can. Asked once, at the start. */
  refusal?(resource: string, fields: JsonObject): string | undefined;
  /** Request and response. */
  call?(call: TaskCall): Promise<Json>;
  /** Begins a job; what it does is part of the transaction that records the submission. */
  submit?(call: TaskCall): { output: Json; jobId: string };
  /** Waits for a job's end; the principal is the machine's role here too. */
  wait?(jobId: string, principal: Principal, signal: AbortSignal): Promise<Json>;
  cancel?(jobId: string, principal: Principal): void;
  /**
   * Name of the EventBridge rule by which Step Functions hears of a job's end; it makes the rule with the machine's
   * role.
   */
  managedRule?: string;
}

export type Find = (resource: string) => Integration | undefined;

export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
