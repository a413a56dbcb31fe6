import { Bill, Clip } from "@dropclip/core/cost";
import type { Outcome } from "./outcome.ts";
import { clipOf } from "./uploads.ts";

/**
 * Cost of the burst by service, in US dollars, by the prices that `dropclip cost` counts with. S3, DynamoDB and
 * CloudWatch are left out: they cost the same however long a burst takes to drain. Throttled calls are not billed.
 */
export function costOf({ transitions, invocations, gbSeconds, clipSeconds }: Outcome) {
  const dollars = (amounts: Parameters<typeof Bill.of>[0]) => Number(Bill.of(amounts).total.toFixed(2));
  return {
    stepFunctions: dollars({ "Step Functions": transitions }),
    lambda: dollars({ "Lambda, calls": invocations.total, "Lambda, time": gbSeconds }),
    mediaConvert: dollars(Bill.times(Clip.converted(clipOf(60)), clipSeconds / 60)),
  };
}
