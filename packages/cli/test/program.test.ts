import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { EVENT_ID, User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";

const PROGRAM = fileURLToPath(new URL("../bin/dropclip.mjs", import.meta.url));

let cloud: TestCloud;
let user: User;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  await user.signIn(cloud);
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

function spawnProgram(args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...user.env } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  const ended = once(child, "close").then(([code]) => ({ code, stdout, stderr }));
  return { child, ended };
}

describe("the program", () => {
  it("uploads, its own process exiting when it is done", async () => {
    const file = user.file("a.png", 10);
    cloud.hurry = true;
    const { ended } = spawnProgram(["upload", file, "--event", EVENT_ID, "--api", cloud.base, "--json"]);
    const { code, stdout, stderr } = await ended;
    expect(JSON.parse(stdout).status).toBe("complete");
    expect({ code, warnings: /warning/i.test(stderr) }).toEqual({ code: 0, warnings: false });
  });

  it("stops at SIGINT with exit code 130", async () => {
    const { child, ended } = spawnProgram(["upload", user.file("a.png", 10), "--event", EVENT_ID, "--api", cloud.base]);
    cloud.intercept = (call) => {
      if (call !== "PutObject") return undefined;
      child.kill("SIGINT");
      return new Promise(() => {});
    };
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain("run the same command again");
  });

  it("ends at once at the second SIGINT", async () => {
    const script = `
      process.argv.splice(1, 1, "dropclip");
      const { interrupts } = await import(${JSON.stringify(new URL("../src/process.ts", import.meta.url).href)});
      const signal = interrupts();
      setInterval(() => {}, 1000);
      signal.addEventListener("abort", () => setTimeout(() => console.log("again"), 350));
      console.log("ready");
    `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
    child.stdout.on("data", () => child.kill("SIGINT"));
    expect(await once(child, "exit")).toEqual([130, null]);
  });

  it.each(
    [
      ...["", "start", "upload", "executions", "execution", "login", "logout", "whoami", "access", "alarms"],
      ...["events", "events create", "events list", "events show", "events media", "events update", "events delete"],
      ...["uploads", "uploads list", "uploads show", "uploads preview", "uploads hide", "uploads unhide"],
      ...["uploads delete", "flyer", "flyer set", "flyer show", "flyer delete", "picture", "picture set"],
      ...["picture delete", "account", "account delete", "pages"],
      ...["webhook", "webhook status", "webhook enable"],
      ...["collections", "collections create", "collections list", "collections show", "collections rename"],
      ...["collections add", "collections remove", "collections move", "collections delete"],
      ...["review", "review list", "review publish", "review refuse"],
    ].map((command) => [command]),
  )("explains dropclip %s in one screen, exit code 0", async (command) => {
    const run = await user.run([...command.split(" ").filter(Boolean), "--help"]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    // 24 lines; the list of all commands grows with each new one.
    expect(run.stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(command === "" ? 37 : 24);
    expect(Math.max(...run.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("tells its version", async () => {
    expect(await user.run(["--version"])).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
  });

  it.each(["events", "uploads", "collections", "flyer", "picture", "account", "pages"])(
    "explains %s when nothing more is said, exit code 1",
    async (name) => {
      const run = await user.run([name]);
      expect(run.code).toBe(1);
      expect(run.stderr).toContain(`Usage: dropclip ${name} [options] [command]`);
    },
  );

  it.each([
    [["uplaod"], "unknown command 'uplaod'"],
    [["executions", "--stats", "x"], "unknown option '--stats'"],
    [["upload", "--event", "demo"], "missing required argument 'files'"],
    [["upload", "a.png"], "required option '--event <id>' not specified"],
    [["execution"], "missing required argument 'id'"],
    [["executions", "more"], "too many arguments"],
    [["events", "lsit"], "unknown command 'lsit'"],
    [["events", "create"], "missing required argument 'title'"],
    [["collections", "add", "x"], "missing required argument 'media'"],
    [["logout", "--all", "--user", "fan"], "option '--user <name>' cannot be used with option '--all'"],
  ])("tells what is wrong with %j, exit code 1", async (args, message) => {
    const run = await user.run(args);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(message);
    expect(run.stdout).toBe("");
  });
});
