import type { Principal } from "../../world.ts";

/** A MediaConvert job in the API's own PascalCase; other members are passed on as they are. */
export interface Job {
  Id: string;
  Status: string;
}

/** MediaConvert, as Step Functions sees it. */
export interface JobRunner {
  /**
   * CreateJob with a request in PascalCase, within the caller's transaction when there is one. The same `ClientRequestToken`
   * gives the same job. Asks IAM for the principal itself. Throws `AwsError` (`BadRequestException`, `TooManyRequestsException` …).
   */
  createJob(request: Record<string, unknown>, principal: Principal): { Job: Job };
  /** Throws `AwsError` unless the principal may do that to the job. */
  authorize(principal: Principal, action: "GetJob" | "CancelJob", jobId: string): void;
  /** The job once its `Status` is COMPLETE, ERROR or CANCELED; rejects with the signal's reason when it aborts first, with `AwsError` NotFoundException when there is no such job. */
  waitForJob(jobId: string, signal: AbortSignal): Promise<Job>;
  /** Best effort; a job that has ended or is not known is left alone. */
  cancelJob(jobId: string): void;
}
