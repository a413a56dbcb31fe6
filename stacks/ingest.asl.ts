import type { Claimed, Converted, Planned, Route } from "../packages/core/src/upload/route.ts";

/** ARNs and names the state machine speaks of. */
export interface IngestResources {
  claimUpload: string;
  planTranscode: string;
  publishImage: string;
  publish: string;
  mediaConvertRole: string;
  mediaConvertQueue: string;
  uploadsBucket: string;
  contentBucket: string;
  app: string;
  stage: string;
  /** AWS's partition: `aws`, except in China and GovCloud. */
  partition: string;
  /** As `sst dev` runs it: a developer may hold a call at a breakpoint. */
  live: boolean;
}

/** The Task before said that it goes one of these ways. */
const on = <R extends Route>(...routes: R[]) =>
  routes.length === 1
    ? `{% $states.input.route = '${routes[0]}' %}`
    : `{% $states.input.route in [${routes.map((route) => `'${route}'`).join(", ")}] %}`;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** A developer holds a call at a breakpoint for as long as Lambda lets them. */
const LIVE_SECONDS = 16 * MINUTE;

const JITTER = { JitterStrategy: "FULL" };

/**
 * Errors that say that the code or its rights are wrong: the next attempt ends in the same way. What Lambda reports is
 * the error's name (AWS: Lambda runtime errors; ECMAScript).
 */
const HOPELESS = [
  "TypeError",
  "ReferenceError",
  "SyntaxError",
  "ValiError",
  "ValidationException",
  "AccessDenied",
  "AccessDeniedException",
  "Runtime.HandlerNotFound",
  "Runtime.ImportModuleError",
  "Runtime.MalformedHandlerName",
  "Runtime.UserCodeSyntaxError",
];
const neverRetry = { ErrorEquals: HOPELESS, MaxAttempts: 0 };

/**
 * More work than AWS takes at once. With the 10 concurrent calls of a new account 10,000 photos in a minute take 50
 * minutes and 32 refusals of one call, and MediaConvert takes 5 jobs a second: these attempts, with full jitter, last
 * eight hours (`npm run burst` counts them). A shorter pause would only cost more transitions.
 */
const throttled = (...errors: string[]) => ({
  ErrorEquals: errors,
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxDelaySeconds: 300,
  MaxAttempts: 200,
  ...JITTER,
});

/** A short fault of a service or a connection: four minutes of retries, then the execution fails. */
const troubled = (...errors: string[]) => ({
  ErrorEquals: errors,
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  MaxAttempts: 12,
  ...JITTER,
});

/** The handlers are safe to repeat. */
const retryLambda = [
  throttled("Lambda.TooManyRequestsException"),
  troubled(
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
  ),
];

/** A call that ran out of time or memory would mostly do so again, at the price of a whole call. */
const retryOnce = {
  ErrorEquals: ["Sandbox.Timedout", "States.Timeout", "Runtime.ExitError", "Runtime.OutOfMemory", "Lambda.Unknown"],
  IntervalSeconds: 10,
  BackoffRate: 1,
  MaxAttempts: 1,
  ...JITTER,
};

/** All other errors: a broken connection, or a fault of a service that outlasts the SDK's retries. */
const retryUnexpected = {
  ErrorEquals: ["States.ALL"],
  IntervalSeconds: 2,
  BackoffRate: 3,
  MaxDelaySeconds: 60,
  MaxAttempts: 4,
  ...JITTER,
};

const retryMediaConvert = [
  throttled("MediaConvert.TooManyRequestsException"),
  troubled(
    "MediaConvert.InternalServerErrorException",
    "MediaConvert.ConflictException",
    "MediaConvert.SdkClientException",
  ),
];

/** S3 reports throttling by the same error as everything else. */
const retryS3 = [troubled("S3.S3Exception", "S3.SdkClientException", "States.Timeout")];

