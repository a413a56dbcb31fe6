import type { IncomingMessage, ServerResponse } from "node:http";
import type { PolicyDocument } from "@dropclip/synth/cloud";
import type { AwsError } from "./aws-error.ts";
import type { Clock } from "./clock.ts";
import type { LogEntry } from "./log-entry.ts";
import type { MetricSink } from "./metric-sink.ts";
import type { Store } from "./store.ts";

export { AwsError } from "./aws-error.ts";
export type { LogEntry } from "./log-entry.ts";

/** The caller, as the gate established it from the signature. */
export interface Principal {
  kind: "anonymous" | "operator" | "role" | "service";
  /**
   * `arn:aws:iam::…:user/operator`, `arn:aws:sts::…:assumed-role/{role}/{session}`; a service's is its principal name.
   */
  arn: string;
  accountId: string;
  accessKeyId?: string;
  /** Role of a role session. */
  roleArn?: string;
  sessionName?: string;
  tags?: Record<string, string>;
  /** Those of `tags` that its sessions of other roles inherit. */
  transitiveTagKeys?: string[];
  /** Session policies from AssumeRole: the session may do what both the role and one of these allow. */
  sessionPolicies?: PolicyDocument[];
  /** The same for customer-managed policies. */
  sessionPolicyArns?: string[];
  /** Service that acts for a resource: `cloudfront.amazonaws.com` and the distribution's ARN. */
  service?: string;
  sourceArn?: string;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Everything that a service may need of its surroundings. */
export interface World {
  account: string;
  region: string;
  clock: Clock;
  store: Store;
  /** Folder of the service data that is not in the store (object bodies, job scratch files). */
  directory: string;
  log: (entry: LogEntry) => void;
  /** Where services report on themselves. */
  metrics: MetricSink;
  /** A UUID; injected so that tests can predict it. */
  uuid: () => string;
  /**
   * Credentials of a session of `roleArn` for the service that takes it on, `lambda.amazonaws.com`; they verify at the
   * gate until they expire. `AwsError` AccessDenied when the role does not trust it.
   */
  assumeRole(roleArn: string, sessionName: string, service: string): Credentials;
  /** Credentials of an AWS service acting for a resource, for example CloudFront for its distribution. */
  actAs(service: string, sourceArn: string): Credentials;
  /** The one endpoint all signed AWS calls go to; known once the cloud listens. */
  endpoint(): string;
  /**
   * Throws an `AwsError` AccessDenied when the principal may not do this. Every operation asks before it acts. A
   * `probe` is a question of the service's own: its denial is not a failed call, so it is neither logged nor counted.
   */
  authorize(
    principal: Principal,
    action: string,
    resource: string,
    context?: Record<string, string | string[]>,
    options?: { probe?: boolean },
  ): void;
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
  /** The region it is signed for. */
  region: string;
}

/** A service behind the gate. */
export interface Service {
  /** As credential scopes have it: `dynamodb`, `states`, `mediaconvert`, `events`, `sqs`, `lambda`, `cloudfront`. */
  readonly name: string;
  /** Clients read errors by it, those before authentication too. */
  readonly protocol: "json" | "rest-json" | "rest-xml" | "query";
  /** Calls that carry no signature, by their `x-amz-target`: what they carry instead says who calls. */
  readonly unsigned?: readonly string[];
  /** Regions besides the cloud's own whose calls it answers. */
  readonly regions?: readonly string[];
  /** Answers the call. An `AwsError` it throws is answered in the service's error shape by `fail`. */
  handle(call: Call): Promise<void>;
  fail(call: Call, error: AwsError): void;
}
