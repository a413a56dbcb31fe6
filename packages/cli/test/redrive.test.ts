import { uuidv7 } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InstantClock, Recorder, User } from "./support/cli.ts";
import { operatorAt } from "./support/operator.ts";
import { recorded, TestStates } from "./support/test-states.ts";

const NOW = Date.parse("2026-01-20T00:00:00Z");
const HOUR = 3_600_000;
class January extends InstantClock {
  override now() {
    return NOW;
  }
}
const clock = new January();

/** Ids contain the upload's time of creation; here in hours before now. */
const uploadOf = (hoursAgo: number, last: number) => uuidv7(NOW - hoursAgo * HOUR, (bytes) => bytes.fill(last));
const [FIRST, SECOND, THIRD] = [uploadOf(20, 1), uploadOf(30, 2), uploadOf(40, 3)];
const keyOf = (uploadId: string, mediaId: string) =>
  Keys.staged(
    { eventId: uploadOf(99, 7), fanId: uploadOf(98, 8), uploadId, mediaId },
    mediaId === "video" ? "mp4" : "jpg",
  );

interface Made {
  name: string;
  uploadId?: string;
  mediaId?: string;
  /** Hours before now. */
  began: number;
  /** Hours. */
  took?: number;
  status?: string;
  error?: string;
  cause?: string;
  redriveStatus?: string;
  redriveStatusReason?: string;
  /** Replaces the input that S3's event would give. */
  input?: string;
}

const FAILED = ["FAILED", "TIMED_OUT", "ABORTED"];

/** An execution as Step Functions describes it. */
function made({ name, uploadId = FIRST, mediaId = "image1", began, took = 1, status = "FAILED", ...more }: Made) {
  const startDate = (NOW - began * HOUR) / 1000;
  const input = JSON.stringify({ detail: { object: { key: keyOf(uploadId, mediaId) } } });
  const ended = status === "RUNNING" ? {} : { stopDate: startDate + took * 3600 };
  const redriveStatus = FAILED.includes(status) ? "REDRIVABLE" : "NOT_REDRIVABLE";
  const executionArn = `${recorded.machine.replace(":stateMachine:", ":execution:")}:${name}`;
  const stateMachineArn = recorded.machine;
  const execution = { executionArn, stateMachineArn, name, status, startDate, ...ended, input, redriveStatus, ...more };
  return { execution, events: [] };
}

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

const given = (...executions: Made[]) => {
  // In AWS's order: running ones by their start, the others by their end.
  const when = ({ execution }: ReturnType<typeof made>) =>
    "stopDate" in execution ? (execution.stopDate as number) : execution.startDate;
  states.executions = executions.map(made).sort((a, b) => when(b) - when(a));
};
const redrive = (...args: string[]) => user.run(["redrive", ...args], { clock });
const names = () => states.redriven.map((arn) => arn.split(":").at(-1)).toSorted();

