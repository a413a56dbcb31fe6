import type { StateMachine } from "@dropclip/synth/cloud";

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** One `Retry` entry; every number is in seconds or counts. */
export interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: "FULL" | "NONE";
}

/** One `Catch` entry. */
export interface Catcher extends JsonObject {
  ErrorEquals: string[];
  Next: string;
}

/** A state as the States Language has it; fields of its type stand beside these. */
export type State = {
  Type: "Task" | "Pass" | "Choice" | "Wait" | "Succeed" | "Fail" | "Parallel" | "Map";
  QueryLanguage?: "JSONata" | "JSONPath";
  Next?: string;
  End?: boolean;
  Retry?: Retrier[];
  Catch?: Catcher[];
} & { [field: string]: any };

/** States with an entry point: a state machine, a branch of a Parallel, the processor of a Map. */
export interface Flow {
  StartAt: string;
  States: Record<string, State>;
}

export interface Definition extends Flow {
  QueryLanguage?: "JSONata" | "JSONPath";
  TimeoutSeconds?: number;
}

export type Machine = StateMachine;

export type Status = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** An execution as it is stored; times in milliseconds since the epoch. */
export interface Execution {
  id: number;
  arn: string;
  machineArn: string;
  machineName: string;
  name: string;
  roleArn: string;
  /** Hash of the definition it began with. */
  definition: string;
  status: Status;
  startedAt: number;
  stoppedAt: number | null;
  /** JSON text, as the caller sent it. */
  input: string;
  output: string | null;
  error: string | null;
  cause: string | null;
  redriveCount: number;
  redrivenAt: number | null;
  /** When the machine's `TimeoutSeconds` end it. */
  deadline: number | null;
  lastEventId: number;
  /** Last number given to a thread or to a task's attempt. */
  serial: number;
}

/** An event as GetExecutionHistory answers it; `timestamp` in seconds since the epoch. */
export interface HistoryEvent {
  timestamp: number;
  type: string;
  id: number;
  previousEventId: number;
  [details: `${string}EventDetails`]: JsonObject;
}

/**
 * What a thread is doing: `enter` a state, `attempt` its work (again), `waiting` and `retrying` until a moment,
 * `running` a task, `submitted` a job it waits for, `forked` into children, `done` with its flow.
 */
export type Phase = "enter" | "attempt" | "waiting" | "retrying" | "running" | "submitted" | "forked" | "done";

/** A task that was scheduled. */
export interface RunningTask {
  /** Names this attempt within the execution. */
  attempt: number;
  arguments: Json;
  timeoutSeconds?: number;
  deadline?: number;
  /** Job of a `.sync` integration, once submitted. */
  jobId?: string;
}

/** What a Parallel or Map waits for. */
export interface Fork {
  total: number;
  /** Index of the child to begin next. */
  next: number;
  done: number;
  /** 0: all at once. */
  concurrency: number;
  /** Items of a Map. */
  items?: Json[];
  /** Run of a distributed Map. */
  mapRun?: MapRun;
}

/** A distributed Map's run; events are noted by their ids. */
export interface MapRun {
  arn: string;
  started: number;
  failed: number;
  toleratedCount?: number;
  toleratedPercentage?: number;
}

/**
 * One sequence of states: the machine itself, a branch or an iteration. All that is needed to go on after a restart.
 */
export interface Thread {
  id: number;
  parent: number | null;
  /** Place among its siblings. */
  index: number;
  /** Keys from the definition to the flow it runs. */
  path: string[];
  state: string;
  phase: Phase;
  input: Json;
  variables: JsonObject;
  /** Id of the event its next one follows. */
  last: number;
  /** `last` as it was before the current state was entered. */
  before: number;
  /** Id of the Entered event of the current state. */
  entered: number;
  enteredAt: number;
  /** Retries used, by index of the retrier. */
  retries: Record<number, number>;
  retryCount: number;
  /** End of `waiting` or `retrying`. */
  until?: number;
  task?: RunningTask;
  fork?: Fork;
  /** Item of a Map's iteration. */
  item?: { index: number; value: Json };
  /**
   * Iterations of a distributed Map are executions of their own on AWS: their events are not in the parent's history.
   */
  silent?: boolean;
  /** A sibling's failure or the execution's end took it down. */
  aborted?: boolean;
  /** Output of a thread that is `done`. */
  output?: Json;
}
