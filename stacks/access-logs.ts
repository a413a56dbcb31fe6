import { LOG_DAYS, STORAGE_LOG_DAYS } from "../packages/core/src/limits";
import { FIELDS } from "../packages/core/src/views/access-log";
import { bucket } from "./bucket";
import type { Delivery } from "./delivery";
import { account, type BucketName, EDGE_REGION, kebab, type Names, named, options, partition } from "./names";
import type { Storage } from "./storage";
import type { Web } from "./web";

/** What keys of each kind begin with. */
const KIND = { edge: "edge", storage: "s3", answers: "athena" };
/** Who asked has an answer by then, and asks again for another. */
const ANSWER_DAYS = 7;
/** By year, month, day and hour of the requests, UTC. */
const BY_HOUR = "{yyyy}/{MM}/{dd}/{HH}";

/**
 * Who asked for what, at the edge for `LOG_DAYS`, and at the buckets for `STORAGE_LOG_DAYS`. S3 takes a bucket for its
 * logs in the Region of what it logs only (AWS: server access logging), so it stands where the stage does; CloudFront
 * delivers to any Region.
 */
export function accessLogs(names: Names, stored: Storage, edge: Delivery, pages: Web) {
  const edges = { Media: edge.distributionArn, Pages: pages.distributionArn };
  const logged = { Uploads: stored.uploads, Content: stored.content, Images: stored.images, Pages: pages.files };
  const sourceOf = (name: string) => named(`${kebab(name)}-log`);
  const expire = (kind: string, days: number) => ({
    ...{ id: `expire-${kind}`, status: "Enabled", filter: { prefix: `${kind}/` }, expiration: { days } },
  });
  const logs = bucket(
    "Logs",
    names.logs,
    { policy: [fromEdge(Object.keys(edges).map(sourceOf)), fromStorage(Object.values(logged))] },
    [
      expire(KIND.edge, LOG_DAYS),
      expire(KIND.storage, STORAGE_LOG_DAYS),
      ...(options().athena ? [expire(KIND.answers, ANSWER_DAYS)] : []),
    ],
  );
  new aws.s3.BucketNotification("LogsNotification", { bucket: logs.component.name, eventbridge: true });
  // AWS looks at the policy when logging begins.
  const after = { dependsOn: [logs.component] };

  for (const [name, resourceArn] of Object.entries(edges)) {
    const source = new aws.cloudwatch.LogDeliverySource(`${name}LogSource`, {
      region: EDGE_REGION,
      name: sourceOf(name),
      logType: "ACCESS_LOGS",
      resourceArn,
    });
    const destination = new aws.cloudwatch.LogDeliveryDestination(`${name}LogDestination`, {
      region: EDGE_REGION,
      name: sourceOf(name),
      outputFormat: "json",
      // With a prefix of one's own AWS adds none.
      deliveryDestinationConfiguration: { destinationResourceArn: $interpolate`${logs.arn}/${KIND.edge}` },
    });
    new aws.cloudwatch.LogDelivery(
      `${name}LogDelivery`,
      {
        region: EDGE_REGION,
        deliverySourceName: source.name,
        deliveryDestinationArn: destination.arn,
        recordFields: [...FIELDS],
        s3DeliveryConfigurations: [{ enableHiveCompatiblePath: false, suffixPath: `${kebab(name)}/${BY_HOUR}` }],
      },
      after,
    );
  }
  for (const [name, { component }] of Object.entries(logged))
    new aws.s3.BucketLogging(
      `${name}Logging`,
      {
        bucket: component.name,
        targetBucket: logs.component.name,
        targetPrefix: `${KIND.storage}/`,
        targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
      },
      after,
    );
  // How fast buckets answer the edge, and how often it need not ask them.
  new aws.cloudfront.MonitoringSubscription("DeliveryMonitoring", {
    distributionId: edge.distributionId,
    monitoringSubscription: { realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: "Enabled" } },
  });
  return {
    ...logs,
    edgeKeys: `${KIND.edge}/`,
    /** Folders below, one for each distribution. */
    edges: Object.keys(edges).map(kebab),
    mediaKeys: `${KIND.edge}/${kebab("Media")}/`,
    answerKeys: `${KIND.answers}/`,
  };
}
export type AccessLogs = ReturnType<typeof accessLogs>;

const ofAccount = () => ({ test: "StringEquals", variable: "aws:SourceAccount", values: [account()] });

/** Lets CloudWatch Logs write what these sources deliver (AWS: Logs sent to Amazon S3). */
const fromEdge = (sources: string[]) => ({
  actions: ["s3:PutObject" as const],
  principals: [{ type: "service" as const, identifiers: ["delivery.logs.amazonaws.com"] }],
  paths: [`${KIND.edge}/*`],
  conditions: [
    ofAccount(),
    {
      test: "ArnLike",
      variable: "aws:SourceArn",
      values: sources.map(
        (name) => $interpolate`arn:${partition()}:logs:${EDGE_REGION}:${account()}:delivery-source:${name}`,
      ),
    },
    { test: "StringEquals", variable: "s3:x-amz-acl", values: ["bucket-owner-full-control"] },
  ],
});

/** Lets S3 write what it logs of these buckets (AWS: Permissions for log delivery). */
const fromStorage = (buckets: BucketName[]) => ({
  actions: ["s3:PutObject" as const],
  principals: [{ type: "service" as const, identifiers: ["logging.s3.amazonaws.com"] }],
  paths: [`${KIND.storage}/*`],
  conditions: [ofAccount(), { test: "ArnLike", variable: "aws:SourceArn", values: buckets.map(({ arn }) => arn) }],
});
