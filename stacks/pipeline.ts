import type { Database } from "./database";
import { trust } from "./hardening";
import { ingest } from "./ingest.asl";
import { account, named, region } from "./names";
import type { Storage } from "./storage";

const RETENTION_DAYS = 30;
/** Events are retried this long before they become dead letters. */
const EVENT_AGE_SECONDS = 2 * 60 * 60;
const EVENT_ATTEMPTS = 20;
/** AWS's longest retention of a queue: time to look at dead letters. */
const DEAD_LETTER_SECONDS = 14 * 24 * 60 * 60;

const policy = (statements: aws.types.input.iam.GetPolicyDocumentStatementArgs[]) =>
  aws.iam.getPolicyDocumentOutput({ statements }).json;

/** The state machine, its handlers, and the event rules that start it, follow it and record what went wrong. */
export function pipeline(buckets: Storage, tables: Database) {
  const deadLetters = new aws.sqs.Queue("DeadLetters", {
    name: named("dead-letters"),
    messageRetentionSeconds: DEAD_LETTER_SECONDS,
    sqsManagedSseEnabled: true,
  });
  const { uploads, content, images } = buckets;
  const staged = `${uploads.arn}/events/*`;
  /** A transition reads an upload's rows and writes them in one transaction. */
  const transition = {
    actions: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"],
    resources: [tables.uploads.arn],
  };
  const uploadsTable = { UPLOADS_TABLE: tables.uploads.name, EVENTS_TABLE: tables.events.name };
  const handler = (name: string, file: string, args: Omit<sst.aws.FunctionArgs, "handler">) =>
    new sst.aws.Function(name, {
      handler: `packages/functions/src/${file}.handler`,
      architecture: "arm64",
      timeout: "30 seconds",
      memory: "512 MB",
      logging: { retention: "1 month" },
      ...args,
    });

  const claimUpload = handler("ClaimUpload", "claim-upload", {
    environment: { ...uploadsTable, UPLOADS_BUCKET: uploads.bucket },
    permissions: [transition, { actions: ["s3:GetObject"], resources: [staged] }],
  });
  const planTranscode = handler("PlanTranscode", "plan-transcode", {
    environment: { ...uploadsTable, UPLOADS_BUCKET: uploads.bucket, CONTENT_BUCKET: content.bucket },
    permissions: [transition, { actions: ["s3:GetObject"], resources: [staged] }],
  });
  const publishImage = handler("PublishImage", "publish-image", {
    timeout: "2 minutes",
    // A picture of 100 megapixels is 400 MB once decoded, and is held twice while it is turned upright.
    memory: "3008 MB",
    nodejs: { install: ["sharp"] },
    environment: { ...uploadsTable, UPLOADS_BUCKET: uploads.bucket, IMAGES_BUCKET: images.bucket },
    permissions: [
      transition,
      { actions: ["s3:GetObject"], resources: [staged] },
      { actions: ["s3:PutObject"], resources: [`${images.arn}/events/*/uploads/*/images/*`] },
    ],
  });
  const publish = handler("Publish", "publish", {
    environment: { ...uploadsTable, CONTENT_BUCKET: content.bucket },
    permissions: [
      transition,
      { actions: ["dynamodb:UpdateItem"], resources: [tables.events.arn] },
      {
        actions: ["s3:ListBucket"],
        resources: [content.arn],
        conditions: [{ test: "StringLike", variable: "s3:prefix", values: ["events/*/frames/*"] }],
      },
      { actions: ["s3:GetObject"], resources: [`${content.arn}/events/*/frames/*`] },
      { actions: ["s3:PutObject"], resources: [`${content.arn}/events/*/thumbnail.jpg`] },
    ],
  });
  // EventBridge hands events over and is done: what these two cannot take after Lambda's own retries is kept as well.
  const keptWhenFailed = {
    transform: { function: { deadLetterConfig: { targetArn: deadLetters.arn } } },
  } satisfies Partial<sst.aws.FunctionArgs>;
  const keep = { actions: ["sqs:SendMessage"], resources: [deadLetters.arn] };
  const recordProgress = handler("RecordProgress", "record-progress", {
    ...keptWhenFailed,
    environment: uploadsTable,
    permissions: [{ actions: ["dynamodb:UpdateItem"], resources: [tables.uploads.arn] }, keep],
  });
  const recordFailure = handler("RecordFailure", "record-failure", {
    ...keptWhenFailed,
    environment: { ...uploadsTable, UPLOADS_BUCKET: uploads.bucket },
    permissions: [transition, { actions: ["s3:DeleteObject"], resources: [staged] }, keep],
  });

  const mediaConvertRole = new aws.iam.Role("MediaConvertRole", {
    name: named("media-convert"),
    assumeRolePolicy: trust("mediaconvert.amazonaws.com", true),
    inlinePolicies: [
      {
        name: "media",
        policy: policy([
          { actions: ["s3:GetObject"], resources: [staged] },
          { actions: ["s3:PutObject"], resources: [`${content.arn}/events/*`] },
        ]),
      },
    ],
  });
  const mediaConvertQueue = $interpolate`arn:aws:mediaconvert:${region()}:${account()}:queues/Default`;

  const machineName = named("ingest");
  const logGroup = new aws.cloudwatch.LogGroup("IngestLogs", {
    // Below /aws/vendedlogs the log group's resource policy cannot outgrow its limit (AWS: Step Functions logging).
    name: `/aws/vendedlogs/states/${machineName}`,
    retentionInDays: RETENTION_DAYS,
  });
  const machineRole = new aws.iam.Role("IngestRole", {
    name: machineName,
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
            resources: [$interpolate`arn:aws:mediaconvert:${region()}:${account()}:jobs/*`],
            conditions: [
              { test: "StringEquals", variable: "aws:ResourceTag/ManagedByService", values: ["AWSStepFunctions"] },
            ],
          },
          // Probe has no resource of its own.
          {
            actions: ["mediaconvert:Probe"],
            resources: [$interpolate`arn:aws:mediaconvert:${region()}:${account()}:*`],
          },
          {
            actions: ["iam:PassRole"],
            resources: [mediaConvertRole.arn],
            conditions: [
              { test: "StringEquals", variable: "iam:PassedToService", values: ["mediaconvert.amazonaws.com"] },
            ],
          },
          {
            actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            resources: [
              $interpolate`arn:aws:events:${region()}:${account()}:rule/StepFunctionsGetEventsForMediaConvertJobRule`,
            ],
          },
          { actions: ["s3:GetObject", "s3:DeleteObject"], resources: [staged] },
          { actions: ["s3:PutObject"], resources: [`${content.arn}/events/*/video.mp4`] },
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
      .all([claimUpload.arn, planTranscode.arn, publishImage.arn, publish.arn, mediaConvertRole.arn, mediaConvertQueue])
      .apply(([claim, plan, image, publication, role, queue]) =>
        JSON.stringify(
          ingest({
            claimUpload: claim,
            planTranscode: plan,
            publishImage: image,
            publish: publication,
            mediaConvertRole: role,
            mediaConvertQueue: queue,
            uploadsBucket: uploads.bucket,
            contentBucket: content.bucket,
            stage: $app.stage,
          }),
        ),
      ),
    loggingConfiguration: {
      level: "ERROR",
      includeExecutionData: true,
      logDestination: $interpolate`${logGroup.arn}:*`,
    },
  });

  const rule = (name: string, description: string, eventPattern: Record<string, unknown>) =>
    new aws.cloudwatch.EventRule(name, {
      name: named(name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()),
      description,
      eventPattern: $jsonStringify(eventPattern),
    });
  const delivery = {
    deadLetterConfig: { arn: deadLetters.arn },
    retryPolicy: { maximumEventAgeInSeconds: EVENT_AGE_SECONDS, maximumRetryAttempts: EVENT_ATTEMPTS },
  };

  const objectCreated = rule("ObjectCreated", "A fan's file has arrived: start the state machine", {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [uploads.bucket] }, object: { key: [{ prefix: "events/" }] } },
  });
  const startRole = new aws.iam.Role("ObjectCreatedRole", {
    name: named("object-created"),
    assumeRolePolicy: trust("events.amazonaws.com", true),
    inlinePolicies: [
      { name: "start", policy: policy([{ actions: ["states:StartExecution"], resources: [machine.arn] }]) },
    ],
  });
  new aws.cloudwatch.EventTarget("ObjectCreatedTarget", {
    rule: objectCreated.name,
    targetId: "ingest",
    arn: machine.arn,
    roleArn: startRole.arn,
    ...delivery,
  });

  /** A rule that hands its events to a function; what the function cannot take ends up with the dead letters too. */
  const toFunction = (name: string, from: aws.cloudwatch.EventRule, to: sst.aws.Function) => {
    new aws.lambda.Permission(`${name}Permission`, {
      action: "lambda:InvokeFunction",
      function: to.name,
      principal: "events.amazonaws.com",
      sourceArn: from.arn,
    });
    new aws.cloudwatch.EventTarget(`${name}Target`, {
      rule: from.name,
      targetId: "function",
      arn: to.arn,
      ...delivery,
    });
  };
  const jobChanged = rule("JobChanged", "MediaConvert tells how far a job is", {
    source: ["aws.mediaconvert"],
    "detail-type": ["MediaConvert Job State Change"],
    // Other stages' jobs run in the same queue.
    detail: { status: ["STATUS_UPDATE", "ERROR"], userMetadata: { stage: [$app.stage] } },
  });
  toFunction("JobChanged", jobChanged, recordProgress);
  const executionEnded = rule("ExecutionEnded", "An execution ended badly: record it on the media", {
    source: ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    detail: { stateMachineArn: [machine.arn], status: ["FAILED", "TIMED_OUT", "ABORTED"] },
  });
  toFunction("ExecutionEnded", executionEnded, recordFailure);

  const sweep = handler("Sweep", "sweep", {
    ...keptWhenFailed,
    timeout: "10 minutes",
    environment: { ...uploadsTable, UPLOADS_BUCKET: uploads.bucket, INGEST_ARN: machine.arn },
    permissions: [
      transition,
      { actions: ["dynamodb:Query"], resources: [$interpolate`${tables.uploads.arn}/index/open`] },
      {
        actions: ["s3:ListBucket", "s3:ListBucketMultipartUploads"],
        resources: [uploads.arn],
        conditions: [{ test: "StringLike", variable: "s3:prefix", values: ["events/*"] }],
      },
      { actions: ["s3:AbortMultipartUpload"], resources: [staged] },
      { actions: ["states:StartExecution"], resources: [machine.arn] },
      keep,
    ],
  });
  const everyHour = new aws.cloudwatch.EventRule("EveryHour", {
    name: named("every-hour"),
    description: "Expires uploads that never arrived, takes in those whose event was lost",
    scheduleExpression: "rate(1 hour)",
  });
  toFunction("EveryHour", everyHour, sweep);

  new aws.sqs.QueuePolicy("DeadLettersPolicy", {
    queueUrl: deadLetters.url,
    policy: policy([
      {
        actions: ["sqs:SendMessage"],
        principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
        resources: [deadLetters.arn],
        conditions: [
          {
            test: "ArnEquals",
            variable: "aws:SourceArn",
            values: [objectCreated.arn, jobChanged.arn, executionEnded.arn, everyHour.arn],
          },
        ],
      },
    ]),
  });

  return { machine, deadLetters };
}