describe("dropclip redrive", () => {
  it("redrives what failed, timed out or was stopped, and nothing else", async () => {
    given(
      { name: "a", began: 10, error: "AccessDenied" },
      { name: "b", began: 11, uploadId: SECOND, mediaId: "video", status: "TIMED_OUT", error: "States.Timeout" },
      { name: "c", began: 12, uploadId: THIRD, status: "ABORTED" },
      { name: "d", began: 13, uploadId: THIRD, mediaId: "image2", status: "SUCCEEDED" },
      { name: "e", began: 14, uploadId: THIRD, mediaId: "image3", status: "RUNNING" },
    );
    const run = await redrive("--all");
    expect(names()).toEqual(["a", "b", "c"]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout.split("\n")).toEqual([
      `${FIRST}/image1  AccessDenied    redriven`,
      `${SECOND}/video   States.Timeout  redriven`,
      `${THIRD}/image1  ABORTED         redriven`,
      "3 redriven",
      "",
    ]);
  });

  it("redrives those of one upload, and of one of its media", async () => {
    given(
      { name: "a", began: 10 },
      { name: "b", began: 11, mediaId: "image2" },
      { name: "c", began: 12, uploadId: SECOND },
    );
    await redrive(FIRST.toUpperCase());
    expect(names()).toEqual(["a", "b"]);
    states.redriven.length = 0;
    await redrive(`${FIRST}/image2`);
    expect(names()).toEqual(["b"]);
  });

  it.each([
    ["3h", ["a"]],
    ["1d", ["a", "b"]],
    ["2026-01-19T23:30:00Z", []],
  ])("redrives what failed since %s", async (since, expected) => {
    // Each fails an hour after it began.
    given(
      { name: "a", began: 3.5 },
      { name: "b", began: 24.5, uploadId: SECOND },
      { name: "c", began: 50, uploadId: THIRD },
    );
    expect((await redrive("--since", since)).code).toBe(0);
    expect(names()).toEqual(expected);
  });

  it("says so when there is nothing to redrive", async () => {
    given({ name: "a", began: 10, status: "SUCCEEDED" });
    expect(await redrive("--all")).toMatchObject({ code: 0, stdout: "nothing failed that is to be redriven\n" });
    expect(JSON.parse((await redrive(FIRST, "--json")).stdout)).toEqual({ executions: [], leftAlone: [] });
  });

  it("prints one document with --json", async () => {
    given(
      { name: "a", began: 10, error: "AccessDenied", cause: "s3:PutObject" },
      { name: "b", began: 11, uploadId: SECOND, status: "ABORTED", cause: "The upload was deleted." },
    );
    const { stdout } = await redrive("--all", "--json");
    expect(stdout.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(stdout)).toEqual({
      executions: [
        {
          uploadId: FIRST,
          mediaId: "image1",
          executionArn: states.redriven[0],
          error: "AccessDenied",
          startedAt: "2026-01-19T14:00:00.000Z",
          failedAt: "2026-01-19T15:00:00.000Z",
          outcome: "redriven",
        },
      ],
      leftAlone: [expect.objectContaining({ uploadId: SECOND, leftAlone: "deleted" })],
    });
  });

  it("fits the terminal", async () => {
    given({ name: "a", began: 10, error: "AccessDenied", redriveStatus: "NOT_REDRIVABLE" });
    const stdout = new Recorder(70);
    await user.run(["redrive", "--all"], { stdout, clock });
    expect(Math.max(...stdout.text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(70);
  });

  it.each([[[]], [["--all", "--since", "2h"]], [[FIRST, "--all"]], [[FIRST, "--since", "2h"]]])(
    "refuses %j: one thing is to be named",
    async (args) => {
      const run = await redrive(...args);
      expect(run).toMatchObject({
        code: 1,
        stdout: "",
        stderr: "dropclip: name what to redrive: exactly one of an upload, --all or --since\n",
      });
      expect(states.calls).toEqual([]);
    },
  );

  it.each([
    [["nonsense"], "upload nonsense: not a UUID"],
    [[`${FIRST}/sound`], "media sound: neither video nor image1, image2 …"],
    [["--since", "yesterday"], "It is how long ago, such as 90m, 2h or 3d, or a time like"],
    [["--since", "2026-02-30"], "There is no 2026-02-30 00:00."],
  ])("refuses %j", async (args, message) => {
    const run = await redrive(...args);
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(states.calls).toEqual([]);
  });

  it("tells which permissions it needs", async () => {
    const { stdout } = await redrive("--help");
    for (const action of ["ListStateMachines", "ListExecutions", "DescribeExecution", "RedriveExecution"])
      expect(stdout).toContain(`states:${action}`);
  });
});

describe("of several executions for the same media, dropclip redrive", () => {
  it("takes the newest that failed only", async () => {
    given({ name: "a", began: 19 }, { name: `retry-1-${FIRST}-image1`, began: 10 }, { name: "c", began: 15 });
    const run = await redrive(FIRST);
    expect(names()).toEqual([`retry-1-${FIRST}-image1`]);
    expect(run.stdout).toContain("\n1 redriven\n");
  });

  it.each(["RUNNING", "SUCCEEDED", "PENDING_REDRIVE"])("takes none while a newer one is %s", async (status) => {
    const newer = { status, began: 5 };
    given(
      ...[
        { name: "a", began: 19 },
        { name: `retry-4-${FIRST}-image1`, ...newer },
      ],
      ...[
        { name: "b", began: 18, mediaId: "image2" },
        { name: `restart-${FIRST}-image2`, mediaId: "image2", ...newer },
      ],
      // Started by S3's event: only its input says what it is for.
      ...[
        { name: "c", began: 17, mediaId: "image3" },
        { name: "9f3b_77", mediaId: "image3", ...newer },
      ],
      ...[
        { name: "d", began: 16, mediaId: "image4" },
        { name: "older", mediaId: "image4", status, began: 18.5 },
      ],
    );
    await redrive(FIRST);
    expect(names()).toEqual(["d"]);
  });

  it("does not ask about executions of times when the fan could send no more", async () => {
    const others = Array.from({ length: 9 }, (_, at) => ({
      name: `other-${at}`,
      uploadId: uploadOf(2, 50 + at),
      began: 1,
      status: "SUCCEEDED",
    }));
    given({ name: "a", uploadId: uploadOf(200, 9), began: 199 }, ...others);
    await redrive("--all");
    expect(names()).toEqual(["a"]);
    expect(states.calls.filter((operation) => operation === "DescribeExecution")).toHaveLength(1);
  });

  it("finds a newer one behind one that began long before and ended after both", async () => {
    given(
      { name: "long", uploadId: SECOND, began: 29, took: 20, status: "SUCCEEDED" },
      { name: "a", began: 19 },
      { name: "newer", began: 18.5, took: 0.1, status: "SUCCEEDED" },
    );
    await redrive("--all");
    expect(names()).toEqual([]);
  });

  it("lists no further back than the oldest that failed", async () => {
    const older = Array.from({ length: 20 }, (_, at) => ({ name: `old-${at}`, began: 100 + at, status: "SUCCEEDED" }));
    given({ name: "a", began: 10 }, ...older);
    await redrive("--all");
    // A page for each status, and the first page of all.
    expect(states.calls.filter((operation) => operation === "ListExecutions")).toHaveLength(4);
  });
});

describe("what did not fail on our side, dropclip redrive", () => {
  it("leaves alone, and says so", async () => {
    given(
      { name: "a", began: 10, status: "ABORTED", cause: "The upload was deleted." },
      {
        name: "b",
        began: 11,
        uploadId: SECOND,
        mediaId: "video",
        error: "States.TaskFailed",
        cause: '{"Status":"ERROR","ErrorCode":1040,"ErrorMessage":"Audio track [1] not found"}',
      },
      { name: "by hand", began: 12, input: "not even JSON" },
    );
    const run = await redrive("--all");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toBe(
      "nothing failed that is to be redriven; left alone: 1 whose file was refused, 1 whose upload was deleted\n",
    );
    expect(states.redriven).toEqual([]);
  });

  it("tells from a trouble of MediaConvert's own", async () => {
    given({ name: "a", began: 10, mediaId: "video", error: "States.TaskFailed", cause: '{"ErrorCode":1999}' });
    await redrive("--all");
    expect(names()).toEqual(["a"]);
  });
});

describe("what cannot be redriven", () => {
  it.each([
    ["Execution redrivable period exceeded", "it failed more than 14 days ago"],
    ["Execution history event limit exceeded", "its history is full (25,000 events)"],
    ["Execution has exceeded the max execution time", "it began more than a year ago"],
    ["State machine is in DELETING status", "its state machine is being deleted"],
    ["Something new", "Something new"],
  ])("by AWS's reason, %s, is said in plain words and keeps nothing else from going on", async (reason, words) => {
    given(
      { name: "a", began: 10, error: "E", redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: reason },
      { name: "b", began: 11, uploadId: SECOND, error: "E" },
    );
    const run = await redrive("--all");
    expect(names()).toEqual(["b"]);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain(`${FIRST}/image1  E  not redriven: ${words}\n`);
    expect(run.stdout).toMatch(/\n1 redriven, 1 not redriven\n$/);
    expect(run.stderr).toBe("dropclip: 1 of 2 could not be redriven\n");
  });

  it.each([
    ["AccessDeniedException", "no identity-based policy", "may not do that (states:RedriveExecution)"],
    ["ExecutionDoesNotExist", "gone", "it is no longer kept"],
    ["ExecutionLimitExceeded", "a million", "too many executions are running: try again later"],
    ["ExecutionNotRedrivable", "Execution redrivable period exceeded: 'arn'", "it failed more than 14 days ago"],
    ["InvalidArn", "Invalid Arn: x", "InvalidArn: Invalid Arn: x"],
  ])("because of %s is told, and keeps nothing else from going on", async (type, message, words) => {
    given({ name: "a", began: 10 }, { name: "b", began: 11, uploadId: SECOND });
    states.refuse = (operation, { executionArn }) =>
      operation === "RedriveExecution" && executionArn!.endsWith(":a") ? { type, message } : undefined;
    const run = await redrive("--all");
    expect(names()).toEqual(["b"]);
    expect([run.code, run.stdout]).toEqual([1, expect.stringContaining(words)]);
  });

  it("because somebody was faster is as good as redriven", async () => {
    given({ name: "a", began: 10, error: "E" });
    states.refuse = (operation) => {
      if (operation !== "RedriveExecution") return undefined;
      given({ name: "a", began: 10, status: "RUNNING" });
      return { type: "ExecutionNotRedrivable", message: "Execution is RUNNING and cannot be redriven" };
    };
    const run = await redrive("--all");
    expect([run.code, run.stdout]).toEqual([0, `${FIRST}/image1  E  is running already\n1 running already\n`]);
  });
});

describe("a busy Step Functions", () => {
  const throttle = (operation: string, times: number) => {
    let left = times;
    states.refuse = (asked) =>
      asked === operation && left-- > 0 ? { type: "ThrottlingException", message: "Rate exceeded" } : undefined;
  };

  it.each(["ListExecutions", "DescribeExecution", "RedriveExecution"])("is asked again for %s", async (operation) => {
    given({ name: "a", began: 10 });
    throttle(operation, 4);
    const patient = new InstantClock();
    const run = await user.run(["redrive", FIRST], { clock: patient });
    expect(run.code).toBe(0);
    expect(names()).toEqual(["a"]);
    // random() is 0.5: half of 250, 500, 1000 and 2000 ms.
    expect(patient.sleeps).toEqual([125, 250, 500, 1000]);
  });

  it("is given up on after eight attempts, for that execution alone", async () => {
    given({ name: "a", began: 10 }, { name: "b", began: 11, uploadId: SECOND });
    states.refuse = (operation, { executionArn }) =>
      operation === "RedriveExecution" && executionArn!.endsWith(":a")
        ? { type: "ThrottlingException", message: "Rate exceeded" }
        : undefined;
    const run = await redrive("--all");
    expect(names()).toEqual(["b"]);
    expect(states.calls.filter((operation) => operation === "RedriveExecution")).toHaveLength(9);
    expect([run.code, run.stdout]).toEqual([1, expect.stringContaining("ThrottlingException: Rate exceeded")]);
  });
});

describe("the state machine", () => {
  it("is the one that takes uploads in", async () => {
    states.machines.push("other-dev");
    given({ name: "a", began: 10 });
    expect((await redrive("--all")).code).toBe(0);
    expect(new Set(states.listed)).toEqual(new Set(["dropclip-ingest-dev"]));
  });

  it("is to be chosen where an account has several stages", async () => {
    states.machines.push("dropclip-ingest-beta");
    given({ name: "a", began: 10 });
    expect(await redrive("--all")).toMatchObject({
      code: 1,
      stdout: "",
      stderr:
        "dropclip: there are several stages: choose one with --stage (dropclip-ingest-dev, dropclip-ingest-beta)\n",
    });
    expect(states.redriven).toEqual([]);
  });
});
