import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CloudOptions } from "@dropclip/local/cloud";
import sharp from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let cloud: TestCloud;
afterEach(() => cloud.dispose());

/** The next run of the sweep, so long after now. */
async function sweepAfter(later: number) {
  process.env.INGEST_ARN = cloud.facts.stateMachines[0]!.arn;
  const { sweep } = await import("@dropclip/functions/sweep");
  return sweep({ now: () => Date.now() + later, id: () => "unused" });
}

/** A deployment with a mistake: pictures cannot be written where they are served from. */
const mistaken: NonNullable<CloudOptions["adjust"]> = (facts) => ({
  ...facts,
  roles: facts.roles.map((role) =>
    role.name.includes("publish-image")
      ? { ...role, policies: JSON.parse(JSON.stringify(role.policies).replaceAll("s3:PutObject", "s3:PutObjectAcl")) }
      : role,
  ),
});

/** The same for all but an upload's first picture. */
const onlyFirst: NonNullable<CloudOptions["adjust"]> = (facts) => ({
  ...facts,
  roles: facts.roles.map((role) => {
    const policies = JSON.stringify(role.policies).replaceAll("/images/*", "/images/image1*");
    return role.name.includes("publish-image") ? { ...role, policies: JSON.parse(policies) } : role;
  }),
});

async function photo(name = "photo.png") {
  const file = join(mkdtempSync(join(tmpdir(), "dropclip-")), name);
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: "#123456" } });
  writeFileSync(file, await picture.png().toBuffer());
  return file;
}

const read = async (uploadId: string) => (await cloud.call("GET", `/uploads/${uploadId}`)).body;
const steps = async (uploadId: string) => (await read(uploadId)).media[0].timeline.map(({ step }: any) => step);
const failures = (uploadId: string, count: number) =>
  eventually(async () => {
    const told = await steps(uploadId);
    expect(told.filter((step: string) => step === "failed")).toHaveLength(count);
  });

describe("what failed on our side", () => {
  it("is tried again with growing pauses, and heals when the cause has been mended", async () => {
    const directory = mkdtempSync(join(tmpdir(), "dropclip-"));
    cloud = await testCloud({ directory, adjust: mistaken });
    const { uploadId } = await cloud.send([await photo()]);
    await failures(uploadId, 1);

    expect(await sweepAfter(14 * MINUTE)).toMatchObject({ retried: 0 });
    const pauses = [15 * MINUTE, HOUR, 4 * HOUR];
    for (const [index, pause] of pauses.entries()) {
      // The one before ended just now.
      expect(await sweepAfter(pause - MINUTE)).toMatchObject({ retried: 0 });
      expect(await sweepAfter(pause + MINUTE)).toMatchObject({ retried: 1 });
      await failures(uploadId, index + 2);
    }
    expect((await read(uploadId)).status).toBe("failed");

    await cloud.stop();
    cloud = await testCloud({ directory });
    expect(await sweepAfter(12 * HOUR + MINUTE)).toMatchObject({ retried: 1 });
    await cloud.completed(uploadId);
    const told = await steps(uploadId);
    expect(told.filter((step: string) => step === "retried")).toHaveLength(4);
    // The last one is an execution of its own, of the state machine as it is deployed now.
    expect(told.slice(-3)).toEqual(["retried", "claimed", "published"]);
  });

  it("is tried again also where the upload's other files are published", async () => {
    const directory = mkdtempSync(join(tmpdir(), "dropclip-"));
    cloud = await testCloud({ directory, adjust: onlyFirst });
    const { uploadId } = await cloud.send([await photo("a.png"), await photo("b.png")]);
    await eventually(async () => expect((await read(uploadId)).status).toBe("partial"));
    await cloud.stop();
    cloud = await testCloud({ directory });
    expect(await sweepAfter(16 * MINUTE)).toMatchObject({ retried: 1 });
    await cloud.completed(uploadId);
    expect(await sweepAfter(24 * HOUR)).toMatchObject({ retried: 0 });
  });

  it("is left to people after the last pause", async () => {
    const { Retry } = await import("@dropclip/core/retry");
    cloud = await testCloud();
    const failed = (retries: number, error = "TypeError") =>
      Retry.isDue({ status: "failed", failedAt: new Date(0).toISOString(), retries, failure: { error } }, 48 * HOUR);
    expect([0, 1, 2, 3, 4].map((retries) => failed(retries))).toEqual([true, true, true, true, false]);
    expect(failed(0, "ABORTED")).toBe(false);
    expect([0, 1, 2, 3].map(Retry.beginsAnew)).toEqual([false, false, false, true]);
  });

  it("is found by the sweep when nobody told of it", async () => {
    cloud = await testCloud({
      adjust: (facts) => {
        const rules = facts.rules.filter(({ name }) => !name.includes("execution-ended"));
        return { ...mistaken(facts), rules };
      },
    });
    const { uploadId } = await cloud.send([await photo()]);
    const stateMachineArn = cloud.facts.stateMachines[0]!.arn;
    await eventually(async () => {
      const ended = await aws(cloud).states("ListExecutions", { stateMachineArn, statusFilter: "FAILED" });
      expect(ended.executions).toHaveLength(1);
    });
    expect(await sweepAfter(14 * MINUTE)).toMatchObject({ failed: 0 });
    expect(await sweepAfter(16 * MINUTE)).toMatchObject({ failed: 1 });
    expect((await read(uploadId)).status).toBe("failed");
    expect(await sweepAfter(32 * MINUTE)).toMatchObject({ failed: 0, retried: 1 });
  });
});
