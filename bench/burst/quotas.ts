import type { Clock } from "@dropclip/local/clock";

/** A token bucket: this many at once, and this many more each second. */
export interface Rate {
  burst: number;
  perSecond: number;
}

/** An account's quotas. */
export interface Quotas {
  /** Concurrent executions of all functions together. */
  lambdaConcurrency: number;
  startExecution: Rate;
  stateTransition: Rate;
  createJob: Rate;
  probe: Rate;
  /** Concurrent jobs of one on-demand queue; the others wait in it. */
  concurrentJobs: number;
}

/** The quotas of new accounts, and of accounts after a while (Lambda developer guide, "Lambda quotas"). */
export const LAMBDA_CONCURRENCY = { new: 10, grown: 1_000 };

/**
 * General reference, "AWS Elemental MediaConvert endpoints and quotas". GetJob (2 a second), by which Step Functions
 * looks after a job whose event went astray, is left out: jobs' events do not get lost here.
 */
const MEDIA_CONVERT = { createJob: { burst: 100, perSecond: 5 }, probe: { burst: 100, perSecond: 5 } };
const JOBS: Record<string, number> = {
  "us-east-1": 500,
  "us-west-2": 500,
  "eu-west-1": 500,
  "us-east-2": 250,
  "ap-northeast-1": 250,
  "ap-south-1": 250,
  "eu-west-2": 250,
};
const JOBS_ELSEWHERE = 100;

/**
 * Step Functions developer guide, "Service quotas". New accounts begin with fewer transitions; AWS does not say how
 * many, so take another Region's for them.
 */
const STATES = {
  startExecution: { burst: 1_300, perSecond: 300 },
  stateTransition: { burst: 5_000, perSecond: 5_000 },
};
const STATES_ELSEWHERE = {
  startExecution: { burst: 800, perSecond: 150 },
  stateTransition: { burst: 800, perSecond: 800 },
};
const LARGE = new Set(["us-east-1", "us-west-2", "eu-west-1"]);

export function quotasOf(region: string, lambdaConcurrency: number): Quotas {
  return {
    lambdaConcurrency,
    ...(LARGE.has(region) ? STATES : STATES_ELSEWHERE),
    ...MEDIA_CONVERT,
    concurrentJobs: JOBS[region] ?? JOBS_ELSEWHERE,
  };
}

export class TokenBucket {
  readonly #clock: Clock;
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = clock.now();
  }

  /** Takes a token. Returns false, and takes none, when there is none. */
  take(): boolean {
    this.#refill();
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Takes the next token that will be there; returns the milliseconds until then. */
  reserve(): number {
    this.#refill();
    this.#tokens--;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#rate.perSecond) * 1000;
  }

  #refill() {
    const now = this.#clock.now();
    const { burst, perSecond } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
  }
}
