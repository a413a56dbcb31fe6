import type { MetricAlarm, Topic } from "./facts/alarms.ts";
import type { Distribution } from "./facts/distribution.ts";
import type { LogTarget } from "./facts/log-target.ts";
import type { PolicyDocument } from "./facts/policy.ts";

/**
 * The infrastructure as the local cloud and the audit read it: typed facts taken from the graph, nothing added.
 * Every field keeps AWS's own name for the thing, in camelCase; units stand in the name.
 */

export type { MetricAlarm, MetricQuery, MetricStat, Topic } from "./facts/alarms.ts";
export type {
  AccessLog,
  CacheBehavior,
  CachePolicy,
  Distribution,
  OriginRequestPolicy,
  PolicyHeader,
  ResponseHeadersPolicy,
} from "./facts/distribution.ts";
export type { LogTarget } from "./facts/log-target.ts";
export type { PolicyDocument, Statement } from "./facts/policy.ts";

export interface CorsRule {
  allowedOrigins: string[];
  allowedMethods: string[];
  allowedHeaders: string[];
  exposeHeaders: string[];
  maxAgeSeconds?: number;
}

export interface LifecycleRule {
  id: string;
  enabled: boolean;
  prefix: string;
  /** What objects must bear for the rule to be about them. */
  tag?: { key: string; value: string };
  expirationDays?: number;
  abortIncompleteMultipartDays?: number;
}

export interface Bucket {
  name: string;
  arn: string;
  cors: CorsRule[];
  lifecycle: LifecycleRule[];
  /** Whether the bucket sends its events to EventBridge. */
  eventBridge: boolean;
  /** Where its server access logs go, by day: that of the requests, or that of the delivery. */
  logging?: LogTarget & { dateSource: "EventTime" | "DeliveryTime" };
  policy?: PolicyDocument;
}

export interface TableIndex {
  indexName: string;
  hashKey: string;
  rangeKey?: string;
  projection: "ALL" | "KEYS_ONLY" | string[];
}

export interface Table {
  name: string;
  arn: string;
  attributes: { name: string; type: "S" | "N" | "B" }[];
  hashKey: string;
  rangeKey?: string;
  indexes: TableIndex[];
  ttlAttribute?: string;
  streamViewType?: string;
}

export interface Role {
  name: string;
  arn: string;
  trust: PolicyDocument;
  /** With the ARN where the policy is a managed one. */
  policies: { name: string; arn?: string; document: PolicyDocument }[];
  /** The longest session that may be requested; IAM's default is an hour. */
  maxSessionSeconds: number;
}

/** A customer-managed policy (`aws.iam.Policy`). */
export interface ManagedPolicy {
  name: string;
  arn: string;
  document: PolicyDocument;
}

export interface LambdaFunction {
  name: string;
  arn: string;
  roleArn: string;
  /**
   * Path of the handler from the repository's root, its export behind the last dot:
   * `packages/functions/src/claim-upload.handler`.
   */
  handler: string;
  runtime: string;
  architecture: "arm64" | "x86_64";
  timeoutSeconds: number;
  memoryMb: number;
  /** As deployed: physical names and ARNs. */
  environment: Record<string, string>;
  /** Packages that are not bundled but installed beside the bundle (SST's `nodejs.install`). */
  install: string[];
  /**
   * Packages that are neither bundled nor installed; the code finds them when it runs (SST's
   * `nodejs.esbuild.external`).
   */
  external: string[];
  /** The log group of its role's lines: `/aws/lambda/dropclip-claim-upload-dev`. */
  logGroup: string;
  /**
   * Reserved concurrency: both guaranteed and the maximum. Without it the function shares the unreserved concurrency.
   */
  reservedConcurrency?: number;
  /** Queue for asynchronous events that the function failed on for good. */
  deadLetterArn?: string;
}

/** A statement of a function's own policy: which service may invoke it, and for which source. */
export interface FunctionPermission {
  functionArn: string;
  /** A service's principal (`events.amazonaws.com`) or an account. */
  principal: string;
  action: string;
  sourceArn?: string;
  sourceAccount?: string;
}

export interface Queue {
  name: string;
  url: string;
  arn: string;
  policy?: PolicyDocument;
  visibilityTimeoutSeconds: number;
  messageRetentionSeconds: number;
  /** How messages are encrypted, where the graph says it: without a key, by SQS's own. */
  kmsMasterKeyId?: string;
  sqsManagedSseEnabled?: boolean;
}

export interface RuleTarget {
  id: string;
  /** ARN of a Lambda function, a state machine or a queue. */
  arn: string;
  roleArn?: string;
  input?: string;
  inputPath?: string;
  inputTransformer?: { inputPaths: Record<string, string>; inputTemplate: string };
  deadLetterArn?: string;
  maximumEventAgeSeconds: number;
  maximumRetryAttempts: number;
}

