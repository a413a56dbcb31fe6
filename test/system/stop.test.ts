import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type Api, apiOf, clip, generate, sendFiles, signIn } from "../support/cloud.ts";
import { CloudProcess, type Ready } from "../support/cloud-process.ts";
import { eventually } from "../support/eventually.ts";
import { findLeft } from "../support/processes.ts";

/** Two starts and a transcode, on a machine that may have other things to do. */
const LONGEST_MS = 300_000;
const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:dropclip-ingest-dev";
const NPM = ["npm", "exec", "--", "dropclip"];
const folder = mkdtempSync(join(tmpdir(), "dropclip-stop-"));
const cloud = new CloudProcess(folder);
let video: string;
let photo: string;
let expected = 0;

beforeAll(async () => {
  video = await clip(join(folder, "clip.mp4"), { size: "854x480", seconds: 10 });
  // Large enough for a function to be busy with it for a while.
  photo = await generate(join(folder, "photo.jpg"), "-f", "lavfi", "-i", "testsrc2=size=3000x2000", "-frames:v", "1");
});

afterAll(async () => {
  await cloud.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends a clip and a photo; resolves when ffmpeg works on the one and a function on the other. */
async function underWay(call: Api) {
  const uploads = [await sendFiles(call, [video]), await sendFiles(call, [photo])];
  await eventually(() => {
    const running = findLeft(cloud.directory).map(({ args }) => args);
    expect(running.some((args) => args.includes("ffmpeg") && args.includes(".cmfv"))).toBe(true);
    expect(running.some((args) => args.includes("publish-image"))).toBe(true);
  });
  return uploads.map(({ uploadId }) => uploadId as string);
}

const fan = async (ready: Ready) => apiOf(ready.api, await signIn(ready, "fan"));

/** Both uploads are published, once, and no execution or job has failed in all the time. */
async function isWhole(ready: Ready, uploads: string[]) {
  const call = await fan(ready);
  for (const uploadId of uploads) {
    await eventually(async () => expect((await call("GET", `/uploads/${uploadId}`)).body.status).toBe("complete"), 500);
    const { body } = await call("GET", `/uploads/${uploadId}`);
    const steps = body.media[0].timeline.map(({ step }: any) => step);
    expect(steps.filter((step: string) => step === "published")).toHaveLength(1);
  }
  expected += uploads.length;
  await eventually(async () => {
    const { executions } = await aws(ready).states("ListExecutions", { stateMachineArn: MACHINE });
    expect(executions.map(({ status }: any) => status)).toEqual(Array(expected).fill("SUCCEEDED"));
  });
  const { jobs } = await aws(ready).mediaconvert("GET", "/2017-08-29/jobs");
  expect(jobs.map(({ status }: any) => status)).toEqual(Array(expected / 2).fill("COMPLETE"));
  const { body } = await call("GET", `/events/${DEMO_EVENT_ID}/media?limit=100`);
  expect(body.media).toHaveLength(expected);
}

describe("a local cloud that is ended while a clip and a photo are processed", () => {
  /** The cloud that the end before has left for the next one, as `npm start` or another way has started it. */
  let ready: Ready;

  beforeAll(async () => {
    ready = await cloud.ready();
  });

  it.each<{ by: string; end: () => Promise<{ code: number | null }>; code: number | null; next?: string[] }>([
    { by: "Ctrl-C, which the terminal sends to its group", end: () => cloud.kill("SIGINT", "group"), code: 0 },
    { by: "SIGTERM to all its processes, itself last", end: () => cloud.kill("SIGTERM", "all"), code: 0 },
    { by: "kill -9 of its group", end: () => cloud.kill("SIGKILL", "group"), code: null },
    { by: "the end of the shim that started it", end: () => cloud.abandon(), code: 0, next: NPM },
    { by: "kill -9 of the npm that started it", end: () => cloud.kill("SIGKILL"), code: null },
  ])(
    "by $by loses nothing and leaves nothing behind",
    async ({ by, end, code, next }) => {
      const uploads = await underWay(await fan(ready));
      expect((await end()).code).toBe(code);
      // Nobody tidies up after kill -9 of the cloud itself; the next start knows such a file for what it is.
      if (code === 0 || by.includes("npm")) expect(existsSync(join(cloud.directory, "run.json"))).toBe(false);

      ready = await cloud.ready(next);
      await isWhole(ready, uploads);
      expect(readFileSync(cloud.log, "utf8")).not.toContain("ERROR");
    },
    LONGEST_MS,
  );

  it("by SIGTERM to itself at last has logged nothing that went wrong", async () => {
    expect((await cloud.kill("SIGTERM")).code).toBe(0);
    expect(readFileSync(cloud.log, "utf8")).not.toContain("ERROR");
  });
});
