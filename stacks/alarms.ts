import { Metric } from "../packages/core/src/metrics";

/** A metric by the name and dimensions it is written with: AWS takes a misspelt one without a word. */
export interface MetricName {
  namespace: string;
  metricName: string;
  dimensions: Record<string, $util.Input<string>>;
}

/** What is watched: the names by which AWS's services know the parts of the stage. */
export interface Watched {
  apiId: $util.Input<string>;
  /** Ids of the distributions. */
  media: $util.Input<string>;
  pages: $util.Input<string>;
  deadLetters: $util.Input<string>;
  userPool: $util.Input<string>;
  client: $util.Input<string>;
  rules: $util.Input<string>[];
  /** ARN of MediaConvert's queue. */
  queue: $util.Input<string>;
  /** Whether there is one. */
  webhook: boolean;
}

export interface Alarm extends Omit<aws.cloudwatch.MetricAlarmArgs, "evaluationPeriods" | "comparisonOperator"> {
  /** What it means, and what to do first: all that whoever gets the mail reads. */
  means: string;
  first: string;
  /** Alarms when so many of the last periods breach, written `2/3`. */
  when: `${number}/${number}`;
  comparisonOperator?: string;
  /**
   * Tells too when its metric falls silent, by the state INSUFFICIENT_DATA. An alarm is made in that state, so a stage
   * that has measured nothing yet tells nobody. Missing data that count as a breach would be told at once.
   */
  tellsSilence?: boolean;
  /** CloudFront's metrics are in us-east-1 (AWS: CloudFront metrics). */
  edge?: boolean;
}

const MINUTES = 60;
const HOUR = 60 * MINUTES;
/** Metrics that one alarm's expression may name (AWS: CloudWatch quotas). */
const METRICS_OF_ALARM = 10;
/** Fewer say nothing about a rate. */
const LEAST_REQUESTS = 100;
const LEAST_FILES = 20;

const AT_LEAST = "GreaterThanOrEqualToThreshold";

export const own = (metricName: string): MetricName => ({
  namespace: Metric.NAMESPACE,
  metricName,
  dimensions: { [Metric.STAGE]: $app.stage },
});
export const ofApi = ({ apiId }: Watched, metricName: string): MetricName => ({
  namespace: "AWS/ApiGateway",
  metricName,
  dimensions: { ApiId: apiId, Stage: "$default" },
});
export const ofEdge = (distribution: $util.Input<string>, metricName: string): MetricName => ({
  namespace: "AWS/CloudFront",
  metricName,
  dimensions: { DistributionId: distribution, Region: "Global" },
});
export const ofQueue = ({ deadLetters }: Watched): MetricName => ({
  namespace: "AWS/SQS",
  metricName: "ApproximateNumberOfMessagesVisible",
  dimensions: { QueueName: deadLetters },
});
export const ofRule = (rule: $util.Input<string>, metricName: string): MetricName => ({
  namespace: "AWS/Events",
  metricName,
  dimensions: { RuleName: rule },
});
export const ofPool = ({ userPool, client }: Watched, metricName: string): MetricName => ({
  namespace: "AWS/Cognito",
  metricName,
  dimensions: { UserPool: userPool, UserPoolClient: client },
});
/** Counted over the account in this region: other stages share its concurrency. */
export const THROTTLES: MetricName = { namespace: "AWS/Lambda", metricName: "Throttles", dimensions: {} };

/** `expression` over `metrics`, whose names there are their keys; each by its statistic over `period` seconds. */
function math(expression: string, period: number, metrics: Record<string, [stat: string, of: MetricName]>) {
  return {
    metricQueries: [
      { id: "value", expression, label: "value", returnData: true },
      ...Object.entries(metrics).map(([id, [stat, of]]) => ({
        id,
        metric: { ...of, stat, period },
        returnData: false,
      })),
    ],
  };
}

