import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ACCOUNT, generate, OPERATOR, TestCloud } from "./cloud.ts";
import { aac, box, files, mp4, request } from "./settings.ts";

const clip = (seconds: number) =>
  generate(
    `events${seconds}.mp4`,
    "-f",
    "lavfi",
    "-i",
    `testsrc2=s=320x240:r=30:d=${seconds}`,
    "-f",
    "lavfi",
    "-i",
    `sine=d=${seconds}`,
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-c:a",
    "aac",
  );
const job = (more: Record<string, unknown> = {}) => ({ ...request([files([mp4(box(640), [aac()])])]), ...more });

let cloud: TestCloud;
beforeEach(() => {
  cloud = new TestCloud();
});
afterEach(() => cloud.close());

describe("events of a job", () => {
  it("come in AWS's order and shape", async () => {
    cloud.files.put("uploads", "in/clip.mp4", clip(1));
    const { Job } = cloud.mediaconvert.createJob(job(), OPERATOR);
    await cloud.mediaconvert.waitForJob(Job.Id);
    const common = {
      timestamp: cloud.clock.now(),
      accountId: ACCOUNT,
      queue: `arn:aws:mediaconvert:eu-central-1:${ACCOUNT}:queues/Default`,
      jobId: Job.Id,
      userMetadata: { uploadId: "u1" },
    };
    const envelope = { source: "aws.mediaconvert", detailType: "MediaConvert Job State Change", resources: [Job.Arn] };
    for (const event of cloud.events) expect(event).toMatchObject({ ...envelope, detail: common });
    const details = cloud.events.map(({ detail }) => detail);
    expect(details).toEqual([
      { ...common, status: "PROGRESSING" },
      {
        ...common,
        status: "INPUT_INFORMATION",
        inputDetails: [
          {
            id: 1,
            uri: "s3://uploads/in/clip.mp4",
            audio: [{ channels: 1, codec: "AAC", language: "UND", sampleRate: 44100, streamId: 2 }],
            video: [
              {
                bitDepth: 8,
                codec: "H_264",
                colorFormat: expect.stringMatching(/^YUV_4/),
                fourCC: "avc1",
                frameRate: 30,
                height: 240,
                interlaceMode: "PROGRESSIVE",
                sar: "1:1",
                standard: "UNSPECIFIED",
                streamId: 1,
                width: 320,
              },
            ],
          },
        ],
      },
      {
        ...common,
        status: "STATUS_UPDATE",
        framesDecoded: 0,
        jobProgress: {
          phaseProgress: {
            PROBING: { status: "COMPLETE", percentComplete: 100 },
            TRANSCODING: { status: "PROGRESSING", percentComplete: 0 },
            UPLOADING: { status: "PENDING", percentComplete: 0 },
          },
          jobPercentComplete: 5,
          currentPhase: "TRANSCODING",
          retryCount: 0,
        },
      },
      {
        ...common,
        status: "COMPLETE",
        outputGroupDetails: [
          {
            outputDetails: [
              {
                outputFilePaths: ["s3://content/out/video.mp4"],
                durationInMs: expect.closeTo(1000, -2),
                videoDetails: { widthInPx: 320, heightInPx: 240 },
              },
            ],
            type: "FILE_GROUP",
          },
        ],
        paddingInserted: 0,
      },
    ]);
  });

  it("tell of progress at the job's interval", async () => {
    cloud.files.put("uploads", "in/clip.mp4", clip(90));
    const { Job } = cloud.mediaconvert.createJob(job({ StatusUpdateInterval: "SECONDS_10" }), OPERATOR);
    await cloud.event("STATUS_UPDATE");
    const updates = () => cloud.events.filter(({ status }) => status === "STATUS_UPDATE");
    await cloud.clock.advance(9_999);
    expect(updates()).toHaveLength(1);
    await cloud.clock.advance(20_001);
    expect(updates()).toHaveLength(4);
    cloud.mediaconvert.cancelJob(Job.Id);
    await cloud.clock.advance(60_000);
    expect(updates()).toHaveLength(4);
  });

  it("tell of progress at the wiring's interval where there is one, with a percentage that grows", async () => {
    await cloud.close();
    const seen: number[] = [];
    cloud = new TestCloud({ updateEveryMs: 100 });
    cloud.files.put("uploads", "in/clip.mp4", clip(90));
    const { Job } = cloud.mediaconvert.createJob(job(), OPERATOR);
    await cloud.event("STATUS_UPDATE");
    const over = cloud.mediaconvert.waitForJob(Job.Id);
    // The encoder runs in real time, the clock that times the events by hand.
    let running = true;
    void over.finally(() => {
      running = false;
    });
    while (running) await cloud.clock.advance(100);
    for (const { status, detail } of cloud.events)
      if (status === "STATUS_UPDATE") seen.push(detail.jobProgress.jobPercentComplete);
    expect(new Set(seen).size).toBeGreaterThan(3);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(await over).toMatchObject({ Status: "COMPLETE" });
  });

  it("stand in the store together with the job's state", async () => {
    cloud.files.put("uploads", "in/clip.mp4", clip(1));
    const states: string[] = [];
    // Events come after the commit they were part of: the state must be there by then.
    for (const status of ["PROGRESSING", "COMPLETE"])
      cloud.happened.on(status, ({ detail }) =>
        states.push(`${status} ${cloud.mediaconvert.getJob(detail.jobId).Status}`),
      );
    const { Job } = cloud.mediaconvert.createJob(job(), OPERATOR);
    await cloud.mediaconvert.waitForJob(Job.Id);
    expect(states).toEqual(["PROGRESSING PROGRESSING", "COMPLETE COMPLETE"]);
  });
});

