import type { IncomingMessage, ServerResponse } from "node:http";
import type { PolicyDocument } from "@dropclip/synth/cloud";
import type { Clock } from "./clock.ts";
import type { Store } from "./store.ts";

/** Who made a call, as the gate established it from the signature. */
export interface Principal {
  kind: "anonymous" | "operator" | "role" | "service";
  /** `arn:aws:iam::…:user/operator`, `arn:aws:sts::…:assumed-role/{role}/{session}`; a service's is its principal name. */
  arn: string;
  accountId: string;
  accessKeyId?: string;
  /** Of a role session. */
  roleArn?: string;
  sessionName?: string;
  tags?: Record<string, string>;
  /** Those of `tags` that its sessions of other roles inherit. */
  transitiveTagKeys?: string[];
  /** Passed to AssumeRole: the session may do what the role may and one of these allows. */
  sessionPolicies?: PolicyDocument[];
  /** Likewise, of customer-managed policies. */
  sessionPolicyArns?: string[];
  /** Of a service that acts for a resource: `cloudfront.amazonaws.com` and the distribution's ARN. */
  service?: string;
  sourceArn?: string;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Everything a service may need of the world around it. */
export interface World {
  account: string;
  region: string;
  clock: Clock;
  store: Store;
  /** Folder of the service data that is not in the store (object bodies, job scratch files). */
  directory: string;
  log: (entry: LogEntry) => void;
  /** A UUID; injected so that tests can predict it. */
  uuid: () => string;
  /** Credentials of a session of `roleArn` for the service that takes it on, `lambda.amazonaws.com`; they verify at the gate until they expire. `AwsError` AccessDenied when the role does not trust it. */
  assumeRole(roleArn: string, sessionName: string, service: string): Credentials;
  /** Credentials of an AWS service acting for a resource, for example CloudFront for its distribution. */
  actAs(service: string, sourceArn: string): Credentials;
  /** The one endpoint all signed AWS calls go to; known once the cloud listens. */
  endpoint(): string;
  /**
   * Throws an `AwsError` AccessDenied when the principal may not do this. Every operation asks before it acts. A `probe`
   * is a question of the service's own: its denial is nobody's failed call, so it is neither logged nor counted.
   */
  authorize(
    principal: Principal,
    action: string,
    resource: string,
    context?: Record<string, string | string[]>,
    options?: { probe?: boolean },
  ): void;
}

export interface LogEntry {
  /** `s3`, `lambda`, `states` … */
  service: string;
  level: "debug" | "info" | "warn" | "error";
  message: string;
  [detail: string]: unknown;
}

/** An error in AWS's own words: `code` and `status` are what an SDK sees. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error document, for example `Resource` of an S3 error. */
  readonly details: Record<string, unknown>;
  constructor(code: string, message: string, status = 400, details: Record<string, unknown> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** One verified call to a service whose bodies are small: the gate has read the body and checked its hash. */
export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  /** Path and query as the client sent them, resolved against the endpoint. */
  url: URL;
  method: string;
  body: Buffer;
  principal: Principal;
  requestId: string;
}

/** A service behind the gate. `name` is its name in credential scopes: `dynamodb`, `states`, `mediaconvert`, `events`, `sqs`, `lambda`, `cloudfront`. */
export interface Service {
  readonly name: string;
  /** Answers the call. An `AwsError` it throws is answered in the service's error shape by `fail`. */
  handle(call: Call): Promise<void>;
  fail(call: Call, error: AwsError): void;
}

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
  /** Takes the event in; durable when it returns, within the caller's `store.transaction` when there is one. Fills id, time, account, region. */
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
  /** The body's file, which stays readable (never written again, unlinked at the earliest when the object is replaced) plus its metadata; undefined when there is no such object. */
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
