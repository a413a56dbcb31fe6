import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../../../../test/support/eventually.ts";
import { killOrphan } from "../../src/mediaconvert/ffmpeg/child.ts";
import { runOut } from "../disk/trouble.ts";
import { decode, generate, OPERATOR, TestCloud } from "./cloud.ts";
import { box, files, mp4, request } from "./settings.ts";

const source = (seconds: number) =>
  generate(
    `restart${seconds}.mp4`,
    "-f",
    "lavfi",
    "-i",
    `testsrc2=s=640x480:r=30:d=${seconds}`,
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
  );
/** A killed process whose parent has not waited for it yet is not alive. */
const isAlive = (pid: number) =>
  execFileSync("ps", ["-A", "-o", "pid=,stat="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .some(([id, state]) => Number(id) === pid && !state!.startsWith("Z"));

/** Ids and command lines. */
const processes = () =>
  execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+) (.*)$/.exec(line)?.slice(1) ?? []);

let cloud: TestCloud | undefined;
afterEach(async () => {
  await cloud?.close();
  cloud = undefined;
});

describe("after kill -9", () => {
  it("ffmpeg is gone, and the next start runs the job again to one completion", async () => {
    const directory = mkdtempSync(join(tmpdir(), "dropclip-crash-"));
    const script = join(import.meta.dirname, "crash.ts");
    const child = spawn(process.execPath, [script, directory, source(60)], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
    const { jobId, pid } = JSON.parse(line);
    expect(isAlive(pid)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "close");
    cloud = new TestCloud({ directory });
    cloud.files.put("uploads", "in/clip.mp4", source(2));
    expect(cloud.mediaconvert.getJob(jobId)).toMatchObject({ Status: "PROGRESSING" });
    cloud.mediaconvert.resume();
    await eventually(() => expect(isAlive(pid)).toBe(false));
    expect(await cloud.mediaconvert.waitForJob(jobId)).toMatchObject({ Status: "COMPLETE", RetryCount: 1 });
    expect(cloud.events.filter(({ status }) => status === "COMPLETE")).toHaveLength(1);
    expect(cloud.files.adopted).toEqual(["out/video.mp4"]);
    decode(cloud.files.find("content", "out/video.mp4")!.path);
    await cloud.mediaconvert.stop();
    expect(existsSync(join(directory, "mediaconvert")) ? readdirSync(join(directory, "mediaconvert")) : []).toEqual([]);
  });
});

describe("stop", () => {
  it("ends ffmpeg at once and leaves the job for the next start", async () => {
    cloud = new TestCloud();
    cloud.files.put("uploads", "in/clip.mp4", source(60));
    const { Job } = cloud.mediaconvert.createJob(request([files([mp4(box(640), [])])]), OPERATOR);
    await cloud.event("STATUS_UPDATE");
    await cloud.mediaconvert.stop();
    expect(cloud.mediaconvert.getJob(Job.Id)).toMatchObject({ Status: "PROGRESSING" });
    expect(cloud.events.map(({ status }) => status)).not.toContain("ERROR");
    expect(cloud.files.adopted).toEqual([]);
  });
});

describe("a disk that fills while a job runs", () => {
  it("has it give back what it wrote and wait, then run again to one completion", async () => {
    cloud = new TestCloud();
    const { disk } = cloud.store;
    const scratch = join(cloud.directory, "mediaconvert");
    cloud.files.put("uploads", "in/clip.mp4", source(4));
    const { Job } = cloud.mediaconvert.createJob(request([files([mp4(box(640), [])])]), OPERATOR);
    await cloud.event("STATUS_UPDATE");
    runOut(disk);
    await eventually(() => expect(readdirSync(scratch)).toEqual([]));
    expect(cloud.mediaconvert.getJob(Job.Id)).toMatchObject({ Status: "PROGRESSING" });
    expect(cloud.files.adopted).toEqual([]);
    disk.check();
    expect(await cloud.mediaconvert.waitForJob(Job.Id)).toMatchObject({ Status: "COMPLETE", RetryCount: 1 });
    expect(cloud.events.map(({ status }) => status)).not.toContain("ERROR");
    expect(cloud.files.adopted).toEqual(["out/video.mp4"]);
  });
});

describe("an ffmpeg that somebody else ends", () => {
  /** Turns of the event loop. */
  const TURNS = 100;
  /** Ends the ffmpeg of the job that is being transcoded. */
  async function endFfmpeg(signal: NodeJS.Signals) {
    cloud = new TestCloud();
    cloud.files.put("uploads", "in/clip.mp4", source(60));
    const { Job } = cloud.mediaconvert.createJob(request([files([mp4(box(640), [])])]), OPERATOR);
    const pid = await eventually(() => {
      const found = cloud!.store.get<{ pid: number | null }>("SELECT pid FROM mediaconvert_jobs")!.pid;
      // Before that it is still one of the tools that bound it.
      expect(processes()).toContainEqual([String(found), expect.stringMatching(/^ffmpeg/)]);
      return found!;
    });
    process.kill(pid, signal);
    await eventually(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), 1);
    // So that whatever follows from it at once has followed.
    for (let turn = 0; turn < TURNS; turn++) await setImmediate();
    return { cloud, jobId: Job.Id };
  }

  it.each<NodeJS.Signals>(["SIGINT", "SIGTERM", "SIGKILL"])(
    "by %s does not fail its job when the local cloud is told to stop a moment later",
    async (signal) => {
      const { cloud, jobId } = await endFfmpeg(signal);
      await cloud.mediaconvert.stop();
      expect(cloud.mediaconvert.getJob(jobId)).toMatchObject({ Status: "PROGRESSING" });
      expect(cloud.events.map(({ status }) => status)).not.toContain("ERROR");
    },
  );

  it("fails its job when nobody stops the local cloud", async () => {
    const { cloud, jobId } = await endFfmpeg("SIGTERM");
    expect(await cloud.mediaconvert.waitForJob(jobId)).toMatchObject({ Status: "ERROR", ErrorCode: 1999 });
  });
});

describe("killOrphan", () => {
  it("ends a process only when its command line holds the job's id", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "1671476818694-aaaaaa"], {
      stdio: "ignore",
    });
    await once(child, "spawn");
    killOrphan(child.pid!, "1671476818694-phptj0");
    expect(isAlive(child.pid!)).toBe(true);
    killOrphan(child.pid!, "1671476818694-aaaaaa");
    expect(await once(child, "close")).toEqual([null, "SIGKILL"]);
    expect(() => killOrphan(child.pid!, "node")).not.toThrow();
  });
});
