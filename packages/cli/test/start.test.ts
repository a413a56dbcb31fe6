import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../../test/support/eventually.ts";
import type { Context } from "../src/context.ts";
import { DEMO_EVENT_ID } from "../src/demo.ts";
import { Interrupted } from "../src/errors.ts";
import type { CloudOptions, StartedCloud } from "../src/start/started.ts";
import { Recorder, User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";

let cloud: TestCloud;
let user: User;
let stops: number;
let options: CloudOptions | undefined;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  stops = 0;
  options = undefined;
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

async function startCloud(given: CloudOptions): Promise<StartedCloud> {
  options = given;
  return { ...cloud.facts(), directory: given.directory, stop: async () => void stops++ };
}

const runFile = () => join(user.dataDirectory, "run.json");

/** Starts, waits until the output contains `text`, and presses Ctrl-C. `while` runs before that. */
async function startUntil(text: string, args: string[], more: Partial<Context> = {}, before = async () => {}) {
  const controller = new AbortController();
  const [stdout, stderr] = [new Recorder(), new Recorder()];
  const running = user.run(["start", ...args], { stdout, stderr, startCloud, signal: controller.signal, ...more });
  await eventually(() => expect(stdout.text + stderr.text).toContain(text));
  await before();
  controller.abort(new Interrupted("SIGINT"));
  return { ...(await running), stdout: stdout.text, stderr: stderr.text };
}

describe("dropclip start", () => {
  it("says where everything is and stops cleanly at Ctrl-C", async () => {
    const run = await startUntil("Ctrl-C", []);
    expect(run.code).toBe(0);
    expect(stops).toBe(1);
    const shown = run.stdout.replaceAll(cloud.base, "http://localhost:1").replace(user.folder, "/folder");
    expect(shown).toMatchInlineSnapshot(`
      "
      dropclip is running

        API      http://localhost:1
        CDN      http://localhost:1/cdn
        AWS      http://localhost:1  s3 dynamodb states mediaconvert events sqs lambda
        sign in  http://localhost:1
        users    fan@example.com other-fan@example.com creative@example.com other-creative@example.com, password Dropclip-2026
        region   us-east-1
        keys     AWS_ACCESS_KEY_ID=AKIALOCAL AWS_SECRET_ACCESS_KEY=secret
        data     /folder/.dropclip

        upload   npx dropclip upload FILE… --event demo
        look     npx dropclip executions
        stop     Ctrl-C

      "
    `);
  });

  it("says first where the pages are, on the demo event's", async () => {
    const pages = "http://127.0.0.1:4104";
    const publishing = async (given: CloudOptions) => ({ ...(await startCloud(given)), pages });
    const run = await startUntil("Ctrl-C", [], { startCloud: publishing });
    expect(run.stdout.split("\n").slice(0, 5)).toEqual([
      ...["", "dropclip is running", "", `  event    ${pages}/e/${DEMO_EVENT_ID}`, ""],
    ]);
    const json = await startUntil("\n", ["--json"], { startCloud: publishing });
    expect(JSON.parse(json.stdout)).toMatchObject({ pages });
  });

  it("prints one line of JSON when ready", async () => {
    const run = await startUntil("\n", ["--json"]);
    const url = cloud.base;
    expect(run.stdout.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(run.stdout)).toEqual({
      api: url,
      cdn: `${url}/cdn`,
      region: "us-east-1",
      signIn: url,
      issuer: cloud.identity.issuer,
      credentials: { accessKeyId: "AKIALOCAL", secretAccessKey: "secret" },
      endpoints: { s3: url, dynamodb: url, states: url, mediaconvert: url, events: url, sqs: url, lambda: url },
    });
  });

  it("can be found by the other commands while it runs, by its owner only", async () => {
    await startUntil("Ctrl-C", [], {}, async () => {
      expect(statSync(runFile()).mode & 0o777).toBe(0o600);
      expect(JSON.parse(readFileSync(runFile(), "utf8"))).toMatchObject({ pid: process.pid, api: cloud.base });
      const sent = await user.run(["upload", user.file("a.png", 10), "--event", "demo"]);
      expect(sent.code).toBe(0);
    });
    expect(existsSync(runFile())).toBe(false);
  });

  it("hands its options to the cloud", async () => {
    await startUntil("Ctrl-C", ["--fresh", "--port", "4567", "--graph", "/tmp/other.json"]);
    expect(options).toMatchObject({
      fresh: true,
      port: 4567,
      graphFile: "/tmp/other.json",
      directory: user.dataDirectory,
    });
    await startUntil("Ctrl-C", []);
    expect(options).toMatchObject({ fresh: false, graphFile: expect.stringMatching(/stacks\/graph\.json$/) });
    expect(options).not.toHaveProperty("port");
  });

  it("shows the services' logs a line each, debug messages and functions' usual work with --verbose only", async () => {
    const log = (given: CloudOptions) => {
      given.log({ service: "s3", level: "info", message: "PutObject\n  events/…" });
      given.log({ service: "lambda", level: "error", message: "claim: \u001b[31mno such upload" });
      given.log({ service: "states", level: "debug", message: "entered Claim" });
      given.log({ service: "lambda", level: "info", message: "claimed", function: "claim-upload" });
      return startCloud(given);
    };
    const quiet = await startUntil("Ctrl-C", [], { startCloud: log });
    expect(quiet.stderr).toMatch(
      /^\d\d:\d\d:\d\d {2}s3 {11}PutObject events\/…\n\d\d:\d\d:\d\d {2}lambda {7}ERROR: claim: no such upload\n$/,
    );
    const loud = await startUntil("Ctrl-C", ["--verbose"], { startCloud: log });
    expect(loud.stderr).toContain("states       entered Claim\n");
    expect(loud.stderr).toContain("lambda       claim-upload: claimed\n");
  });

  it("shows a function's structured log as words", async () => {
    const message = JSON.stringify({
      level: "ERROR",
      message: "not claimed",
      timestamp: "t",
      service: "dropclip",
      sampling_rate: 0,
      key: "events/x/video.mp4",
      error: { name: "Error", message: "no such upload", stack: "Error\n at" },
    });
    const log = (given: CloudOptions) => {
      given.log({ service: "lambda", level: "error", message, function: "claim-upload" });
      given.log({ service: "lambda", level: "warn", message: "{not json", function: "claim-upload" });
      return startCloud(given);
    };
    const { stderr } = await startUntil("Ctrl-C", [], { startCloud: log });
    expect(stderr.replaceAll(/^\S+/gm, "time")).toBe(
      [
        "time  lambda       ERROR: claim-upload: not claimed  key=events/x/video.mp4  error=no such upload",
        "time  lambda       warning: claim-upload: {not json",
        "",
      ].join("\n"),
    );
  });

  it("gives what keeps the cloud from starting one line", async () => {
    const failing = () => Promise.reject(new Error("port 4566 is in use: name another with --port"));
    const run = await user.run(["start"], { startCloud: failing });
    expect(run).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "dropclip: port 4566 is in use: name another with --port\n",
    });
  });

  it("ends with one line when the data go while it runs", async () => {
    const [stderr, lost] = [new Recorder(), Promise.withResolvers<string>()];
    const losing = async (given: CloudOptions) => ({ ...(await startCloud(given)), lost: lost.promise });
    const running = user.run(["start"], { startCloud: losing, stderr });
    await eventually(() => expect(existsSync(runFile())).toBe(true));
    lost.resolve("/data was removed");
    expect((await running).code).toBe(1);
    expect(stderr.text).toBe("dropclip: /data was removed\n");
    expect(stops).toBe(1);
  });

  it("refuses to run twice on the same data", async () => {
    await startUntil("Ctrl-C", [], {}, async () => {
      const second = await user.run(["start"], { startCloud });
      expect(second.stderr).toBe(`dropclip: the local cloud already runs at ${cloud.base} (process ${process.pid})\n`);
      expect(second.code).toBe(1);
    });
  });

  it.each(["65536", "-1", "http", "80.5"])("refuses the port %s", async (port) => {
    const run = await user.run(["start", `--port=${port}`], { startCloud });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("a port is a number from 0 to 65531.");
  });
});

