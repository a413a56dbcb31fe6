/** A failure inside an execution, in the States Language's words. */
export class StateError extends Error {
  /**
   * The name `ErrorEquals` matches: `States.Timeout`, `Lambda.ServiceException`, a function's error type; absent in a
   * Fail state without one.
   */
  readonly error?: string;
  readonly reason?: string;
  /** `States.ALL` and `States.TaskFailed` do not match it. */
  readonly beyondAll: boolean;
  constructor(error: string | undefined, cause?: string, beyondAll = false) {
    super(`${error ?? "unnamed error"}: ${cause ?? "no cause"}`);
    this.error = error;
    this.reason = cause;
    this.beyondAll = beyondAll;
  }

  /** `$states.errorOutput`, and a catcher's output. */
  get output(): { Error?: string; Cause?: string } {
    return {
      ...(this.error !== undefined && { Error: this.error }),
      ...(this.reason !== undefined && { Cause: this.reason }),
    };
  }
}

/**
 * A JSONata expression that failed: States.QueryEvaluationError.
 * `detail` lacks the state and event it happened in; the interpreter, who knows them, puts them in front.
 */
export class EvaluationError extends Error {
  readonly detail: string;
  /** Field the expression stands in, such as `Output/result`. */
  readonly location?: string;
  constructor(detail: string, location?: string) {
    super(detail);
    this.detail = detail;
    this.location = location;
  }
}

/** A States.Runtime: no Retry and no Catch stops it. `detail` as in `EvaluationError`. */
export class RuntimeError extends Error {
  readonly detail: string;
  constructor(detail: string) {
    super(detail);
    this.detail = detail;
  }
}

/** The 25,000th event ends the execution, whatever it was about to do. */
export class HistoryLimitError extends Error {}

/**
 * A task's result or a state's output over 256 KiB; `name` is the integration's service, the function's ARN or the
 * state. The guide says `States.ALL` does not catch it; recorded on AWS, it does catch a task's.
 */
export function dataLimitExceeded(name: string, of: "task" | "state"): StateError {
  const cause = `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return new StateError("States.DataLimitExceeded", cause, of === "state");
}
