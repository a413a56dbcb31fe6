import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InstantClock, Recorder, User } from "./support/cli.ts";
import { operatorAt } from "./support/operator.ts";
import { recorded, TestStates } from "./support/test-states.ts";

let states: TestStates;
let user: User;
let forget: () => void;
beforeEach(async () => {
  states = new TestStates();
  user = new User();
  forget = operatorAt(await states.start(), user);
});
afterEach(async () => {
  forget();
  user.leave();
  await states.stop();
});

/** Eight minutes after the oldest recorded execution began. */
class Later extends InstantClock {
  override now() {
    return Date.parse("2026-01-02T03:12:00Z");
  }
}
const clock = new Later();
const terminal = async (columns: number, ...args: string[]) => {
  const stdout = new Recorder(columns);
  const run = await user.run(args, { stdout, clock });
  return { ...run, stdout: stdout.text };
};

describe("dropclip executions", () => {
  it("lists all, newest first, with what they were started for", async () => {
    const run = await user.run(["executions"], { clock });
    expect(run.stderr).toBe("");
    expect(run.stdout).toMatchInlineSnapshot(`
      "name               status     started                     took  key
      c3a1d0de-running   RUNNING    2026-01-02 03:09:05Z  2 min 54 s  events/01900000-0000-7000-8000-000000000001/uploads/7d8f3b1a-0c7e-4e8e-9d55-3a0b5f4f0c11/019a0000-0000-7000-8000-000000000001/video.mov
      b7e2f6aa-failed    FAILED     2026-01-02 03:07:25Z       9.3 s  events/01900000-0000-7000-8000-000000000001/uploads/7d8f3b1a-0c7e-4e8e-9d55-3a0b5f4f0c11/019a0000-0000-7000-8000-000000000001/video.mov
      b70c1155-handmade  FAILED     2026-01-02 03:05:45Z      230 ms
      a1f49c02-video     SUCCEEDED  2026-01-02 03:04:05Z      38.5 s  events/01900000-0000-7000-8000-000000000001/uploads/7d8f3b1a-0c7e-4e8e-9d55-3a0b5f4f0c11/019a0000-0000-7000-8000-000000000001/video.mov
      "
    `);
  });

  it("fits the terminal", async () => {
    const { stdout } = await terminal(90, "executions");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(90);
    expect(stdout).toMatchInlineSnapshot(`
      "name               status     started                     took  key
      c3a1d0de-running   RUNNING    2026-01-02 03:09:05Z  2 min 54 s  …00-000000000001/video.mov
      b7e2f6aa-failed    FAILED     2026-01-02 03:07:25Z       9.3 s  …00-000000000001/video.mov
      b70c1155-handmade  FAILED     2026-01-02 03:05:45Z      230 ms
      a1f49c02-video     SUCCEEDED  2026-01-02 03:04:05Z      38.5 s  …00-000000000001/video.mov
      "
    `);
  });

  it("lists those of one status, whatever its case", async () => {
    const { stdout } = await user.run(["executions", "--status", "failed", "--json"]);
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toEqual([
      "b7e2f6aa-failed",
      "b70c1155-handmade",
    ]);
  });

  it("lists at most as many as asked, and asks for no more", async () => {
    const { stdout } = await user.run(["executions", "--limit", "1", "--json"]);
    expect(JSON.parse(stdout)).toHaveLength(1);
    expect(states.calls).toEqual(["ListStateMachines", "ListExecutions", "DescribeExecution"]);
  });

  it("uses colour on a terminal that wants it only", async () => {
    const env = { ...user.env, NO_COLOR: "" };
    const stdout = new Recorder(120);
    await user.run(["executions", "--limit", "1"], { stdout, env });
    expect(stdout.text).toContain("\u001b[36mRUNNING\u001b[39m");
    expect((await user.run(["executions"], { env })).stdout).not.toContain("\u001b");
    expect((await terminal(120, "executions")).stdout).not.toContain("\u001b");
  });

  it.each([
    [["--limit", "0"], "A limit is a number from 1 to 1000."],
    [["--limit", "1e2"], "A limit is a number from 1 to 1000."],
    [["--status", "done"], "It is one of running, succeeded, failed, timed_out, aborted, pending_redrive."],
  ])("refuses %j", async (options, message) => {
    const run = await user.run(["executions", ...options]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(message);
  });
});

describe("dropclip execution", () => {
  it("shows each state with its duration and retries", async () => {
    const { stdout } = await user.run(["execution", "a1f49c02-video"], { clock });
    expect(stdout).toMatchInlineSnapshot(`
      "execution  a1f49c02-video
      status     SUCCEEDED
      started    2026-01-02 03:04:05Z
      took       38.5 s
      key        events/01900000-0000-7000-8000-000000000001/uploads/7d8f3b1a-0c7e-4e8e-9d55-3a0b5f4f0c11/019a0000-0000-7000-8000-000000000001/video.mov

      state            entered    took  retries  outcome    error
      Claim upload      +20 ms  411 ms           succeeded
      Content type?    +440 ms    2 ms           succeeded
      Probe video      +450 ms  301 ms           succeeded
      Plan transcode   +760 ms   81 ms           succeeded
      Transcode video  +850 ms  37.4 s        1  succeeded  MediaConvert.TooManyRequestsException: Too Many Requests (Service: MediaConvert, Status Code: 429, Request ID: 2f1c)
      Publish          +38.2 s  201 ms           succeeded
      Clean up         +38.4 s   51 ms           succeeded
      "
    `);
  });

  it("shows where and why one failed", async () => {
    const { stdout } = await terminal(110, "execution", "b7e2");
    expect(stdout).toMatchInlineSnapshot(`
      "execution  b7e2f6aa-failed
      status     FAILED
      started    2026-01-02 03:07:25Z
      took       9.3 s
      key        events/01900000-0000-7000-8000-000000000001/uploads/7d8f3b1a-0c7e-4e8e-9d55-3a0b5f4f0c11/019a0000-0000-7000-8000-000000000001/video.mov
      error      States.TaskFailed: {"Id":"1767323048000-abc123","Status":"ERROR","ErrorCode":1040, "ErrorMessage":"Audio track [1] not found"}

      state            entered    took  retries  outcome    error
      Claim upload      +20 ms  411 ms           succeeded
      Content type?    +440 ms    2 ms           succeeded
      Probe video      +450 ms  301 ms           succeeded
      Plan transcode   +760 ms   81 ms           succeeded
      Transcode video  +850 ms   8.5 s           failed     States.TaskFailed: {"Id":"1767323048000-abc123","Status…
      "
    `);
  });

  it("shows what a Catch caught and where a Fail state ended it", async () => {
    const { stdout } = await user.run(["execution", "b70c"], { clock });
    expect(stdout).toMatchInlineSnapshot(`
      "execution  b70c1155-handmade
      status     FAILED
      started    2026-01-02 03:05:45Z
      took       230 ms
      error      Handmade: not an upload

      state         entered    took  retries  outcome  error
      Claim upload   +10 ms  200 ms           caught   ClaimError: no such upload
      Give up       +220 ms   10 ms           failed   Handmade: not an upload
      "
    `);
  });

  it("shows where one is that still runs", async () => {
    const { stdout } = await user.run(["execution", `${recorded.executions[0]?.execution.executionArn}`], { clock });
    expect(stdout).toMatch(/Transcode video +\+850 ms +2 min 53 s +running\n$/);
  });

  it("shows every event with --events", async () => {
    const { stdout } = await terminal(100, "execution", "b70c", "--events");
    expect(stdout).toMatchInlineSnapshot(`
      "execution  b70c1155-handmade
      status     FAILED
      started    2026-01-02 03:05:45Z
      took       230 ms
      error      Handmade: not an upload

      id  after       at  type              details
       1      0    +0 ms  ExecutionStarted  {"input":"\\"by hand\\"","roleArn":"arn:aws:iam::000000000000:r…
       2      0   +10 ms  TaskStateEntered  {"name":"Claim upload","input":"{}","inputDetails":{"truncate…
       3      2   +20 ms  TaskScheduled     {"resourceType":"lambda","resource":"invoke","region":"us-eas…
       4      3   +30 ms  TaskStarted       {"resourceType":"lambda","resource":"invoke"}
       5      4  +200 ms  TaskFailed        {"resourceType":"lambda","resource":"invoke","error":"ClaimEr…
       6      5  +210 ms  TaskStateExited   {"name":"Claim upload","output":"{}","outputDetails":{"trunca…
       7      6  +220 ms  FailStateEntered  {"name":"Give up","input":"{}","inputDetails":{"truncated":fa…
       8      7  +230 ms  ExecutionFailed   {"error":"Handmade","cause":"not an upload"}
      "
    `);
  });

  it("prints execution and history with --json", async () => {
    const { stdout } = await user.run(["execution", "a1f4", "--json"]);
    expect(stdout.match(/\n/g)).toHaveLength(1);
    const { name, status, events, $metadata } = JSON.parse(stdout);
    expect({ name, status, $metadata }).toEqual({ name: "a1f49c02-video", status: "SUCCEEDED", $metadata: undefined });
    expect(events).toHaveLength(recorded.executions[3]!.events.length);
  });

  it.each([
    ["b7", "2 executions begin with b7: b7e2f6aa-failed, b70c1155-handmade"],
    ["zzz", "there is no execution zzz"],
    ["arn:aws:states:us-east-1:0:execution:x:y", "there is no execution arn:aws:states:us-east-1:0:execution:x:y"],
  ])("says that %s names none", async (id, message) => {
    expect(await user.run(["execution", id])).toMatchObject({ code: 1, stderr: `dropclip: ${message}\n` });
  });

  it("says so when nothing answers", async () => {
    await states.stop();
    const run = await user.run(["execution", "b7e2"]);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^dropclip: Step Functions cannot be reached: .*ECONNREFUSED/m);
    await states.start();
  });

  it("asks another endpoint with the environment's own credentials", async () => {
    const other = new TestStates();
    const endpoint = await other.start();
    const env = { ...user.env, AWS_ACCESS_KEY_ID: "operator", AWS_SECRET_ACCESS_KEY: "x" };
    const run = await user.run(["execution", "b7e2", "--endpoint", endpoint], { env });
    expect(run.code).toBe(0);
    expect(states.calls).toEqual([]);
    expect(
      (await user.run(["execution", "b7e2", "--endpoint", endpoint], { env: { ...env, AWS_ACCESS_KEY_ID: "x" } }))
        .stderr,
    ).toBe("dropclip: Step Functions: AccessDeniedException: not signed\n");
    await other.stop();
  });
});
