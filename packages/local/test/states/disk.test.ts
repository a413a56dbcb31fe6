import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Disk } from "../../src/disk/disk.ts";
import { Store } from "../../src/store.ts";
import { freeze, runOut } from "../disk/trouble.ts";
import { createLab, FunctionError, type Handler, type Lab } from "./harness.ts";

const HOUR = 3_600_000;
let directory: string;
let disk: Disk;
let lab: Lab;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dropclip-states-"));
  disk = new Disk({ directory });
});
afterEach(async () => {
  await lab.close();
  rmSync(directory, { recursive: true });
});

async function open(work: Handler) {
  const Work = {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: { FunctionName: "work" },
    Output: "{% $states.result.Payload %}",
    TimeoutSeconds: 60,
    End: true,
  };
  const definition = { QueryLanguage: "JSONata", TimeoutSeconds: 600, StartAt: "Work", States: { Work } };
  lab = await createLab({ definition, store: new Store(":memory:", disk), handlers: { work } });
  return lab.start();
}

describe("an execution whose task fails while the disk is full", () => {
  it("waits however long, and goes on when there is room as if nothing had been", async () => {
    let full = true;
    const arn = await open(() => {
      if (!full) return "done";
      runOut(disk);
      throw new FunctionError("ServiceUnavailable", "S3 refused the write");
    });
    await lab.settle();
    await lab.clock.advance(24 * HOUR);
    expect(await lab.describe(arn)).toMatchObject({ status: "RUNNING" });
    full = false;
    disk.check();
    expect(await lab.finish(arn)).toMatchObject({ status: "SUCCEEDED", output: '"done"' });
    expect((await lab.history(arn)).map(({ type }) => type)).not.toContain("TaskFailed");
    expect(lab.invocations).toHaveLength(2);
  });

  it("fails after all where room was not the reason", async () => {
    const arn = await open(() => {
      throw new FunctionError("TypeError", "wrong");
    });
    runOut(disk);
    await lab.settle();
    expect(await lab.describe(arn)).toMatchObject({ status: "RUNNING" });
    disk.check();
    expect(await lab.finish(arn)).toMatchObject({ status: "FAILED", error: "TypeError" });
    expect(lab.invocations).toHaveLength(2);
  });
});

describe("an execution whose progress cannot be saved", () => {
  it("goes on from what was saved when there is room, without a start of the cloud", async () => {
    let thaw = () => {};
    const arn = await open(() => {
      if (lab.invocations.length === 1) thaw = freeze(lab.store);
      return "x".repeat(200_000);
    });
    await lab.settle();
    expect(await lab.describe(arn)).toMatchObject({ status: "RUNNING" });
    expect(disk.look()).toMatch(/database or disk is full/);
    thaw();
    expect(await lab.finish(arn)).toMatchObject({ status: "SUCCEEDED" });
  });

  it("is not begun, and who asks for it is told to ask again", async () => {
    await open(() => "done");
    await lab.settle();
    const thaw = freeze(lab.store);
    const { stateMachineArn } = await lab.describe(
      (await lab.call("ListExecutions", await machine())).executions[0].executionArn,
    );
    const start = () =>
      lab.call("StartExecution", { stateMachineArn, name: "large", input: `"${"x".repeat(200_000)}"` });
    await expect(start()).rejects.toMatchObject({ code: "ServiceUnavailable", status: 503 });
    thaw();
    await start();
  });
});

const machine = async () => ({
  stateMachineArn: (await lab.call("ListStateMachines")).stateMachines[0].stateMachineArn,
});