/** MediaConvert refuses the file or our settings, and would do so again. */
const settled = {
  ErrorEquals: [
    "MediaConvert.BadRequestException",
    "MediaConvert.NotFoundException",
    "MediaConvert.ForbiddenException",
  ],
  MaxAttempts: 0,
};

/** Half of the execution's own time is over: a second half would end with it. */
const tooLate = { ErrorEquals: ["States.Timeout"], MaxAttempts: 0 };

/** Values that are there or not: an expression without a value is an error (AWS: JSONata in Step Functions). */
const orNull = (path: string) => `{% $exists(${path}) ? ${path} : null %}`;

/**
 * From an arrived object to a published media. What the fan did wrong is recorded and ends well; what goes wrong on our
 * side is not caught: the execution fails where it failed, and a redrive goes on from there.
 */
export function ingest(to: IngestResources) {
  const integration = (name: string) => `arn:${to.partition}:states:::${name}`;
  const invoke = (functionArn: string, payload: unknown, seconds: number) => ({
    Type: "Task",
    Resource: integration("lambda:invoke"),
    Arguments: { FunctionName: functionArn, Payload: payload },
    TimeoutSeconds: to.live ? LIVE_SECONDS : seconds,
    Retry: [neverRetry, ...retryLambda, retryOnce, retryUnexpected],
  });
  return {
    Comment: "Takes in one object a fan uploaded: checks it, makes it playable, files it under its event.",
    QueryLanguage: "JSONata",
    TimeoutSeconds: 24 * HOUR,
    StartAt: "Claim upload",
    States: {
      "Claim upload": {
        Comment:
          "Is this a file we wait for, of the announced size and kind? Taken on once, however often S3 tells of it.",
        ...invoke(
          to.claimUpload,
          {
            key: "{% $states.input.detail.object.key %}",
            bytes: "{% $states.input.detail.object.size %}",
            etag: "{% $states.input.detail.object.etag %}",
            sequencer: "{% $states.input.detail.object.sequencer %}",
            executionArn: "{% $states.context.Execution.Id %}",
          },
          MINUTE,
        ),
        Assign: { media: "{% $states.result.Payload.media %}" },
        Output: { route: "{% $states.result.Payload.route %}" },
        Next: "Content type?",
      },
      "Content type?": {
        Type: "Choice",
        Comment:
          "Videos are transcoded, images go to the images bucket; refused files, and ones sent twice, are removed.",
        Choices: [
          { Condition: on<Claimed>("video"), Next: "Probe video" },
          { Condition: on<Claimed>("image"), Next: "Publish image" },
          { Condition: on<Claimed>("refused", "surplus"), Next: "Clean up" },
        ],
        Default: "Already handled",
      },
      "Already handled": {
        Type: "Succeed",
        Comment:
          "A repeated or stale event, an object no upload waits for, or one deleted meanwhile: nothing is to be done.",
      },
      "Probe video": {
        Type: "Task",
        Comment: "MediaConvert looks at tracks, size, rotation and colour without converting anything.",
        Resource: integration("aws-sdk:mediaconvert:probe"),
        Arguments: { InputFiles: [{ FileUrl: `{% 's3://${to.uploadsBucket}/' & $media.key %}` }] },
        // A file it finds nothing in may come back without results.
        Output: { probe: orNull("$states.result.ProbeResults[0]"), gone: false },
        TimeoutSeconds: 2 * MINUTE,
        Retry: [settled, ...retryMediaConvert, retryUnexpected],
        Catch: [
          {
            // A file MediaConvert cannot read is the fan's: planning refuses it in words they understand.
            ErrorEquals: ["MediaConvert.BadRequestException"],
            Output: { probe: null, gone: false },
            Next: "Plan transcode",
          },
          {
            // Deleted since it was claimed, or lost: planning knows which.
            ErrorEquals: ["MediaConvert.NotFoundException"],
            Output: { probe: null, gone: true },
            Next: "Plan transcode",
          },
        ],
        Next: "Plan transcode",
      },
      "Plan transcode": {
        Comment:
          "Decides what to make of the video, or refuses what is no playable video or breaks the event's limits.",
        ...invoke(
          to.planTranscode,
          { media: "{% $media %}", probe: "{% $states.input.probe %}", gone: "{% $states.input.gone %}" },
          MINUTE,
        ),
        Output: "{% $states.result.Payload %}",
        Next: "Playable?",
      },
      "Playable?": {
        Type: "Choice",
        Comment: "A refused file is removed; of a deleted one nothing is left to do; the others are converted.",
        Choices: [
          { Condition: on<Planned>("refused"), Next: "Clean up" },
          { Condition: on<Planned>("gone"), Next: "Already handled" },
        ],
        Default: "Transcode video",
      },
      "Transcode video": {
        Type: "Task",
        Comment: "MediaConvert writes the HLS ladder and the frames. The timeout counts the time in its queue.",
        Resource: integration("mediaconvert:createJob.sync"),
        Arguments: {
          Role: to.mediaConvertRole,
          Queue: to.mediaConvertQueue,
          Settings: "{% $states.input.settings %}",
          StatusUpdateInterval: "SECONDS_10",
          // The same request repeated within a minute is one job; after a failed job or a redrive it is a new one.
          ClientRequestToken:
            "{% $substring($states.context.Execution.Name, 0, 52) & '-' & $string($states.context.Execution.RedriveCount) & '-' & $string($states.context.State.RetryCount) %}",
          // So that what it costs counts to its stage, as all that SST makes; else it is nobody's.
          Tags: { "sst:app": to.app, "sst:stage": to.stage },
          BillingTagsSource: "JOB",
          UserMetadata: {
            stage: to.stage,
            eventId: "{% $media.eventId %}",
            fanId: "{% $media.fanId %}",
            uploadId: "{% $media.uploadId %}",
            mediaId: "{% $media.mediaId %}",
          },
        },
        Output: {
          jobId: "{% $states.result.Job.Id %}",
          planned: "{% $states.input.video %}",
          // The first output, the stream's highest rung, as it was really made.
          made: orNull("$states.result.Job.OutputGroupDetails[0].OutputDetails[0]"),
        },
        TimeoutSeconds: 12 * HOUR,
        Retry: [settled, tooLate, ...retryMediaConvert, { ...retryUnexpected, MaxAttempts: 1 }],
        Next: "Publish",
      },
      "Publish image": {
        Comment: "Upright, without metadata, at most 4096 pixels, with a small WebP beside it.",
        ...invoke(to.publishImage, { media: "{% $media %}" }, 3 * MINUTE),
        Output: "{% $states.result.Payload %}",
        Next: "Readable?",
      },
      "Readable?": {
        Type: "Choice",
        Comment: "A picture that cannot be read is removed; of a deleted one nothing is left to do.",
        Choices: [
          { Condition: on<Converted>("refused"), Next: "Clean up" },
          { Condition: on<Converted>("gone"), Next: "Already handled" },
        ],
        Default: "Publish",
      },
      Publish: {
        Comment:
          "Puts video.mp4 together of the stream; then, in one transaction: the media is complete, its upload follows, the event's gallery has it.",
        ...invoke(
          to.publish,
          {
            media: "{% $media %}",
            planned: orNull("$states.input.planned"),
            made: orNull("$states.input.made"),
            image: orNull("$states.input.image"),
            arrivedAt: "{% $states.context.Execution.StartTime %}",
          },
          16 * MINUTE,
        ),
        Output: "{% $states.result.Payload %}",
        Next: "Clean up",
      },
      "Clean up": {
        Type: "Task",
        Comment: "What the fan sent is no longer needed.",
        Resource: integration("aws-sdk:s3:deleteObject"),
        Arguments: { Bucket: to.uploadsBucket, Key: "{% $media.key %}" },
        Output: { key: "{% $media.key %}" },
        TimeoutSeconds: MINUTE,
        Retry: [...retryS3, retryUnexpected],
        End: true,
      },
    },
  };
}
