/** An end the user is told about in one line; anything else that is thrown is a bug and shows its stack. */
export class CliError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The API or the pipeline will not have this file, however often it is sent: exit code 2. */
export class Refusal extends CliError {
  constructor(message: string) {
    super(message, 2);
  }
}

/** Ctrl-C or a termination signal: exit code 128 plus the signal's number, as shells have it. */
export class Interrupted extends CliError {
  constructor(signal: "SIGINT" | "SIGTERM" | "SIGHUP") {
    super("stopped", { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
  }
}

/** Something that may go better the next time: a broken connection, a busy server. */
export class Transient extends Error {
  /** How long the server asked to be left alone. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
