import type { Outcome } from "./outcome.ts";

/**
 * US dollars, us-east-1, without free allowances. The first is from AWS's Step Functions price page; the others are not
 * confirmed there (Lambda: arm64; MediaConvert: basic tier up to 30 frames a second, from third parties). S3, DynamoDB
 * and CloudWatch are left out: they cost the same however long a burst takes to drain.
 */
export const PRICES = {
  transition: 0.025 / 1_000,
  lambdaRequest: 0.2 / 1_000_000,
  lambdaGbSecond: 0.0000133334,
  outputMinuteHd: 0.015,
  outputMinuteSd: 0.0075,
};
/** The price for a clip recorded in 1080p. */
const OUTPUTS = { hd: 3, sd: 2 };

/** Cost of the burst by service, in US dollars. A throttled invocation is not billed. */
export function costOf({ transitions, invocations, gbSeconds, clipSeconds }: Outcome) {
  const clipMinute = OUTPUTS.hd * PRICES.outputMinuteHd + OUTPUTS.sd * PRICES.outputMinuteSd;
  const cents = (dollars: number) => Number(dollars.toFixed(2));
  return {
    stepFunctions: cents(transitions * PRICES.transition),
    lambda: cents(invocations.total * PRICES.lambdaRequest + gbSeconds * PRICES.lambdaGbSecond),
    mediaConvert: cents((clipSeconds / 60) * clipMinute),
  };
}
