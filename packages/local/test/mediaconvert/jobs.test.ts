import {
  CancelJobCommand,
  CreateJobCommand,
  DescribeEndpointsCommand,
  GetJobCommand,
  ListJobsCommand,
  type MediaConvertClient,
} from "@aws-sdk/client-mediaconvert";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ACCOUNT, generate, OPERATOR, ROLE, TestCloud } from "./cloud.ts";
import { box, files, mp4, request } from "./settings.ts";

const clip = () =>
  generate("jobs.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=1", "-c:v", "libx264", "-preset", "ultrafast");
const job = () => request([files([mp4(box(640), [])])]);

let cloud: TestCloud;
let client: MediaConvertClient;
beforeEach(async () => {
  cloud = new TestCloud({ limits: { jobs: 1 } });
  client = await cloud.client();
  cloud.files.put("uploads", "in/clip.mp4", clip());
});
afterEach(async () => {
  client.destroy();
  await cloud.close();
});

describe("CreateJob by the SDK", () => {
  it("answers with the submitted job and runs it", async () => {
    const { Job } = await client.send(new CreateJobCommand({ ...job(), Tags: { team: "video" }, Priority: 3 }));
    expect(Job).toMatchObject({
      Role: ROLE,
      Priority: 3,
      UserMetadata: { uploadId: "u1" },
      StatusUpdateInterval: "SECONDS_60",
    });
    expect(Job!.Id).toMatch(/^\d{13}-[a-z0-9]{6}$/);
    expect(Job!.Arn).toBe(`arn:aws:mediaconvert:eu-central-1:${ACCOUNT}:jobs/${Job!.Id}`);
    expect(Job!.CreatedAt).toBeInstanceOf(Date);
    expect(Job!.Settings).toMatchObject(JSON.parse(JSON.stringify(job().Settings)));
    await cloud.mediaconvert.waitForJob(Job!.Id!);
    const { Job: done } = await client.send(new GetJobCommand({ Id: Job!.Id! }));
    expect(done).toMatchObject({ Status: "COMPLETE", JobPercentComplete: 100, CurrentPhase: "UPLOADING" });
    expect(done!.Timing!.FinishTime).toBeInstanceOf(Date);
    expect(done!.OutputGroupDetails![0]!.OutputDetails![0]).toEqual({
      DurationInMs: 1000,
      VideoDetails: { HeightInPx: 120, WidthInPx: 160 },
    });
  });

  it("answers a bad job with BadRequestException and the path", async () => {
    const bad = job();
    (bad.Settings!.OutputGroups![0]!.Outputs![0]!.VideoDescription as any).Width = -5;
    await expect(client.send(new CreateJobCommand(bad))).rejects.toMatchObject({
      name: "BadRequestException",
      message: "/outputGroups/0/outputs/0/videoDescription/width: Should be at least 32",
      $metadata: { httpStatusCode: 400 },
    });
    expect(cloud.mediaconvert.getJob.bind(null, "x")).toThrow(/not found/);
  });

  it("refuses a role that is not there", async () => {
    await expect(client.send(new CreateJobCommand({ ...job(), Role: `${ROLE}x` }))).rejects.toMatchObject({
      name: "BadRequestException",
    });
  });

  it("knows no queue but the account's default", async () => {
    await expect(client.send(new CreateJobCommand({ ...job(), Queue: "fast" }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
    const arn = `arn:aws:mediaconvert:eu-central-1:${ACCOUNT}:queues/Default`;
    const { Job } = await client.send(new CreateJobCommand({ ...job(), Queue: arn }));
    expect(Job!.Queue).toBe(arn);
  });

  it("asks whether the caller may create the job and pass its role", async () => {
    await client.send(new CreateJobCommand({ ...job(), Tags: { a: "b" } }));
    expect(cloud.asked.slice(0, 2)).toEqual([
      {
        principal: OPERATOR.arn,
        action: "mediaconvert:CreateJob",
        resource: `arn:aws:mediaconvert:eu-central-1:${ACCOUNT}:queues/Default`,
        context: { "aws:RequestTag/a": "b", "aws:TagKeys": ["a"] },
      },
      {
        principal: OPERATOR.arn,
        action: "iam:PassRole",
        resource: ROLE,
        context: { "iam:PassedToService": "mediaconvert.amazonaws.com" },
      },
    ]);
    cloud.denied.add("iam:PassRole");
    await expect(client.send(new CreateJobCommand(job()))).rejects.toMatchObject({
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 403 },
    });
  });

  it("makes one job of requests with one token within a minute, and another after it", async () => {
    const send = (ClientRequestToken: string, more = {}) =>
      client.send(new CreateJobCommand({ ...job(), ...more, ClientRequestToken }));
    const first = await send("token");
    expect((await send("token")).Job!.Id).toBe(first.Job!.Id);
    await expect(send("token", { Priority: 9 })).rejects.toMatchObject({ name: "ConflictException" });
    expect((await send("other")).Job!.Id).not.toBe(first.Job!.Id);
    await cloud.mediaconvert.waitForJob(first.Job!.Id!);
    await cloud.clock.advance(61_000);
    expect((await send("token")).Job!.Id).not.toBe(first.Job!.Id);
  });

  it("says by name that an operation is not there", async () => {
    await expect(client.send(new DescribeEndpointsCommand({}))).rejects.toMatchObject({
      name: "NotImplemented",
      message: expect.stringContaining("DescribeEndpoints"),
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe("ListJobs", () => {
  it("pages by status, newest first or oldest first", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push((await client.send(new CreateJobCommand(job()))).Job!.Id!);
    await Promise.all(ids.map((id) => cloud.mediaconvert.waitForJob(id)));
    const pages: string[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(new ListJobsCommand({ Status: "COMPLETE", MaxResults: 2, NextToken }));
      pages.push(page.Jobs!.map(({ Id }) => Id!));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(ids.toReversed());
    const oldest = await client.send(new ListJobsCommand({ Order: "ASCENDING", Queue: "Default" }));
    expect(oldest.Jobs!.map(({ Id }) => Id)).toEqual(ids);
    expect((await client.send(new ListJobsCommand({ Status: "ERROR" }))).Jobs).toEqual([]);
    await expect(client.send(new ListJobsCommand({ MaxResults: 21 }))).rejects.toMatchObject({
      name: "BadRequestException",
    });
    await expect(client.send(new ListJobsCommand({ NextToken: "%%" }))).rejects.toMatchObject({
      name: "BadRequestException",
    });
  });
});

describe("CancelJob", () => {
  it("cancels a waiting job, which then never runs", async () => {
    const running = await client.send(new CreateJobCommand(job()));
    const waiting = await client.send(new CreateJobCommand(job()));
    const waited = cloud.mediaconvert.waitForJob(waiting.Job!.Id!);
    await client.send(new CancelJobCommand({ Id: waiting.Job!.Id! }));
    expect(await waited).toMatchObject({ Status: "CANCELED" });
    await cloud.mediaconvert.waitForJob(running.Job!.Id!);
    expect(cloud.events.filter(({ detail }) => detail.jobId === waiting.Job!.Id).map(({ status }) => status)).toEqual([
      "CANCELED",
    ]);
  });

  it("ends a running job and its ffmpeg, and stores nothing", async () => {
    cloud.files.put(
      "uploads",
      "in/clip.mp4",
      generate(
        "minutes.mp4",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=640x480:r=30:d=120",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
      ),
    );
    const { Job } = await client.send(new CreateJobCommand(job()));
    await cloud.event("STATUS_UPDATE");
    expect((await client.send(new GetJobCommand({ Id: Job!.Id! }))).Job).toMatchObject({
      Status: "PROGRESSING",
      CurrentPhase: "TRANSCODING",
    });
    await client.send(new CancelJobCommand({ Id: Job!.Id! }));
    await cloud.mediaconvert.stop();
    expect(cloud.mediaconvert.getJob(Job!.Id!).Status).toBe("CANCELED");
    expect(cloud.events.map(({ status }) => status)).toEqual([
      "PROGRESSING",
      "INPUT_INFORMATION",
      "STATUS_UPDATE",
      "CANCELED",
    ]);
    expect(cloud.files.adopted).toEqual([]);
  });

  it("refuses for a job that is over, and for one that never was", async () => {
    const { Job } = await client.send(new CreateJobCommand(job()));
    await cloud.mediaconvert.waitForJob(Job!.Id!);
    await expect(client.send(new CancelJobCommand({ Id: Job!.Id! }))).rejects.toMatchObject({
      name: "ConflictException",
    });
    await expect(client.send(new CancelJobCommand({ Id: "1-x" }))).rejects.toMatchObject({ name: "NotFoundException" });
    await expect(client.send(new GetJobCommand({ Id: "1-x" }))).rejects.toMatchObject({ name: "NotFoundException" });
  });

  it("asks with the job's own tags, which policies name", async () => {
    const { Job } = await client.send(
      new CreateJobCommand({ ...job(), Tags: { ManagedByService: "AWSStepFunctions" } }),
    );
    await client.send(new GetJobCommand({ Id: Job!.Id! }));
    const tags = { "aws:ResourceTag/ManagedByService": "AWSStepFunctions" };
    expect(cloud.asked).toContainEqual({
      principal: OPERATOR.arn,
      action: "mediaconvert:GetJob",
      resource: Job!.Arn,
      context: tags,
    });
  });
});

describe("waitForJob", () => {
  it("rejects with the signal's reason and leaves the job running", async () => {
    const { Job } = cloud.mediaconvert.createJob(job(), OPERATOR);
    const abort = new AbortController();
    const waited = cloud.mediaconvert.waitForJob(Job.Id, abort.signal);
    abort.abort(new Error("enough"));
    await expect(waited).rejects.toThrow("enough");
    expect(await cloud.mediaconvert.waitForJob(Job.Id)).toMatchObject({ Status: "COMPLETE" });
    expect(await cloud.mediaconvert.waitForJob(Job.Id)).toMatchObject({ Status: "COMPLETE" });
  });
});

describe("the queue", () => {
  it("runs one job at a time where there is room for one, higher priority first", async () => {
    const create = (Priority: number) => cloud.mediaconvert.createJob({ ...job(), Priority }, OPERATOR).Job.Id;
    const [first, low, high] = [create(0), create(-5), create(5)];
    await Promise.all([first, low, high].map((id) => cloud.mediaconvert.waitForJob(id)));
    const order = cloud.events
      .filter(({ status }) => status === "PROGRESSING" || status === "COMPLETE")
      .map(({ detail }) => detail.jobId);
    expect(order).toEqual([first, first, high, high, low, low]);
  });
});
