import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";

const GB = 2 ** 30;
let cloud: TestCloud | undefined;
let freeBytes = 100 * GB;
afterEach(async () => {
  freeBytes = 100 * GB;
  await cloud?.dispose();
  cloud = undefined;
});

const disk = { space: () => ({ freeBytes, totalBytes: 200 * GB }) };
const lines = () => cloud!.logs.filter(({ service }) => service === "disk").map(({ level }) => level);

/** What a function logged as errors. */
const said = (name: string) =>
  cloud!.logs
    .filter((entry) => entry.function === name && entry.level === "error")
    .map(({ message }) => message)
    .join("\n");

async function photo(): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), "dropclip-photo-")), "photo.png");
  const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: "#123456" } });
  writeFileSync(file, await picture.png().toBuffer());
  return file;
}

const executions = async (status: string) => {
  const { arn } = cloud!.facts.stateMachines[0]!;
  return (await aws(cloud!).states("ListExecutions", { stateMachineArn: arn, statusFilter: status })).executions.length;
};

describe("a disk that fills below the reserve while an upload is worked on", () => {
  it("fails nothing: the execution waits, and the upload is complete when there is room", async () => {
    // As soon as the upload is in its bucket: the work on it finds no room.
    cloud = await testCloud({ disk });
    const { logs } = cloud;
    const { push } = logs;
    logs.push = (...entries) => {
      if (entries.some(({ message }) => message.includes('"claimed"'))) freeBytes = GB / 2;
      return push.apply(logs, entries);
    };
    const { uploadId } = await cloud.send([await photo()]);
    await eventually(() => expect(lines()).toEqual(["error"]));
    // A handler met the refusal, after its SDK's own tries, and failed of it.
    await eventually(() => expect(said("dropclip-publish-image-dev")).toContain("kept in reserve"));
    expect(await executions("RUNNING")).toBe(1);
    freeBytes = 50 * GB;
    expect(await cloud.ended(uploadId)).toMatchObject({ status: "complete" });
    expect(await executions("FAILED")).toBe(0);
    expect(lines()).toEqual(["error", "info"]);
  });
});

describe("a data directory that is removed while the cloud runs", () => {
  it("is said to be, and the cloud stops without a further word", async () => {
    const directory = mkdtempSync(join(tmpdir(), "dropclip-gone-"));
    cloud = await testCloud({ directory });
    rmSync(directory, { recursive: true });
    expect(await cloud.lost).toBe(
      `${directory} was removed or replaced while the local cloud ran: start again to begin with what is there`,
    );
    await cloud.stop();
    expect(cloud.logs.filter(({ level }) => level === "error")).toEqual([]);
  });
});
