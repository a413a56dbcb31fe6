import { PATTERNS } from "../packages/core/src/keys";
import type { Auth } from "./auth";
import type { Database } from "./database";
import type { Delivery } from "./delivery";
import type { Eventing } from "./eventing";
import { DECODING, handler, measured } from "./handler";
import { arn, type BucketName } from "./names";
import type { Pipeline } from "./pipeline";
import type { Storage } from "./storage";

/**
 * What keeps S3 and the edge in line with the records: after a deletion, when media are hidden, when pictures arrive,
 * and every 15 minutes.
 */
export function upkeep(
  buckets: Storage,
  tables: Database,
  edge: Delivery,
  users: Auth,
  { machine }: Pipeline,
  events: Eventing,
) {
  const { uploads, content, images } = buckets;
  const { keptWhenFailed, keep, announce, tell, source } = events;
  const executions = arn("states", $interpolate`execution:${machine.name}`);
  const tableNames = {
    UPLOADS_TABLE: tables.uploads.name,
    EVENTS_TABLE: tables.events.name,
    COLLECTIONS_TABLE: tables.collections.name,
  };
  const list = (bucket: BucketName, ...more: string[]) => ({
    actions: ["s3:ListBucket"],
    resources: [bucket.arn],
    conditions: [{ test: "StringLike", variable: "s3:prefix", values: [PATTERNS.events, ...more] }],
  });
  // Has no condition on the prefix (AWS: service authorization reference, s3).
  const listUnfinished = { actions: ["s3:ListBucketMultipartUploads"], resources: [uploads.arn] };
  const stored = (bucket: BucketName) => $interpolate`${bucket.arn}/${PATTERNS.events}`;

  const settle = handler("Settle", "upkeep/settle", {
    ...keptWhenFailed,
    timeout: "15 minutes",
    environment: {
      ...tableNames,
      VIEWS_TABLE: tables.views.name,
      UPLOADS_BUCKET: uploads.bucket,
      CONTENT_BUCKET: content.bucket,
      IMAGES_BUCKET: images.bucket,
      USER_POOL_ID: users.pool.id,
      ...announce.environment,
      ...tell.environment,
    },
    permissions: [
      {
        actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"],
        resources: [tables.uploads.arn],
      },
      {
        actions: ["dynamodb:Query"],
        resources: [
          $interpolate`${tables.uploads.arn}/index/byEvent`,
          $interpolate`${tables.uploads.arn}/index/byFan`,
          $interpolate`${tables.events.arn}/index/byCreative`,
          $interpolate`${tables.collections.arn}/index/byCreative`,
          $interpolate`${tables.collections.arn}/index/byMedia`,
        ],
      },
      {
        actions: ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
        resources: [tables.events.arn],
      },
      {
        actions: [
          ...["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
          "dynamodb:BatchWriteItem",
        ],
        resources: [tables.collections.arn],
      },
      { actions: ["dynamodb:Query", "dynamodb:BatchWriteItem"], resources: [tables.views.arn] },
      list(uploads),
      listUnfinished,
      list(content),
      list(images, PATTERNS.pictures),
      {
        actions: ["s3:DeleteObject"],
        resources: [stored(uploads), stored(content), stored(images), $interpolate`${images.arn}/${PATTERNS.pictures}`],
      },
      { actions: ["s3:AbortMultipartUpload"], resources: [stored(uploads)] },
      {
        actions: ["s3:PutObjectTagging", "s3:DeleteObjectTagging"],
        resources: [stored(content), stored(images)],
      },
      {
        // What a creative publishes goes from where it waited to where the edge reads it.
        actions: ["s3:GetObject"],
        resources: [content, images].map(({ arn }) => $interpolate`${arn}/${PATTERNS.waiting}`),
      },
      {
        actions: ["s3:PutObject"],
        resources: [$interpolate`${content.arn}/${PATTERNS.ofVideo}`, $interpolate`${images.arn}/${PATTERNS.photos}`],
      },
      {
        // Executions have names of their own; they are of this one machine.
        actions: ["states:StopExecution"],
        resources: [$interpolate`${executions}:*`],
      },
      // Users who delete their account; no user of another pool.
      { actions: ["cognito-idp:AdminDeleteUser"], resources: [users.pool.arn] },
      announce.permission,
      tell.permission,
      keep,
    ],
  });
  const settlementDue = events.rule(
    "SettlementDue",
    "A record was deleted, hidden, shown or refused: S3 and the edge follow",
    {
      eventPattern: { source: [source], "detail-type": ["Settlement Due"] },
    },
  );
  events.toFunction("SettlementDue", settlementDue, settle);
  const invalidate = handler("Invalidate", "upkeep/invalidate", {
    ...keptWhenFailed,
    // One of them waits while the edge takes no more.
    timeout: "15 minutes",
    environment: {
      EVENTS_TABLE: tables.events.name,
      DISTRIBUTION_ID: edge.distributionId,
      ...announce.environment,
    },
    permissions: [
      {
        actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
        resources: [tables.events.arn],
      },
      { actions: ["cloudfront:CreateInvalidation"], resources: [edge.distributionArn] },
      announce.permission,
      keep,
    ],
  });
  const invalidationDue = events.rule("InvalidationDue", "The edge is to forget something", {
    eventPattern: { source: [source], "detail-type": ["Invalidation Due"] },
  });
  events.toFunction("InvalidationDue", invalidationDue, invalidate);

  const sweep = handler("Sweep", "upkeep/sweep", {
    ...keptWhenFailed,
    timeout: "10 minutes",
    environment: {
      UPLOADS_TABLE: tables.uploads.name,
      EVENTS_TABLE: tables.events.name,
      UPLOADS_BUCKET: uploads.bucket,
      INGEST_ARN: machine.arn,
      ...measured(),
      ...announce.environment,
      ...tell.environment,
    },
    permissions: [
      { actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"], resources: [tables.uploads.arn] },
      {
        actions: ["dynamodb:Query"],
        resources: [
          $interpolate`${tables.uploads.arn}/index/open`,
          $interpolate`${tables.events.arn}/index/open`,
          tables.events.arn,
        ],
      },
      list(uploads),
      listUnfinished,
      { actions: ["s3:AbortMultipartUpload"], resources: [stored(uploads)] },
      { actions: ["states:StartExecution"], resources: [machine.arn] },
      {
        // Executions have names of their own; they are of this one machine.
        actions: ["states:DescribeExecution", "states:RedriveExecution"],
        resources: [$interpolate`${executions}:*`],
      },
      announce.permission,
      tell.permission,
      keep,
    ],
  });
  const sweepDue = events.rule(
    "SweepDue",
    "Expires uploads that never arrived, takes in those whose event was lost, tries again what failed, settles what was left unsettled",
    { scheduleExpression: "rate(15 minutes)" },
  );
  events.toFunction("SweepDue", sweepDue, sweep);

  const pictures = [$interpolate`${images.arn}/${PATTERNS.flyers}`, $interpolate`${images.arn}/${PATTERNS.pictures}`];
  const adoptPicture = handler("AdoptPicture", "upkeep/adopt-picture", {
    ...keptWhenFailed,
    timeout: "5 minutes",
    // As for published images: one is decoded whole where something private is taken out of it.
    memory: "3008 MB",
    install: ["sharp", "libheif-js"],
    environment: {
      ...DECODING,
      EVENTS_TABLE: tables.events.name,
      IMAGES_BUCKET: images.bucket,
      CDN_URL: edge.url,
      ...announce.environment,
    },
    permissions: [
      { actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: [tables.events.arn] },
      { actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], resources: pictures },
      // Without it S3 does not tell that a picture is gone from that it may not be read.
      { actions: ["s3:ListBucket"], resources: [images.arn] },
      announce.permission,
      keep,
    ],
  });
  const pictureArrived = events.rule("PictureArrived", "A flyer or profile picture has arrived: look at it", {
    eventPattern: {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: {
        bucket: { name: [images.bucket] },
        object: { key: [{ wildcard: PATTERNS.flyers }, { prefix: PATTERNS.pictures.slice(0, -1) }] },
      },
    },
  });
  events.toFunction("PictureArrived", pictureArrived, adoptPicture);
}
