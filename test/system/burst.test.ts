import { describe, expect, it } from "vitest";
import { SimulatedClock } from "../../bench/burst/clock.ts";
import { summary } from "../../bench/burst/outcome.ts";
import { type Quotas, quotasOf, TokenBucket } from "../../bench/burst/quotas.ts";
import { parseRetry, withRetries } from "../../bench/burst/retries.ts";
import { readFacts } from "../../bench/burst/scenario.ts";
import { simulate } from "../../bench/burst/simulate.ts";

const MINUTE_MS = 60_000;
/** Quotas that a small burst meets as ten thousand uploads meet those of a new account. */
const TIGHT: Quotas = {
  ...quotasOf("us-east-1", 4),
  startExecution: { burst: 20, perSecond: 5 },
  stateTransition: { burst: 20, perSecond: 20 },
  createJob: { burst: 2, perSecond: 0.2 },
  probe: { burst: 2, perSecond: 0.5 },
  concurrentJobs: 3,
};
const UPLOADS = 200;
const DEPLOYED = readFacts();

interface Change {
  uploads?: number;
  seed?: number;
  quotas?: Partial<Quotas>;
  retry?: string;
}

const burst = ({ uploads = UPLOADS, seed = 1, quotas, retry }: Change = {}) =>
  simulate({
    uploads,
    seconds: 10,
    clips: 0.15,
    seed,
    quotas: { ...TIGHT, ...quotas },
    facts: withRetries(DEPLOYED, retry ? [parseRetry(retry)] : []),
  });

describe("a burst of uploads", () => {
  it("is published to the last file although every quota on its way is met", async () => {
    const outcome = await burst();
    const { lost, failed, deadLetters, drainedMs, throttles, longestPaceMs } = outcome;
    expect({ lost, failed: failed.toJSON(), deadLetters }).toEqual({ lost: 0, failed: {}, deadLetters: 0 });
    for (const name of ["Step Functions StartExecution", "Lambda claim-upload", "Lambda publish-image"])
      expect(throttles.get(name), name).toBeGreaterThan(0);
    for (const name of ["MediaConvert Probe", "MediaConvert CreateJob"])
      expect(throttles.get(name), name).toBeGreaterThan(0);
    expect(longestPaceMs).toBeGreaterThan(0);
    expect(outcome.jobs).toBe(outcome.clips);
    expect(drainedMs).toBeLessThan(30 * MINUTE_MS);
    // A throttled attempt is a transition; each task of each file was also entered.
    expect(outcome.failedAttempts.total).toBeLessThan(outcome.transitions);
    for (const [task, refusals] of Object.entries(outcome.mostRefusals)) expect(refusals, task).toBeLessThan(20);
  });

  it("is lost in part, and each loss is recorded, where retries end too early", async () => {
    const outcome = await burst({ retry: "Lambda.TooManyRequestsException:3:10" });
    const { lost, failed, invocations } = outcome;
    expect(lost).toBeGreaterThan(0);
    expect(failed.toJSON()).toEqual({ "FAILED Lambda.TooManyRequestsException": lost });
    expect(invocations.get("record-failure")).toBe(lost);
    expect(outcome.mostRefusals["claim-upload"]).toBe(4);
  });

  it("leaves dead letters of what never began", async () => {
    const { lost, deadLetters, tookMs } = await burst({
      uploads: 6,
      quotas: { startExecution: { burst: 2, perSecond: 0 } },
    });
    expect({ lost, deadLetters, published: tookMs.length }).toEqual({ lost: 4, deadLetters: 4, published: 2 });
  });

  it("is taken on once where the sweep begins a second execution of what waits long", async () => {
    const facts = structuredClone(DEPLOYED);
    for (const rule of facts.rules) if (rule.schedule) rule.schedule = "rate(5 minutes)";
    // Attempts far apart: some files wait longer than an event is on its way, although the functions have little to do.
    const { lost, failed, restarted, invocations, tookMs } = await simulate({
      uploads: 100,
      seconds: 10,
      clips: 0,
      seed: 1,
      quotas: { ...TIGHT, lambdaConcurrency: 1 },
      facts: JSON.parse(
        JSON.stringify(facts).replaceAll(
          '"IntervalSeconds":2,"BackoffRate":2,"MaxDelaySeconds":300',
          '"IntervalSeconds":14400,"BackoffRate":1',
        ),
      ),
    });
    expect({ lost, failed: failed.toJSON(), published: tookMs.length }).toEqual({
      lost: 0,
      failed: {},
      published: 100,
    });
    expect(restarted).toBeGreaterThan(0);
    // One of the same name that still runs is not begun twice, however often the sweep comes by.
    expect(invocations.get("claim-upload")).toBeGreaterThan(100);
    expect(invocations.get("publish-image")).toBe(100);
  });

  it("goes the same way each time with one seed, and another with another", async () => {
    const once = async (seed: number) => JSON.stringify(summary(await burst({ uploads: 40, seed })));
    const first = await once(3);
    expect(await once(3)).toBe(first);
    expect(await once(4)).not.toBe(first);
  });

  it("takes only a retry setting that changes something", () => {
    expect(() => withRetries(DEPLOYED, [parseRetry("Lambda.NoSuchException:1:1")])).toThrow("no retrier");
    expect(() => parseRetry("Lambda.TooManyRequestsException:many:300")).toThrow("--retry takes");
  });
});

describe("the simulated clock", () => {
  it("wakes sleepers in the order of their moments, those of one moment as they slept", async () => {
    const clock = new SimulatedClock(0);
    const woken: string[] = [];
    const sleep = (name: string, ms: number) => clock.sleep(ms).then(() => woken.push(`${name} ${clock.now()}`));
    void sleep("c", 30).then(() => sleep("d", 5));
    void sleep("a", 10);
    void sleep("b", 10);
    await clock.run();
    expect(woken).toEqual(["a 10", "b 10", "c 30", "d 35"]);
  });

  it("wakes nobody early in the place of one whose signal aborted", async () => {
    const clock = new SimulatedClock(0);
    const woken: string[] = [];
    const abort = new AbortController();
    void clock.sleep(10).then(() => woken.push(`a ${clock.now()}`));
    void clock.sleep(10, abort.signal).catch(() => woken.push(`aborted ${clock.now()}`));
    void clock.sleep(20).then(() => woken.push(`b ${clock.now()}`));
    abort.abort();
    await clock.run();
    expect(woken).toEqual(["aborted 0", "a 10", "b 20"]);
  });
});

describe("a token bucket", () => {
  it("gives its burst at once and then so many a second", async () => {
    const clock = new SimulatedClock(0);
    const bucket = new TokenBucket(clock, { burst: 3, perSecond: 2 });
    const takes = () => Array.from({ length: 5 }, () => bucket.take()).filter(Boolean).length;
    expect(takes()).toBe(3);
    void clock.sleep(1000);
    await clock.run();
    expect(takes()).toBe(2);
    expect([bucket.reserve(), bucket.reserve()]).toEqual([500, 1000]);
  });
});
