import type { Cloud } from "@dropclip/synth/cloud";

/** Other settings for the retriers that name an error. */
export interface RetrySetting {
  error: string;
  maxAttempts: number;
  maxDelaySeconds: number;
}

interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  MaxAttempts?: number;
}

const retriersOf = ({ stateMachines }: Cloud): Retrier[] =>
  stateMachines.flatMap(({ definition }) =>
    Object.values((definition as any).States).flatMap((state: any) => state.Retry ?? []),
  );

/** Parses `Lambda.TooManyRequestsException:200:300`. */
export function parseRetry(text: string): RetrySetting {
  const [error, maxAttempts, maxDelaySeconds] = text.split(":");
  const setting = { error: error!, maxAttempts: Number(maxAttempts), maxDelaySeconds: Number(maxDelaySeconds) };
  if (error && setting.maxAttempts >= 0 && setting.maxDelaySeconds > 0) return setting;
  throw new Error(`--retry takes <error>:<MaxAttempts>:<MaxDelaySeconds>, not ${text}`);
}

/** The cloud with other settings in its state machine; throws for an error that no retrier names. */
export function withRetries(facts: Cloud, settings: RetrySetting[]): Cloud {
  const changed = structuredClone(facts);
  for (const { error, maxAttempts, maxDelaySeconds } of settings) {
    const retriers = retriersOf(changed).filter(({ ErrorEquals }) => ErrorEquals.includes(error));
    if (retriers.length === 0) throw new Error(`no retrier of the state machine names ${error}`);
    for (const retrier of retriers)
      Object.assign(retrier, { MaxAttempts: maxAttempts, MaxDelaySeconds: maxDelaySeconds });
  }
  return changed;
}

/**
 * How throttles are retried, one line for each error: `Lambda.TooManyRequestsException: 12 times, 1 s × 2 up to 60 s`.
 */
export function describeRetries(facts: Cloud): string[] {
  const lines = retriersOf(facts).flatMap(({ ErrorEquals, IntervalSeconds = 1, BackoffRate = 2, ...more }) =>
    ErrorEquals.filter((error) => error.includes("TooManyRequests")).map((error) => {
      const { MaxDelaySeconds, MaxAttempts = 3 } = more;
      const longest = MaxDelaySeconds === undefined ? "" : ` up to ${MaxDelaySeconds} s`;
      return `${error}: ${MaxAttempts} times, ${IntervalSeconds} s × ${BackoffRate}${longest}`;
    }),
  );
  return [...new Set(lines)];
}
