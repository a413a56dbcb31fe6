import { PATTERNS } from "../packages/core/src/keys";
import type { Database } from "./database";
import type { Eventing } from "./eventing";
import { DECODING, handler, measured, policy } from "./handler";
import { trust } from "./hardening";
import { ingest } from "./ingest.asl";
import { arn, named, partition, worldwide } from "./names";
import type { Storage } from "./storage";

const RETENTION_DAYS = 30;
/** The state machine, its handlers, and the event rules that start it, follow it and record what went wrong. */
export function pipeline(buckets: Storage, tables: Database, events: Eventing) {
  const { uploads, content, images } = buckets;
  const staged = $interpolate`${uploads.arn}/${PATTERNS.events}`;
  /** A transition reads an upload's rows and writes them in one transaction. */
  const transition = {
    actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"],
    resources: [tables.uploads.arn],
  };
  const readStaged = [
    { actions: ["s3:GetObject"], resources: [staged] },
    // Without it S3 does not tell that a file is gone from that it may not be read.
    { actions: ["s3:ListBucket"], resources: [uploads.arn] },
  ];
  const uploadsTable = { UPLOADS_TABLE: tables.uploads.name, EVENTS_TABLE: tables.events.name };

  const { keptWhenFailed, keep, announce, tell } = events;
  const ingesting = { ...uploadsTable, ...measured(), ...tell.environment, UPLOADS_BUCKET: uploads.bucket };

  const claimUpload = handler("ClaimUpload", "ingest/claim-upload", {
    environment: ingesting,
    permissions: [
      transition,
      // Whether its creative looks at what arrives.
      { actions: ["dynamodb:GetItem"], resources: [tables.events.arn] },
      ...readStaged,
      tell.permission,
    ],
  });
  const planTranscode = handler("PlanTranscode", "ingest/plan-transcode", {
    // Files without an index are read whole to measure them.
    timeout: "1 minute",
    memory: "1024 MB",
    environment: { ...ingesting, CONTENT_BUCKET: content.bucket },
    permissions: [transition, ...readStaged, tell.permission],
  });
  const publishImage = handler("PublishImage", "ingest/publish-image", {
    timeout: "2 minutes",
    // A picture of 100 megapixels is 400 MB once decoded, and is held twice while it is turned upright.
    memory: "3008 MB",
    install: ["sharp", "libheif-js"],
    environment: { ...ingesting, ...DECODING, IMAGES_BUCKET: images.bucket },
    permissions: [
      transition,
      ...readStaged,
      tell.permission,
      {
        actions: ["s3:PutObject"],
        resources: [PATTERNS.photos, PATTERNS.waiting].map((pattern) => $interpolate`${images.arn}/${pattern}`),
      },
    ],
  });
  const madeOfVideo = (path: string) =>
    [PATTERNS.ofVideo, PATTERNS.waiting].map((pattern) => $interpolate`${content.arn}/${pattern}/${path}`);
  const publish = handler("Publish", "ingest/publish", {
    // The film of ten minutes takes ten seconds; one of five hours, which is all of a fan's day, some minutes.
    timeout: "15 minutes",
    // A whole processor; that film takes a quarter of it, and keeps nothing on disk.
    memory: "1769 MB",
    // Mirrored clips: it is loaded only then.
    install: ["sharp"],
    environment: {
      ...uploadsTable,
      ...measured(),
      CONTENT_BUCKET: content.bucket,
      ...announce.environment,
      ...tell.environment,
    },
    permissions: [
      transition,
      { actions: ["dynamodb:Query", "dynamodb:UpdateItem"], resources: [tables.events.arn] },
      announce.permission,
      tell.permission,
      {
        actions: ["s3:ListBucket"],
        resources: [content.arn],
        conditions: [{ test: "StringLike", variable: "s3:prefix", values: [PATTERNS.events] }],
      },
      // What was made of a file that turns out to be too long.
      { actions: ["s3:DeleteObject"], resources: [$interpolate`${content.arn}/${PATTERNS.events}`] },
      {
        // The stream becomes the file, a frame the thumbnail; both are mirrored where the clip is.
        actions: ["s3:GetObject", "s3:PutObject"],
        resources: ["hls/*", "frames/*"].flatMap(madeOfVideo),
      },
      { actions: ["s3:PutObject"], resources: ["video.mp4", "thumbnail.jpg"].flatMap(madeOfVideo) },
    ],
  });
  const recordProgress = handler("RecordProgress", "upkeep/record-progress", {
    ...keptWhenFailed,
    environment: uploadsTable,
    permissions: [{ actions: ["dynamodb:UpdateItem"], resources: [tables.uploads.arn] }, keep],
  });
  const recordFailure = handler("RecordFailure", "upkeep/record-failure", {
    ...keptWhenFailed,
    environment: ingesting,
    permissions: [transition, { actions: ["s3:DeleteObject"], resources: [staged] }, tell.permission, keep],
  });

  const mediaConvertRole = new aws.iam.Role("MediaConvertRole", {
    name: worldwide("media-convert"),
    assumeRolePolicy: trust("mediaconvert.amazonaws.com", true),
    inlinePolicies: [
      {
        name: "media",
        policy: policy([
          { actions: ["s3:GetObject"], resources: [staged] },
          { actions: ["s3:PutObject"], resources: [$interpolate`${content.arn}/${PATTERNS.events}`] },
        ]),
      },
    ],
  });
  const mediaConvertQueue = arn("mediaconvert", "queues/Default");

  const machineName = named("ingest");
  const logGroup = new aws.cloudwatch.LogGroup("IngestLogs", {
    // Below /aws/vendedlogs the log group's resource policy cannot outgrow its limit (AWS: Step Functions logging).
    name: `/aws/vendedlogs/states/${machineName}`,
    retentionInDays: RETENTION_DAYS,
  });
  const machineRole = new aws.iam.Role("IngestRole", {
    name: worldwide("ingest"),
    assumeRolePolicy: trust("states.amazonaws.com", true),
    inlinePolicies: [
      {
        name: "ingest",
        policy: policy([
          {
            actions: ["lambda:InvokeFunction"],
            resources: [claimUpload.arn, planTranscode.arn, publishImage.arn, publish.arn],
          },
          { actions: ["mediaconvert:CreateJob"], resources: [mediaConvertQueue] },
          {
            // Job ids are not known beforehand; Step Functions tags the jobs it makes.
            actions: ["mediaconvert:GetJob", "mediaconvert:CancelJob"],
            resources: [arn("mediaconvert", "jobs/*")],
            conditions: [
              { test: "StringEquals", variable: "aws:ResourceTag/ManagedByService", values: ["AWSStepFunctions"] },
            ],
          },
          // Probe knows no resources: AWS requires "*" here.
          { actions: ["mediaconvert:Probe"], resources: ["*"] },
          {
            actions: ["iam:PassRole"],
            resources: [mediaConvertRole.arn],
            conditions: [
              { test: "StringEquals", variable: "iam:PassedToService", values: ["mediaconvert.amazonaws.com"] },
            ],
          },
          {
            actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            resources: [arn("events", "rule/StepFunctionsGetEventsForMediaConvertJobRule")],
          },
          // Probe reads with these rights too.
          ...readStaged,
          { actions: ["s3:DeleteObject"], resources: [staged] },
          {
            // Log delivery has no resources: AWS requires "*" here.
            actions: [
              "logs:CreateLogDelivery",
              "logs:GetLogDelivery",
              "logs:UpdateLogDelivery",
              "logs:DeleteLogDelivery",
              "logs:ListLogDeliveries",
              "logs:PutResourcePolicy",
              "logs:DescribeResourcePolicies",
              "logs:DescribeLogGroups",
            ],
            resources: ["*"],
          },
        ]),
      },
    ],
  });
  const machine = new aws.sfn.StateMachine("Ingest", {
    name: machineName,
    type: "STANDARD",
    roleArn: machineRole.arn,
    definition: $util
      .all([
        ...[claimUpload, planTranscode, publishImage, publish].map((fn) => fn.arn),
        ...[mediaConvertRole.arn, mediaConvertQueue, partition()],
      ])
      .apply(([claim, plan, image, publication, role, queue, partitionName]) =>
        JSON.stringify(
          ingest({
            claimUpload: claim!,
            planTranscode: plan!,
            publishImage: image!,
            publish: publication!,
            mediaConvertRole: role!,
            mediaConvertQueue: queue!,
            partition: partitionName!,
            uploadsBucket: uploads.bucket,
            contentBucket: content.bucket,
            app: $app.name,
            stage: $app.stage,
            live: $dev,
          }),
        ),
      ),
    loggingConfiguration: {
      level: "ERROR",
      includeExecutionData: true,
      logDestination: $interpolate`${logGroup.arn}:*`,
    },
  });

  const objectCreated = events.rule("ObjectCreated", "A fan's file has arrived: start the state machine", {
    eventPattern: {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: [uploads.bucket] }, object: { key: [{ prefix: "events/" }] } },
    },
  });
  const startRole = new aws.iam.Role("ObjectCreatedRole", {
    name: worldwide("object-created"),
    assumeRolePolicy: trust("events.amazonaws.com", true),
    inlinePolicies: [
      { name: "start", policy: policy([{ actions: ["states:StartExecution"], resources: [machine.arn] }]) },
    ],
  });
  events.toMachine("ObjectCreated", objectCreated, machine, startRole);

  const jobChanged = events.rule("JobChanged", "MediaConvert tells how far a job is", {
    eventPattern: {
      source: ["aws.mediaconvert"],
      "detail-type": ["MediaConvert Job State Change"],
      // Other stages' jobs run in the same queue.
      detail: { status: ["STATUS_UPDATE", "ERROR"], userMetadata: { stage: [$app.stage] } },
    },
  });
  events.toFunction("JobChanged", jobChanged, recordProgress);
  const executionEnded = events.rule("ExecutionEnded", "An execution ended badly: record it on the media", {
    eventPattern: {
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: { stateMachineArn: [machine.arn], status: ["FAILED", "TIMED_OUT", "ABORTED"] },
    },
  });
  events.toFunction("ExecutionEnded", executionEnded, recordFailure);

  return { machine, queue: mediaConvertQueue };
}
export type Pipeline = ReturnType<typeof pipeline>;