describe("a job that fails", () => {
  const fails = async (code: number, message: RegExp) => {
    const { Job } = cloud.mediaconvert.createJob(job(), OPERATOR);
    const done = await cloud.mediaconvert.waitForJob(Job.Id);
    expect(done).toMatchObject({ Status: "ERROR", ErrorCode: code, ErrorMessage: expect.stringMatching(message) });
    const last = cloud.events.at(-1)!;
    expect(last.detail).toMatchObject({
      status: "ERROR",
      errorCode: code,
      errorMessage: done.ErrorMessage,
      userMetadata: { uploadId: "u1" },
    });
    expect(cloud.files.adopted).toEqual([]);
  };

  it("ends with 1010 when the input is not there", () =>
    fails(1010, /^Unable to open input file \[s3:\/\/uploads\/in\/clip\.mp4\]/));

  it("ends with 1010 when the role may not read the input", async () => {
    cloud.files.put("uploads", "in/clip.mp4", clip(1));
    cloud.denied.add("s3:GetObject");
    await fails(1010, /AccessDenied/);
    expect(cloud.asked.find(({ action }) => action === "s3:GetObject")).toMatchObject({
      principal: expect.stringMatching(/^arn:aws:sts::111122223333:assumed-role\/transcode\/\d+-/),
      resource: "arn:aws:s3:::uploads/in/clip.mp4",
    });
  });

  it("ends with 1010 when MediaConvert may not assume the role", async () => {
    cloud.files.put("uploads", "in/clip.mp4", clip(1));
    cloud.roles[0]!.trust.Statement[0]!.Principal = { Service: "lambda.amazonaws.com" };
    await fails(1010, /AssumeRole failed/);
  });

  it("ends with 1401 when the role may not write, before anything is encoded", async () => {
    cloud.files.put("uploads", "in/clip.mp4", clip(1));
    cloud.denied.add("s3:PutObject arn:aws:s3:::content/out/video.mp4");
    await fails(1401, /Unable to write to output file \[s3:\/\/content\/out\/video\.mp4\]/);
    expect(cloud.events.map(({ status }) => status)).not.toContain("STATUS_UPDATE");
  });

  it("ends with 1401 when the bucket is not there", async () => {
    cloud.files.put("uploads", "in/clip.mp4", clip(1));
    const { Job } = cloud.mediaconvert.createJob(request([files([mp4()], "s3://missing/out/video")]), OPERATOR);
    expect(await cloud.mediaconvert.waitForJob(Job.Id)).toMatchObject({
      ErrorCode: 1401,
      ErrorMessage: expect.stringContaining("bucket does not exist"),
    });
  });

  it("ends with 1999 when ffmpeg is not there", async () => {
    await cloud.close();
    cloud = new TestCloud({ ffmpeg: "/no/such/ffmpeg" });
    cloud.files.put("uploads", "in/clip.mp4", clip(1));
    await fails(1999, /Unexpected error/);
  });
});