describe("a run file left behind", () => {
  async function leaveBehind() {
    const dead = spawn(process.execPath, ["-e", ""]);
    await once(dead, "exit");
    mkdirSync(user.dataDirectory, { recursive: true });
    const facts = { api: cloud.base, region: "r", credentials: { accessKeyId: "a", secretAccessKey: "b" } };
    writeFileSync(runFile(), JSON.stringify({ pid: dead.pid, stage: "dev", ...facts, endpoints: { states: "x" } }));
    return dead.pid;
  }

  it("is not taken for a running cloud", async () => {
    const pid = await leaveBehind();
    const run = await user.run(["upload", user.file("a.png", 10), "--event", "demo"]);
    expect(run.stderr).toBe(
      `dropclip: the local cloud (process ${pid}) has ended: start it again with \`npm start\`\n`,
    );
    expect(run.code).toBe(1);
  });

  it("does not keep a new one from starting", async () => {
    await leaveBehind();
    expect((await startUntil("Ctrl-C", [])).code).toBe(0);
  });

  it("is nothing when it is damaged", async () => {
    await leaveBehind();
    writeFileSync(runFile(), "{");
    const run = await user.run(["executions"]);
    expect(run.stderr).toBe("dropclip: no local cloud is running: start it with `npm start`\n");
  });
});

