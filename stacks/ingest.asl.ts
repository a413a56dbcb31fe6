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
  stage: string;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Lambda's own troubles pass; the handlers are safe to repeat. */
const retryLambda = {
  ErrorEquals: [
    "Lambda.TooManyRequestsException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Sandbox.Timedout",
    "States.Timeout",
  ],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  MaxAttempts: 12,
  JitterStrategy: "FULL",
};

/**
 * MediaConvert takes 5 jobs a second: 10,000 uploads at once need over half an hour to drain. With full jitter and five
 * minutes at most between attempts, the last one still has two hours.
 */
const retryMediaConvert = {
  ErrorEquals: [
    "MediaConvert.TooManyRequestsException",
    "MediaConvert.InternalServerErrorException",
    "MediaConvert.ConflictException",
  ],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxDelaySeconds: 300,
  MaxAttempts: 60,
  JitterStrategy: "FULL",
};

/** S3 asks to slow down, or has a moment of its own. */
const retryS3 = {
  ErrorEquals: ["S3.S3Exception", "S3.SdkClientException", "States.Timeout"],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  MaxAttempts: 8,
  JitterStrategy: "FULL",
};

const invoke = (functionArn: string, payload: unknown, seconds: number) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: functionArn, Payload: payload },
  TimeoutSeconds: seconds,
  Retry: [retryLambda],
});

/**
 * From an arrived object to a published media. What the fan did wrong is recorded and ends well; what goes wrong on our
 * side is not caught: the execution fails where it failed, and a redrive goes on from there.
 */
export const ingest = (to: IngestResources) => ({
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
        { Condition: "{% $states.input.route = 'video' %}", Next: "Probe video" },
        { Condition: "{% $states.input.route = 'image' %}", Next: "Publish image" },
        { Condition: "{% $states.input.route in ['refused', 'surplus'] %}", Next: "Clean up" },
      ],
      Default: "Already handled",
    },
    "Already handled": {
      Type: "Succeed",
      Comment: "A repeated or stale event, or an object no upload waits for: nothing is to be done.",
    },
    "Probe video": {
      Type: "Task",
      Comment: "MediaConvert looks at tracks, size, rotation and colour without converting anything.",
      Resource: "arn:aws:states:::aws-sdk:mediaconvert:probe",
      Arguments: { InputFiles: [{ FileUrl: `{% 's3://${to.uploadsBucket}/' & $media.key %}` }] },
      Output: { probe: "{% $states.result.ProbeResults[0] %}" },
      TimeoutSeconds: 2 * MINUTE,
      Retry: [retryMediaConvert, { ...retryS3, ErrorEquals: ["MediaConvert.SdkClientException", "States.Timeout"] }],
      Catch: [
        {
          // A file MediaConvert cannot read is the fan's: planning refuses it in words they understand.
          ErrorEquals: ["MediaConvert.BadRequestException"],
          Output: { unreadable: "{% $states.errorOutput.Cause %}" },
          Next: "Plan transcode",
        },
      ],
      Next: "Plan transcode",
    },
    "Plan transcode": {
      Comment: "Decides what to make of the video, or refuses what is no playable video or breaks the event's limits.",
      ...invoke(
        to.planTranscode,
        { media: "{% $media %}", probe: "{% $exists($states.input.probe) ? $states.input.probe : null %}" },
        MINUTE,
      ),
      Output: "{% $states.result.Payload %}",
      Next: "Playable?",
    },
    "Playable?": {
      Type: "Choice",
      Comment: "A refused file is removed; one that every browser plays is copied as it is; the others are converted.",
      Choices: [
        { Condition: "{% $states.input.route = 'refused' %}", Next: "Clean up" },
        { Condition: "{% $states.input.route = 'copy' %}", Next: "Copy video" },
      ],
      Default: "Transcode video",
    },
    "Copy video": {
      Type: "Task",
      Comment: "The source is fit for the web and holds nothing private: it becomes video.mp4 itself.",
      Resource: "arn:aws:states:::aws-sdk:s3:copyObject",
      Arguments: {
        Bucket: to.contentBucket,
        Key: "{% $states.input.copyTo %}",
        // Keys here hold nothing that would need encoding: ids, slashes and an extension.
        CopySource: `{% '${to.uploadsBucket}/' & $media.key %}`,
        MetadataDirective: "REPLACE",
        ContentType: "video/mp4",
      },
      Output: "{% $states.input %}",
      TimeoutSeconds: 15 * MINUTE,
      Retry: [retryS3],
      Next: "Transcode video",
    },
    "Transcode video": {
      Type: "Task",
      Comment:
        "MediaConvert writes video.mp4, the HLS ladder and the frames. The timeout counts the time in its queue.",
      Resource: "arn:aws:states:::mediaconvert:createJob.sync",
      Arguments: {
        Role: to.mediaConvertRole,
        Queue: to.mediaConvertQueue,
        Settings: "{% $states.input.settings %}",
        StatusUpdateInterval: "SECONDS_10",
        // The same request repeated within a minute is one job; a redrive is a new one.
        ClientRequestToken:
          "{% $substring($states.context.Execution.Name, 0, 56) & '-' & $string($states.context.Execution.RedriveCount) %}",
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
        video: "{% $states.input.video %}",
      },
      TimeoutSeconds: 12 * HOUR,
      Retry: [retryMediaConvert],
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
      Comment: "A picture that cannot be read is removed.",
      Choices: [{ Condition: "{% $states.input.route = 'refused' %}", Next: "Clean up" }],
      Default: "Publish",
    },
    Publish: {
      Comment: "In one transaction: the media is complete, its upload follows, the event's gallery has it.",
      ...invoke(
        to.publish,
        {
          media: "{% $media %}",
          video: "{% $exists($states.input.video) ? $states.input.video : null %}",
          image: "{% $exists($states.input.image) ? $states.input.image : null %}",
        },
        MINUTE,
      ),
      Output: "{% $states.result.Payload %}",
      Next: "Clean up",
    },
    "Clean up": {
      Type: "Task",
      Comment: "What the fan sent is no longer needed.",
      Resource: "arn:aws:states:::aws-sdk:s3:deleteObject",
      Arguments: { Bucket: to.uploadsBucket, Key: "{% $media.key %}" },
      Output: { key: "{% $media.key %}" },
      TimeoutSeconds: MINUTE,
      Retry: [retryS3],
      End: true,
    },
  },
});
