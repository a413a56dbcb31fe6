import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { Metric } from "@dropclip/core/metrics";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appClient } from "../support/app-client.ts";
import { aws } from "../support/aws.ts";
import { clip, ffprobe, generate, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";

const folder = mkdtempSync(join(tmpdir(), "dropclip-media-"));
const path = (name: string) => join(folder, name);
let cloud: TestCloud;

beforeAll(async () => {
  cloud = await testCloud();
});
afterAll(() => cloud.dispose());

const entered = async (executionArn: string) => {
  const { events } = await aws(cloud).states("GetExecutionHistory", { executionArn, maxResults: 1000 });
  return events
    .filter((event: any) => event.type.endsWith("StateEntered"))
    .map((event: any) => event.stateEnteredEventDetails.name);
};
const executions = async () =>
  (await aws(cloud).states("ListExecutions", { stateMachineArn: cloud.facts.stateMachines[0]!.arn })).executions;
const executionOf = async (uploadId: string) => {
  for (const one of await executions()) {
    const described = await aws(cloud).states("DescribeExecution", { executionArn: one.executionArn });
    if (described.input.includes(uploadId)) return described;
  }
  throw new Error(`no execution of ${uploadId}`);
};
const finished = (uploadId: string) =>
  eventually(async () => {
    const execution = await executionOf(uploadId);
    if (execution.status === "RUNNING") throw new Error("still running");
    return execution;
  });
const staged = async () =>
  (await aws(cloud).s3("GET", "/dropclip-uploads-dev?list-type=2")).text.match(/<Key>[^<]+/g) ?? [];

describe("a clip and a photo in one upload", () => {
  let record: any;
  beforeAll(async () => {
    await clip(path("clip.mp4"), { size: "1280x720", seconds: 3 });
    writeFileSync(
      path("photo.png"),
      await sharp({ create: { width: 900, height: 600, channels: 3, background: "#cc2200" } })
        .png()
        .toBuffer(),
    );
    const { uploadId } = await cloud.send([path("clip.mp4"), path("photo.png")]);
    record = await cloud.ended(uploadId);
  });

  it("end as one record with playable URLs", () => {
    expect(record).toMatchObject({
      eventId: DEMO_EVENT_ID,
      fanId: cloud.fanId,
      creativeId: cloud.creativeId,
      contentType: "video",
      status: "complete",
      progress: 100,
      urls: { content: expect.stringMatching(/\/video\.mp4$/), thumbnail: expect.stringMatching(/\/thumbnail\.jpg$/) },
      completedAt: expect.any(String),
      media: [
        { mediaId: "video", contentType: "video", fileName: "clip.mp4", width: 1280, height: 720, status: "complete" },
        { mediaId: "image1", contentType: "image", fileName: "photo.png", width: 900, height: 600, status: "complete" },
      ],
    });
  });

  it("tell their way in a timeline", () => {
    const steps = record.media.map((media: any) => media.timeline.map(({ step }: any) => step));
    expect(steps).toEqual([
      ["created", "claimed", "planned", "published"],
      ["created", "claimed", "published"],
    ]);
  });

  it("play: file, stream and thumbnail", async () => {
    const [video] = record.media;
    expect((await ffprobe(video.urls.content)).streams.map((one: any) => one.codec_name)).toEqual(["h264", "aac"]);
    const variants = (await ffprobe(video.urls.stream)).streams.filter((one: any) => one.codec_type === "video");
    expect(variants.map((one: any) => one.height).sort((a: number, b: number) => b - a)).toEqual([720, 480, 360]);
    expect((await sharp(Buffer.from(await (await fetch(video.urls.thumbnail)).arrayBuffer())).metadata()).width).toBe(
      640,
    );
  });

  it("took the states of the design", async () => {
    const states = new Map<boolean, string[]>();
    for (const execution of await executions()) {
      const { input } = await aws(cloud).states("DescribeExecution", { executionArn: execution.executionArn });
      if (input.includes(record.uploadId))
        states.set(input.includes("/images/"), await entered(execution.executionArn));
    }
    expect(states.get(false)).toEqual([
      "Claim upload",
      "Content type?",
      "Probe video",
      "Plan transcode",
      "Playable?",
      "Transcode video",
      "Publish",
      "Clean up",
    ]);
    expect(states.get(true)).toEqual([
      "Claim upload",
      "Content type?",
      "Publish image",
      "Readable?",
      "Publish",
      "Clean up",
    ]);
  });

  it("leave nothing behind in the uploads bucket", async () => {
    await eventually(async () => expect(await staged()).toEqual([]));
  });

  it("are linked to their event, newest first", async () => {
    const { Items } = await aws(cloud).dynamodb("Scan", { TableName: "dev-events" });
    const links = Items.filter((item: any) => item.__edb_e__.S === "link").map((item: any) => item.mediaId.S);
    expect(links.sort()).toEqual(["image1", "video"]);
  });

  it("show in the metrics that AWS's services have, by their names and dimensions", async () => {
    const { apis, distributions, stateMachines, userPools, rules, functions } = cloud.facts;
    const [FunctionName] = functions.map(({ name }) => name).filter((name) => name.includes("claim-upload"));
    const StateMachineArn = stateMachines[0]!.arn;
    const ApiId = apis[0]!.id;
    const Queue = `arn:aws:mediaconvert:${cloud.region}:${cloud.facts.account}:queues/Default`;
    const pool = { UserPool: userPools[0]!.id, UserPoolClient: appClient(cloud.facts).id };
    const ours = { [Metric.STAGE]: cloud.facts.stage };
    const edge = { DistributionId: distributions[0]!.id, Region: "Global" };
    const RuleName = rules.map(({ name }) => name).find((name) => name.includes("object-created"))!;
    const expected: [namespace: string, names: string[], dimensions: Record<string, string>][] = [
      ["AWS/Lambda", ["Invocations", "Errors", "Throttles", "Duration"], { FunctionName: FunctionName! }],
      ["AWS/Lambda", ["Invocations", "Throttles", "ConcurrentExecutions"], {}],
      ["AWS/States", ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionTime"], { StateMachineArn }],
      ["AWS/ApiGateway", ["Count", "4xx", "5xx", "Latency", "IntegrationLatency"], { ApiId, Stage: "$default" }],
      ["AWS/MediaConvert", ["JobsCompletedCount", "StandbyTime", "SDOutputDuration"], { Queue }],
      ["AWS/CloudFront", ["Requests", "BytesDownloaded", "4xxErrorRate", "5xxErrorRate"], edge],
      ["AWS/Cognito", ["SignInSuccesses"], pool],
      ["AWS/Events", ["MatchedEvents", "TriggeredRules", "Invocations"], { RuleName }],
      [Metric.NAMESPACE, [Metric.MEDIA.received, Metric.MEDIA.published, Metric.TIME_TO_PUBLISH], ours],
    ];
    const { cloudWatch } = aws(cloud);
    for (const [Namespace, names, dimensions] of expected) {
      const { Metrics } = await cloudWatch("ListMetrics", { Namespace });
      const found = Metrics.filter((one: any) => {
        const have = Object.fromEntries(one.Dimensions.map(({ Name, Value }: any) => [Name, Value]));
        return JSON.stringify(Object.entries(have).sort()) === JSON.stringify(Object.entries(dimensions).sort());
      }).map((one: any) => one.MetricName);
      expect(found, Namespace).toEqual(expect.arrayContaining(names));
    }
  });
});

describe("what a fan did wrong", () => {
  it("is told: text that calls itself a video", async () => {
    writeFileSync(path("fake.mp4"), "not a video at all".repeat(100));
    const { uploadId } = await cloud.send([path("fake.mp4")]);
    const record = await cloud.ended(uploadId);
    expect(record).toMatchObject({ status: "rejected", media: [{ reason: { code: "media.type_mismatch" } }] });
    expect(record.media[0].reason.message).toMatch(/does not contain a video/);
    expect((await finished(uploadId)).status).toBe("SUCCEEDED");
  });

  it("is told: a video that breaks off within its head", async () => {
    const whole = await clip(path("whole.mp4"));
    const { readFileSync } = await import("node:fs");
    writeFileSync(path("torn.mp4"), readFileSync(whole).subarray(0, 5000));
    const { uploadId } = await cloud.send([path("torn.mp4")]);
    expect(await cloud.ended(uploadId)).toMatchObject({
      status: "rejected",
      media: [{ reason: { code: "media.corrupt" } }],
    });
    expect((await finished(uploadId)).status).toBe("SUCCEEDED");
  });

  it("is told: sound without a picture", async () => {
    await generate(path("sound.mkv"), "-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac");
    const { uploadId } = await cloud.send([path("sound.mkv")]);
    expect(await cloud.ended(uploadId)).toMatchObject({ media: [{ reason: { code: "media.no_video" } }] });
  });

  it("is told: a clip longer than the event takes", async () => {
    const { Event } = await import("@dropclip/core/event");
    const event = await Event.create({ creativeId: cloud.creativeId, title: "Short only", videoDurationMs: 1000 });
    await clip(path("long.mp4"), { size: "320x180", seconds: 2 });
    const { uploadId } = await cloud.send([path("long.mp4")], { eventId: event.eventId });
    expect(await cloud.ended(uploadId)).toMatchObject({ media: [{ reason: { code: "media.too_long" } }] });
  });

  it("does not hold up the rest of the upload", async () => {
    writeFileSync(path("bad.jpg"), "no picture");
    const { uploadId } = await cloud.send([path("bad.jpg"), path("photo.png")]);
    const record = await cloud.ended(uploadId);
    expect(record.status).toBe("partial");
    expect(record.media.map((media: any) => media.status)).toEqual(["rejected", "complete"]);
  });
});

describe("an event that S3 tells twice", () => {
  it("is handled once", async () => {
    writeFileSync(
      path("twice.png"),
      await sharp({ create: { width: 40, height: 30, channels: 3, background: "#0000ff" } })
        .png()
        .toBuffer(),
    );
    const { uploadId } = await cloud.send([path("twice.png")]);
    await cloud.ended(uploadId);
    const { input } = await finished(uploadId);
    const again = await aws(cloud).states("StartExecution", {
      stateMachineArn: cloud.facts.stateMachines[0]!.arn,
      input,
      name: "again",
    });
    await eventually(async () => {
      const { status } = await aws(cloud).states("DescribeExecution", { executionArn: again.executionArn });
      expect(status).toBe("SUCCEEDED");
    });
    expect(await entered(again.executionArn)).toEqual(["Claim upload", "Content type?", "Already handled"]);
  });
});

describe("sources of every shape", () => {
  it.each<[string, string[], { width: number; height: number; audio?: number }]>([
    [
      "rotated.mov",
      ["-f", "lavfi", "-i", "testsrc2=size=320x180:duration=1", "-metadata:s:v", "rotate=90", "-c:v", "libx264"],
      { width: 320, height: 180 },
    ],
    [
      "square.mp4",
      ["-f", "lavfi", "-i", "testsrc2=size=240x240:duration=1", "-c:v", "libx264"],
      { width: 240, height: 240 },
    ],
    [
      "odd.mkv",
      ["-f", "lavfi", "-i", "testsrc2=size=321x181:duration=1", "-c:v", "libx264", "-pix_fmt", "yuv444p"],
      { width: 320, height: 180 },
    ],
    [
      "two-sounds.mkv",
      [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=320x180:duration=1",
        "-f",
        "lavfi",
        "-i",
        "sine=duration=1",
        "-f",
        "lavfi",
        "-i",
        "sine=880:duration=1",
        "-map",
        "1",
        "-map",
        "0",
        "-map",
        "2",
        "-c:v",
        "libx264",
        "-c:a",
        "aac",
      ],
      { width: 320, height: 180, audio: 1 },
    ],
    [
      "browser.webm",
      ["-f", "lavfi", "-i", "testsrc2=size=320x180:duration=1", "-c:v", "libvpx", "-deadline", "realtime"],
      { width: 320, height: 180 },
    ],
    [
      "hdr.mp4",
      [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=320x180:duration=1",
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p10le",
        "-color_primaries",
        "bt2020",
        "-color_trc",
        "arib-std-b67",
        "-colorspace",
        "bt2020nc",
      ],
      { width: 320, height: 180 },
    ],
    [
      "camcorder.mp4",
      ["-f", "lavfi", "-i", "testsrc2=size=180x144:duration=1", "-vf", "setsar=64/45", "-c:v", "libx264"],
      { width: 256, height: 144 },
    ],
  ])("%s", async (name, options, { width, height, audio = 0 }) => {
    await generate(path(name), ...options);
    const { uploadId } = await cloud.send([path(name)]);
    const record = await cloud.ended(uploadId);
    expect(record.status).toBe("complete");
    const { streams } = await ffprobe(record.urls.content);
    const video = streams.find((one: any) => one.codec_type === "video");
    expect([video.codec_name, video.pix_fmt, video.width, video.height]).toEqual(["h264", "yuv420p", width, height]);
    expect(record.media[0]).toMatchObject({ width, height });
    const thumbnail = await sharp(Buffer.from(await (await fetch(record.urls.thumbnail)).arrayBuffer())).metadata();
    expect(Math.abs(thumbnail.width / thumbnail.height - width / height)).toBeLessThan(0.02);
    expect(["arib-std-b67", "smpte2084"]).not.toContain(video.color_transfer);
    expect(streams.filter((one: any) => one.codec_type === "audio")).toHaveLength(audio);
  });
});