/** Percent of a distribution's answers, and none while there are too few of them to say. */
const share = (distribution: $util.Input<string>, metricName: string, period: number) =>
  math(`IF(requests >= ${LEAST_REQUESTS}, errors, 0)`, period, {
    requests: ["Sum", ofEdge(distribution, "Requests")],
    errors: ["Average", ofEdge(distribution, metricName)],
  });

/** The alarms of a stage by name; `docs/runbook.md` has a paragraph for each. */
export function alarms(watched: Watched): Record<string, Alarm> {
  const { media, pages, rules, webhook } = watched;
  const lost = Array.from({ length: Math.ceil(rules.length / METRICS_OF_ALARM) }, (_, at) =>
    rules.slice(at * METRICS_OF_ALARM, (at + 1) * METRICS_OF_ALARM),
  );
  return {
    stuck: {
      means:
        "Files have been in processing for over 60 minutes; or, as INSUFFICIENT_DATA, the sweep has not run for an hour.",
      first: "Look at MediaConvert's queue and at running executions, or read the log of the function sweep.",
      ...own(Metric.STUCK),
      ...{ statistic: "Maximum", period: 15 * MINUTES, threshold: 0, when: "2/2", tellsSilence: true },
    },
    failed: {
      means: "A file could not be published, and the fault is ours.",
      first: "List them with: npx dropclip executions --status failed. Mend the cause, then: npx dropclip redrive.",
      ...own(Metric.MEDIA.failed),
      comparisonOperator: AT_LEAST,
      ...{ statistic: "Sum", period: 5 * MINUTES, threshold: 1, when: "1/1" },
    },
    refused: {
      means: `Over 40 % of at least ${LEAST_FILES} files in an hour were refused as the fan's fault.`,
      first: "Look at the reasons: perhaps it is our check, or a limit, that is wrong.",
      ...math(
        `IF(FILL(rejected, 0) + FILL(published, 0) >= ${LEAST_FILES}, 100 * FILL(rejected, 0) / (FILL(rejected, 0) + FILL(published, 0)), 0)`,
        HOUR,
        {
          rejected: ["Sum", own(Metric.MEDIA.rejected)],
          published: ["Sum", own(Metric.MEDIA.published)],
        },
      ),
      ...{ threshold: 40, when: "1/1" },
    },
    unsettled: {
      means: "Something was deleted or hidden over 60 minutes ago and may still be served.",
      first: "Read the log of the function settle; the next sweep tries again.",
      ...own(Metric.OVERDUE),
      ...{ statistic: "Maximum", period: 15 * MINUTES, threshold: 0, when: "3/3" },
    },
    "dead-letters": {
      means: "An event could not be delivered or handled, after all retries.",
      first:
        "Read them in the queue: their attributes say why. Mend the cause, then send them again (the runbook says how).",
      ...ofQueue(watched),
      comparisonOperator: AT_LEAST,
      ...{ statistic: "Maximum", period: 5 * MINUTES, threshold: 1, when: "1/1" },
    },
    ...Object.fromEntries(
      lost.map((some, at) => [
        at === 0 ? "events-lost" : `events-lost-${at + 1}`,
        {
          means: "Events were lost: they could neither be delivered nor kept as dead letters.",
          first: "Compare the dead-letter queue's policy with the rules, and deploy again.",
          ...math(
            some.map((_, rule) => `FILL(rule${rule}, 0)`).join(" + "),
            5 * MINUTES,
            Object.fromEntries(
              some.map((rule, number) => [`rule${number}`, ["Sum", ofRule(rule, "InvocationsFailedToBeSentToDlq")]]),
            ),
          ),
          comparisonOperator: AT_LEAST,
          ...{ threshold: 1, when: "1/1" },
        } satisfies Alarm,
      ]),
    ),
    "api-5xx": {
      means: "The API failed at least 5 times in 5 minutes, twice within a quarter of an hour.",
      first: "Run the saved query API errors by route, then read the log of that route's function.",
      ...ofApi(watched, "5xx"),
      comparisonOperator: AT_LEAST,
      ...{ statistic: "Sum", period: 5 * MINUTES, threshold: 5, when: "2/3" },
    },
    "api-slow": {
      means: "One API call in twenty took over 3 seconds, for a quarter of an hour.",
      first: "Compare Latency with IntegrationLatency, and look at DynamoDB and at throttles.",
      ...ofApi(watched, "Latency"),
      evaluateLowSampleCountPercentiles: "ignore",
      ...{ extendedStatistic: "p95", period: 5 * MINUTES, threshold: 3000, when: "3/3" },
    },
    "edge-5xx": {
      means: "Over 1 % of what is asked of the media's distribution fails.",
      first: "Fetch a clip, and look at AWS's health page: this is S3's or CloudFront's trouble.",
      ...share(media, "5xxErrorRate", 5 * MINUTES),
      ...{ threshold: 1, when: "2/3", edge: true },
    },
    "edge-4xx": {
      means: "Over 20 % of what is asked of the media's distribution is refused.",
      first: "Fetch a published clip: 403 means that the bucket's policy no longer names the distribution.",
      ...share(media, "4xxErrorRate", 15 * MINUTES),
      ...{ threshold: 20, when: "2/2", edge: true },
    },
    "origin-slow": {
      means: "One fetch in ten from S3 took over 3 seconds, for a quarter of an hour.",
      first: "Look at AWS's health page, then at the hit rate: what is not kept is fetched again.",
      ...ofEdge(media, "OriginLatency"),
      evaluateLowSampleCountPercentiles: "ignore",
      ...{ extendedStatistic: "p90", period: 5 * MINUTES, threshold: 3000, when: "3/3", edge: true },
    },
    "pages-5xx": {
      means: "Over 1 % of what is asked of the pages' distribution fails.",
      first: "Open an event's page, and look at AWS's health page.",
      ...share(pages, "5xxErrorRate", 5 * MINUTES),
      ...{ threshold: 1, when: "2/3", edge: true },
    },
    "pages-4xx": {
      means: "Over 20 % of what is asked of the pages' distribution is refused.",
      first: "Open an event's page; publish the pages again with: npx dropclip pages publish.",
      ...share(pages, "4xxErrorRate", 15 * MINUTES),
      ...{ threshold: 20, when: "2/2", edge: true },
    },
    throttled: {
      means: "Lambda refused at least 10 calls in each of two periods of 5 minutes: its concurrency is used up.",
      first: "See which functions run most, and ask AWS for more concurrency. Other stages share it.",
      ...THROTTLES,
      comparisonOperator: AT_LEAST,
      ...{ statistic: "Sum", period: 5 * MINUTES, threshold: 10, when: "2/2" },
    },
    ...(webhook ? { webhook: ofWebhook() } : {}),
    "sign-in": {
      means: "Cognito has refused sign-ups or sign-ins as too many, for 5 minutes.",
      first: "Doors may just have opened. If it goes on, ask AWS for a higher quota of the user pool.",
      ...math("FILL(signUps, 0) + FILL(signIns, 0)", MINUTES, {
        signUps: ["Sum", ofPool(watched, "SignUpThrottles")],
        signIns: ["Sum", ofPool(watched, "SignInThrottles")],
      }),
      ...{ threshold: 0, when: "5/5" },
    },
  };
}

function ofWebhook(): Alarm {
  return {
    means: "The webhook did not take a delivery for three days, or answered that it is gone.",
    first:
      "See which with: npx dropclip webhook status. Mend the receiver, then: npx dropclip webhook enable, or resend --all.",
    ...own(Metric.UNDELIVERED),
    comparisonOperator: AT_LEAST,
    ...{ statistic: "Sum", period: 5 * MINUTES, threshold: 1, when: "1/1" },
  };
}
