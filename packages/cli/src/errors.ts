/** An error that is shown to the user in one line. Any other error is a bug and shows its stack. */
export class CliError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The API or the pipeline refuses this file, however often it is sent: exit code 2. */
export class Refusal extends CliError {
  constructor(message: string) {
    super(message, 2);
  }
}

/** Ctrl-C or a termination signal: exit code 128 plus the signal's number, as in shells. */
export class Interrupted extends CliError {
  constructor(signal: "SIGINT" | "SIGTERM" | "SIGHUP") {
    super("stopped", { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
  }
}

/** A failure that may not happen again: a broken connection, a busy server. */
export class Transient extends Error {
  /** How long the server asked the client to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