export interface Rule {
  name: string;
  arn: string;
  enabled: boolean;
  /** The event pattern, parsed. */
  pattern?: Record<string, unknown>;
  /** `rate(…)` or `cron(…)`. */
  schedule?: string;
  targets: RuleTarget[];
}

export interface StateMachine {
  name: string;
  arn: string;
  roleArn: string;
  type: "STANDARD" | "EXPRESS";
  /** The States Language document, parsed. */
  definition: Record<string, unknown>;
  /** Log group for executions, as `loggingConfiguration` names it; absent when they are not logged. */
  logDestination?: string;
  /** Which events are logged there (`ALL`, `ERROR`, `FATAL`), and whether with what goes in and out of states. */
  logLevel?: string;
  includeExecutionData?: boolean;
}

export interface Authorizer {
  id: string;
  issuer: string;
  audiences: string[];
  identitySource: string;
}

export interface Route {
  /** `POST /events/{eventId}/uploads` or `$default`. */
  routeKey: string;
  functionArn: string;
  payloadFormatVersion: string;
  authorizer?: Authorizer;
  scopes: string[];
  /** None: only the account's own limit holds. */
  throttle?: Throttle;
}
/** A token bucket: requests a second, and how many at once. */
export interface Throttle {
  perSecond: number;
  burst: number;
}

export interface HttpApi {
  id: string;
  name: string;
  /** As deployed: `https://{id}.execute-api.{region}.amazonaws.com`. */
  endpoint: string;
  cors?: {
    allowOrigins: string[];
    allowMethods: string[];
    allowHeaders: string[];
    exposeHeaders: string[];
    allowCredentials: boolean;
    maxAgeSeconds?: number;
  };
  routes: Route[];
}

/** The pool's rules for passwords. */
export interface PasswordPolicy {
  minimumLength: number;
  requireLowercase: boolean;
  requireNumbers: boolean;
  requireSymbols: boolean;
  requireUppercase: boolean;
  /** How long a password that an administrator set can be used for a first sign-in. */
  temporaryPasswordValidityDays: number;
}

export interface UserPoolGroup {
  groupName: string;
  description?: string;
  precedence?: number;
}

/** An app client without a secret: authorization code, refresh tokens, administrators' flows. */
export interface UserPoolClient {
  id: string;
  name: string;
  callbackUrls: string[];
  logoutUrls: string[];
  /** Empty for a client that does not sign in through the hosted pages. */
  scopes: string[];
  /** `ALLOW_ADMIN_USER_PASSWORD_AUTH`, `ALLOW_REFRESH_TOKEN_AUTH`. */
  explicitAuthFlows: string[];
  accessTokenSeconds: number;
  idTokenSeconds: number;
  refreshTokenSeconds: number;
  /** Whether an unknown user gets the same error as a wrong password (`ENABLED`). */
  preventUserExistenceErrors: boolean;
}

export interface UserPool {
  /** `us-east-1_AbCdEfGhI`. */
  id: string;
  arn: string;
  name: string;
  /** The issuer of its tokens, as deployed: `https://cognito-idp.{region}.amazonaws.com/{id}`. */
  issuer: string;
  usernameAttributes: string[];
  passwordPolicy: PasswordPolicy;
  /** Whether users can sign up themselves. */
  selfSignUp: boolean;
  /** Whether a user may have a second factor: the codes of an authenticator app (TOTP). */
  softwareToken?: boolean;
  /** Without effect here, and described as it is: how users recover their accounts, and who may delete the pool. */
  described?: {
    accountRecoverySetting?: { recoveryMechanisms: { name: string; priority: number }[] };
    deletionProtection?: string;
  };
  /** Function that is invoked for each user who confirmed their sign-up. */
  postConfirmationArn?: string;
  groups: UserPoolGroup[];
  clients: UserPoolClient[];
  /** The hosted pages, as deployed: `https://{prefix}.auth.{region}.amazoncognito.com`. */
  domain?: { prefix: string; url: string };
}

/** A parameter of Systems Manager's Parameter Store. */
export interface Parameter {
  /** `/dropclip/dev/outputs` */
  name: string;
  arn: string;
  type: "String" | "StringList";
  /** The value as deployed: with deployed URLs. */
  value: string;
}

/** A resource with all that the stacks set of it, for calls that only describe it. */
export interface Setting {
  /** Pulumi's type. */
  type: string;
  id: string;
  arn?: string;
  /** As Pulumi names them. */
  inputs: Record<string, any>;
}

/** Everything of one graph that the local cloud runs. */
export interface Cloud {
  app: string;
  stage: string;
  account: string;
  region: string;
  buckets: Bucket[];
  tables: Table[];
  roles: Role[];
  managedPolicies: ManagedPolicy[];
  functions: LambdaFunction[];
  permissions: FunctionPermission[];
  queues: Queue[];
  rules: Rule[];
  stateMachines: StateMachine[];
  apis: HttpApi[];
  distributions: Distribution[];
  userPools: UserPool[];
  parameters: Parameter[];
  alarms: MetricAlarm[];
  topics: Topic[];
  settings: Setting[];
}