describe("dropclip start --sample", () => {
  it("makes a clip and a photo, sends them to the demo event, prints their URLs, and stays up", async () => {
    const run = await startUntil("photo.jpg  complete", ["--sample"]);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("clip.mp4  complete\n  content    https://cdn.test/video.mp4\n");
    const [upload] = cloud.uploads.values();
    expect(upload?.eventId).toBe(DEMO_EVENT_ID);
    const [clip, photo] = upload!.media.map(
      ({ mediaId }) => [...cloud.s3.objects].find(([key]) => key.endsWith(mediaId))?.[1],
    );
    expect(clip?.subarray(4, 8).toString()).toBe("ftyp");
    expect(photo?.subarray(0, 2).toString("hex")).toBe("ffd8");
  });

  it("sends the files that are named instead", async () => {
    await startUntil("a.png  complete", ["--sample", user.file("a.png", 10)]);
    expect([...cloud.uploads.values()].flatMap(({ media }) => media.map(({ fileName }) => fileName))).toEqual([
      "a.png",
    ]);
  });

  it("says what failed and stays up", async () => {
    cloud.verdicts.image1 = {
      status: "rejected",
      reason: { code: "media.corrupt", message: "It is damaged." },
      urls: undefined,
    };
    const run = await startUntil("refused", ["--sample", user.file("a.png", 10)], {}, async () =>
      expect(stops).toBe(0),
    );
    expect(run.stderr).toContain("dropclip: refused: a.png: It is damaged. (media.corrupt)\n");
    expect(run.code).toBe(0);
  });

  it("does not start at all when a named file cannot be sent", async () => {
    const run = await user.run(["start", "--sample", join(user.folder, "missing.mp4")], { startCloud });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/missing\.mp4 does not exist\n$/);
    expect(options).toBeUndefined();
  });

  it("keeps stdout to the one line of --json", async () => {
    const run = await startUntil("a.png  complete", ["--json", "--sample", user.file("a.png", 10)]);
    expect(run.stdout.match(/\n/g)).toHaveLength(1);
  });
});
