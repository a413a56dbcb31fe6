import type { LambdaFunction } from "@dropclip/synth/cloud";
import type { MetricSink } from "../metric-sink.ts";
import { AwsError } from "../world.ts";

/** An account's concurrency (AWS Lambda quotas). */
const ACCOUNT = 1000;
/** Concurrency that must stay unreserved: AWS refuses reservations that leave less. */
const LEAST_UNRESERVED = 100;

/** How many invocations are under way, and how many may be: reserved for one function, or shared by all others. */
export class Concurrency {
  readonly #unreserved: number;
  readonly #busy = new Map<string, number>();
  #shared = 0;

  constructor(functions: LambdaFunction[], account = ACCOUNT) {
    const reserved = functions.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
    this.#unreserved = account - reserved;
    if (reserved > 0 && this.#unreserved < LEAST_UNRESERVED)
      throw new Error(
        `the functions reserve ${reserved} of the account's ${account} concurrent executions, and ${LEAST_UNRESERVED} must stay unreserved`,
      );
  }

  /** The most of one function that may ever be under way. */
  of({ reservedConcurrency = this.#unreserved }: LambdaFunction): number {
    return reservedConcurrency;
  }

  /** Counts an invocation, until `leave`. Throws TooManyRequestsException when all places are taken. */
  enter({ name, reservedConcurrency }: LambdaFunction) {
    const busy = this.#busy.get(name) ?? 0;
    if (reservedConcurrency === undefined) {
      if (this.#shared >= this.#unreserved) throw throttled("ConcurrentInvocationLimitExceeded");
      this.#shared++;
    } else if (busy >= reservedConcurrency) throw throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
    this.#busy.set(name, busy + 1);
  }

  /** How many invocations of all functions are under way. */
  get all(): number {
    return [...this.#busy.values()].reduce((sum, busy) => sum + busy, 0);
  }

  /** Tells how many run at once: `AWS/Lambda`, by function and for the account. */
  report(metrics: MetricSink, { name }: LambdaFunction) {
    metrics.put("AWS/Lambda", "ConcurrentExecutions", { FunctionName: name }, this.#busy.get(name) ?? 0);
    metrics.put("AWS/Lambda", "ConcurrentExecutions", {}, this.all);
    metrics.put("AWS/Lambda", "UnreservedConcurrentExecutions", {}, this.#shared);
  }

  leave({ name, reservedConcurrency }: LambdaFunction) {
    if (reservedConcurrency === undefined) this.#shared--;
    this.#busy.set(name, this.#busy.get(name)! - 1);
  }
}

/** Whether the error says that there is no concurrency to spare now. */
export function isThrottled(error: unknown): error is AwsError {
  return error instanceof AwsError && error.code === "TooManyRequestsException";
}

function throttled(Reason: string) {
  return new AwsError("TooManyRequestsException", "Rate Exceeded.", 429, { Type: "User", Reason });
}
