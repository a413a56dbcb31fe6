import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { aws } from "./aws.ts";
import { type TestCloud, testCloud } from "./cloud.ts";

const directory = mkdtempSync(join(tmpdir(), "dropclip-data-"));
let cloud: TestCloud | undefined;
afterAll(() => cloud?.dispose());

const objects = async (running: TestCloud) =>
  (await aws(running).s3("GET", "/dropclip-images-dev?list-type=2")).text.match(/<Key>/g)?.length ?? 0;

describe("the data directory", () => {
  it("is all a restart needs, and --fresh empties it", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "dropclip-")), "photo.png");
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: "#123456" } });
    writeFileSync(file, await picture.png().toBuffer());
    const first = await testCloud({ directory });
    const { uploadId } = await first.send([file]);
    await first.ended(uploadId);
    await first.stop();

    const second = await testCloud({ directory });
    expect((await second.call("GET", `/uploads/${uploadId}`)).body.status).toBe("complete");
    expect(await objects(second)).toBe(2);
    expect(second.credentials).toEqual(first.credentials);
    await second.stop();

    cloud = await testCloud({ directory, fresh: true });
    expect((await cloud.call("GET", `/uploads/${uploadId}`)).status).toBe(404);
    expect(await objects(cloud)).toBe(0);
    const { executions } = await aws(cloud).states("ListExecutions", {
      stateMachineArn: cloud.facts.stateMachines[0]!.arn,
    });
    expect(executions).toEqual([]);
  });

  it("takes one cloud at a time", async () => {
    await expect(testCloud({ directory })).rejects.toThrow(/another local cloud runs on/);
  });

  it("that is damaged is said to be in one line", async () => {
    const damaged = mkdtempSync(join(tmpdir(), "dropclip-damaged-"));
    writeFileSync(join(damaged, "cloud.db"), "not a database ".repeat(100));
    await expect(testCloud({ directory: damaged })).rejects.toThrow(/cloud\.db is damaged .* --fresh/);
  });
});
