/**
 * The infrastructure as the local cloud and the audit read it: typed facts taken from the graph, nothing added.
 * Every field keeps AWS's own name for the thing, in camelCase; units stand in the name.
 */

/** One IAM statement as AWS's JSON has it. */
export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface PolicyDocument {
  Version: string;
  Statement: Statement[];
}

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

/** Where a service writes what it was asked: a bucket, and what keys there begin with. */
export interface LogTarget {
  bucketName: string;
  prefix: string;
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
  policies: { name: string; document: PolicyDocument }[];
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

export interface CachePolicy {
  id: string;
  minTtlSeconds: number;
  defaultTtlSeconds: number;
  maxTtlSeconds: number;
  gzip: boolean;
  brotli: boolean;
  /** Names that are part of the cache key. */
  headers: string[];
  queryStrings: "none" | "all" | string[];
}

/** The parts that go to the origin in addition to the cache key. */
export interface OriginRequestPolicy {
  id: string;
  headers: string[];
}

/** A header that the response-headers policy sets; `override` replaces the origin's own. */
export interface PolicyHeader {
  header: string;
  value: string;
  override: boolean;
}

export interface ResponseHeadersPolicy {
  id: string;
  cors?: {
    allowCredentials: boolean;
    allowHeaders: string[];
    allowMethods: string[];
    allowOrigins: string[];
    exposeHeaders: string[];
    maxAgeSeconds?: number;
    originOverride: boolean;
  };
  /** Security and custom headers. */
  headers: PolicyHeader[];
  removeHeaders: string[];
}

export interface CacheBehavior {
  /** `events/*` as CloudFront has it; `*` for the default behaviour. */
  pathPattern: string;
  originId: string;
  viewerProtocolPolicy: "redirect-to-https" | "https-only" | "allow-all";
  allowedMethods: string[];
  cachedMethods: string[];
  compress: boolean;
  cachePolicy: CachePolicy;
  originRequestPolicy?: OriginRequestPolicy;
  responseHeadersPolicy?: ResponseHeadersPolicy;
}

/** The delivery of a distribution's access logs (standard logging v2) to a bucket, as JSON. */
export interface AccessLog extends LogTarget {
  /** For which CloudWatch Logs writes. */
  sourceArn: string;
  /** Follows the prefix; may name `{yyyy}` and so on. */
  suffixPath: string;
  /** Names of what is written of each request, in their order. */
  fields: string[];
}

export interface Distribution {
  id: string;
  arn: string;
  /** `d123.cloudfront.net`. */
  domainName: string;
  aliases: string[];
  /** Key of what is served at `/`. */
  defaultRootObject?: string;
  origins: { originId: string; bucketName: string; originPath: string; originAccessControl: boolean }[];
  /** In order of precedence, without the default. */
  behaviors: CacheBehavior[];
  defaultBehavior: CacheBehavior;
  customErrorResponses: {
    errorCode: number;
    responseCode?: number;
    responsePagePath?: string;
    errorCachingMinTtlSeconds?: number;
  }[];
  /** Whether a monitoring subscription asks for the additional metrics: cache hit rate, origin latency. */
  additionalMetrics: boolean;
  accessLogs: AccessLog[];
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

/** One metric with the statistic that is taken of it. */
export interface MetricStat {
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
  periodSeconds: number;
  /** `Sum`, `Average`, `p95` … */
  stat: string;
  unit?: string;
}

/** A part of a metric math alarm: a metric, or an expression over the others' ids. */
export interface MetricQuery {
  id: string;
  expression?: string;
  metricStat?: MetricStat;
  label?: string;
  /** True for the one whose values the alarm watches. */
  returnData: boolean;
  periodSeconds?: number;
}

export interface MetricAlarm {
  name: string;
  arn: string;
  /** Where the alarm is, and whose metrics it sees: CloudFront's are in us-east-1 only. */
  region: string;
  description?: string;
  /** Either a metric or queries. */
  metricStat?: MetricStat;
  metricQueries?: MetricQuery[];
  comparisonOperator: string;
  threshold: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  treatMissingData: "missing" | "notBreaching" | "breaching" | "ignore";
  evaluateLowSampleCountPercentile?: "evaluate" | "ignore";
  actionsEnabled: boolean;
  /** ARNs of SNS topics. */
  alarmActions: string[];
  okActions: string[];
  insufficientDataActions: string[];
}

/** A topic of SNS, to which alarms are sent. */
export interface Topic {
  name: string;
  arn: string;
  region: string;
  policy?: PolicyDocument;
  kmsMasterKeyId?: string;
  subscriptions: { protocol: string; endpoint: string }[];
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
}
