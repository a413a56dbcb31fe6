import type { SFNClientConfig } from "@aws-sdk/client-sfn";
import { messageOf, Transient } from "../errors.ts";
import { type Patience, pauseAfter } from "../net/retry.ts";

type RetryStrategy = Extract<SFNClientConfig["retryStrategy"], { acquireInitialRetryToken: unknown }>;

/** Makes an AWS client retry as all other requests of the command line do: same count, same pauses, same messages. */
export function retriesOf(patience: Patience, what: string): RetryStrategy {
  const tokenOf = (made: number) => ({ getRetryCount: () => made, getRetryDelay: () => 0 });
  return {
    acquireInitialRetryToken: async () => tokenOf(0),
    async refreshRetryTokenForRetry(token, { error, errorType, retryAfterHint }) {
      // The client finally throws the service's error, whatever is thrown here.
      if (errorType === "CLIENT_ERROR") throw error;
      const made = token.getRetryCount() + 1;
      const afterMs = retryAfterHint && retryAfterHint.getTime() - patience.clock.now();
      await pauseAfter(patience, what, made, new Transient(messageOf(error), afterMs));
      return tokenOf(made);
    },
    recordSuccess() {},
  };
}
