import type { Authorizer, MetricAlarm } from "@dropclip/synth/cloud";
import type { Principal } from "./world.ts";

/**
 * What services ask of each other in the process: each interface is one service as others see it. A service takes what
 * it needs when it is created, and imports the types from here.
 */

/** An event as it stands on the bus: EventBridge's envelope. */
export interface BusEvent {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** The default event bus, as services that publish to it see it. */
export interface EventBus {
  /**
   * Takes the event in; durable when it returns, within the caller's `store.transaction` when there is one. Fills id,
   * time, account, region.
   */
  publish(event: { source: string; detailType: string; resources: string[]; detail: Record<string, unknown> }): void;
}

export interface InvokeResult {
  statusCode: number;
  /** The handler's result as JSON text; with `functionError`, `{errorType, errorMessage, trace}`. */
  payload: string;
  /** `Unhandled` when the handler threw, timed out or ran out of memory. */
  functionError?: string;
  executedVersion: string;
  requestId: string;
}

/** Lambda, as services that invoke functions see it. */
export interface FunctionInvoker {
  /** Runs the function and waits. `AwsError` ResourceNotFoundException when there is none of that ARN or name. */
  invoke(functionName: string, payload: string, options?: { signal?: AbortSignal }): Promise<InvokeResult>;
}

/** Step Functions, as EventBridge sees it. */
export interface ExecutionStarter {
  /** Durable when it returns. `AwsError` StateMachineDoesNotExist, InvalidExecutionInput … */
  start(stateMachineArn: string, input: string, name?: string): { executionArn: string };
}

/** Stored objects as files, for services that read and write media without a copy through HTTP. */
export interface ObjectFiles {
  /**
   * The body's file, which stays readable (never written again, unlinked at the earliest when the object is replaced)
   * plus its metadata; undefined when there is no such object.
   */
  find(bucket: string, key: string): ObjectFile | undefined;
  /** Moves `file` (same file system) into the bucket as the object's body: fsynced, event sent. */
  adopt(bucket: string, key: string, file: string, headers: ObjectHeaders, principal: Principal): Promise<ObjectFile>;
}

export interface ObjectHeaders {
  contentType?: string;
  cacheControl?: string;
  metadata?: Record<string, string>;
}

export interface ObjectFile extends ObjectHeaders {
  /** By which policies may tell objects apart. */
  tags?: Record<string, string>;
  path: string;
  bytes: number;
  /** With quotes, as the header has it. */
  etag: string;
  lastModifiedMs: number;
}

/** SNS, as alarms see it. */
export interface AlarmNotifier {
  /** Tells the topic of the alarm's new state; what was wrong where it cannot be told. */
  notify(topicArn: string, change: { alarm: MetricAlarm; state: string; reason: string }): string | undefined;
}

/** A log that a service writes for one of the account's resources. */
export interface LogObject {
  bucketName: string;
  key: string;
  body: Buffer;
  headers: { "content-type": string; "content-encoding"?: string };
  /** Who writes, as policies name it: `delivery.logs.amazonaws.com`; and for which resource. */
  service: string;
  sourceArn: string;
  /** The canned ACL that is sent along. */
  acl?: string;
}

/** S3, as services see it that deliver logs. */
export interface LogWriter {
  /** Durable when it resolves. Asks the bucket's policy: `AwsError` AccessDenied. */
  write(log: LogObject): Promise<void>;
}

/** SQS, as services see it that send messages themselves. */
export interface QueueSender {
  /**
   * Sends a message with text attributes, within the caller's `store.transaction` when there is one. The caller has
   * authorised it. `AwsError` QueueDoesNotExist.
   */
  send(queueArn: string, body: string, attributes?: Record<string, string>): { messageId: string };
}

/** Lambda, as services see it that hand over an event and do not wait, as EventBridge does. */
export interface EventInvoker {
  /**
   * Queues an asynchronous invocation, within the caller's `store.transaction` when there is one. Lambda itself retries
   * a failed event twice. `AwsError` ResourceNotFoundException, RequestEntityTooLargeException.
   */
  enqueue(functionName: string, payload: string): { requestId: string };
}

/** A MediaConvert job in the API's own PascalCase; other members are passed on as they are. */
export interface Job {
  Id: string;
  Status: string;
}

/** MediaConvert, as Step Functions sees it. */
export interface JobRunner {
  /**
   * CreateJob with a request in PascalCase, within the caller's transaction when there is one. The same
   * `ClientRequestToken` gives the same job. Asks IAM for the principal itself. Throws `AwsError`
   * (`BadRequestException`, `TooManyRequestsException` …).
   */
  createJob(request: Record<string, unknown>, principal: Principal): { Job: Job };
  /** Throws `AwsError` unless the principal may do that to the job. */
  authorize(principal: Principal, action: "GetJob" | "CancelJob", jobId: string): void;
  /**
   * The job once its `Status` is COMPLETE, ERROR or CANCELED; rejects with the signal's reason when it aborts first,
   * with `AwsError` NotFoundException when there is no such job.
   */
  waitForJob(jobId: string, signal: AbortSignal): Promise<Job>;
  /** Throws `AwsError` NotFoundException when there is no such job, ConflictException when it has ended. */
  cancelJob(jobId: string): void;
}

/** IAM, as services see it that are handed a role. */
export interface RolePasser {
  /**
   * Throws `AwsError` AccessDenied unless the principal may hand the role to the service, `mediaconvert.amazonaws.com`.
   */
  passRole(principal: Principal, roleArn: string, service: string): void;
}

/**
 * The user pools, as API Gateway sees them: checks a token's signature, issuer, audience and times. Throws with the
 * reason, which the caller is told.
 */
export type VerifyToken = (
  token: string,
  authorizer: Authorizer,
) => Promise<{ claims: Record<string, unknown>; scopes: string[] }>;
