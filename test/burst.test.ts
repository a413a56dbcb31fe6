import { describe, expect, it } from "vitest";
import { SimulatedClock } from "../bench/burst/clock.ts";
import { type Quotas, quotasOf, TokenBucket } from "../bench/burst/quotas.ts";
import { table } from "../bench/burst/report.ts";
import { parseRetry, withRetries } from "../bench/burst/retries.ts";
import { readFacts, runScenario } from "../bench/burst/scenario.ts";
import { simulate } from "../bench/burst/simulate.ts";

const UPLOADS = 200;
/** Quotas that the burst of a test meets as ten thousand uploads meet those of a new account. */
const TIGHT: Quotas = {
  ...quotasOf("us-east-1", 2),
  startExecution: { burst: 20, perSecond: 2 },
  createJob: { burst: 2, perSecond: 0.2 },
  probe: { burst: 2, perSecond: 0.2 },
  concurrentJobs: 5,
};
const facts = readFacts();
const burst = (quotas: Partial<Quotas> = {}, retry?: string) =>
  simulate({
    ...{ uploads: UPLOADS, seconds: 10, clips: 0.15, seed: 7, quotas: { ...TIGHT, ...quotas } },
    facts: withRetries(facts, retry ? [parseRetry(retry)] : []),
  });

describe("a burst of uploads", () => {
  it("is lost in no part when every quota on its way is met", async () => {
    const outcome = await burst();
    expect(outcome.throttles.toJSON()).toMatchObject({
      "Lambda claim-upload": expect.any(Number),
      "Lambda publish-image": expect.any(Number),
      "MediaConvert Probe": expect.any(Number),
      "Step Functions StartExecution": expect.any(Number),
    });
    expect(outcome.tookMs).toHaveLength(UPLOADS);
    expect({ lost: outcome.lost, failed: outcome.failed.total, dead: outcome.deadLetters }).toEqual({
      ...{ lost: 0, failed: 0, dead: 0 },
    });
    expect(outcome.jobs).toBe(outcome.clips);
    // Two functions at a time and 2.6 s for each photo: 4 minutes at best.
    expect(outcome.drainedMs).toBeLessThan(20 * 60_000);
  });
});
