import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { apiOf, clip, ffprobe, ROOT, sendFiles, signIn } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";

/** Two starts and a transcode, on a machine that may have other things to do. */
const LONGEST_MS = 300_000;
const directory = mkdtempSync(join(tmpdir(), "dropclip-crash-"));
let child: ChildProcess | undefined;

afterAll(async () => {
  if (child?.exitCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  rmSync(directory, { recursive: true, force: true });
});

/** `dropclip start --json` as a process of its own; resolves with the line it prints when it is ready. */
async function start() {
  child = spawn(process.execPath, [join(ROOT, "packages/cli/bin/dropclip.mjs"), "start", "--port", "0", "--json"], {
    env: { ...process.env, DROPCLIP_DIRECTORY: directory },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout!), "line");
  const ready = JSON.parse(line) as Parameters<typeof signIn>[0];
  return { ...ready, call: apiOf(ready.api, await signIn(ready, "fan")) };
}

describe("kill -9 of the local cloud while a video transcodes", () => {
  it(
    "loses nothing: started again, the upload ends complete, once",
    async () => {
      const file = await clip(join(directory, "clip.mp4"), { size: "854x480", seconds: 20 });
      const before = await start();
      const { uploadId } = await sendFiles(before.call, [file]);
      const record = async ({ call }: typeof before) => (await call("GET", `/uploads/${uploadId}`)).body;
      await eventually(async () => expect((await record(before)).progress).toBeGreaterThan(12));
      child!.kill("SIGKILL");
      await once(child!, "exit");

      const after = await start();
      const unfinished = await record(after);
      expect(unfinished.status).toBe("processing");
      await eventually(async () => expect((await record(after)).status).toBe("complete"));
      const { media } = await record(after);
      expect(media[0].timeline.map(({ step }: any) => step)).toEqual(["created", "claimed", "planned", "published"]);
      expect(Number((await ffprobe(media[0].urls.content)).format.duration)).toBeCloseTo(20, 0);

      const arn = "arn:aws:states:us-east-1:123456789012:stateMachine:dropclip-ingest-dev";
      await eventually(async () => {
        const { executions } = await aws(after).states("ListExecutions", { stateMachineArn: arn });
        expect(executions.map(({ status }: any) => status)).toEqual(["SUCCEEDED"]);
      });
      const jobs = await aws(after).mediaconvert("GET", "/2017-08-29/jobs");
      expect(jobs.jobs.map(({ status }: any) => status)).toEqual(["COMPLETE"]);
    },
    LONGEST_MS,
  );
});
