import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cloud } from "@dropclip/synth/cloud";
import sharp from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";

/** Another graph, another cloud: nothing of the infrastructure stands anywhere else. */
let cloud: TestCloud | undefined;
afterEach(() => cloud?.dispose());

const started = async (adjust: (facts: Cloud) => void) => {
  cloud = await testCloud({
    adjust: (facts) => {
      const changed = structuredClone(facts);
      adjust(changed);
      return changed;
    },
  });
  return cloud;
};
const photo = async () => {
  const file = join(mkdtempSync(join(tmpdir(), "dropclip-")), "photo.png");
  writeFileSync(
    file,
    await sharp({ create: { width: 8, height: 8, channels: 3, background: "#123456" } })
      .png()
      .toBuffer(),
  );
  return file;
};
const preflight = (running: TestCloud) =>
  fetch(`${running.endpoints.s3}/dropclip-uploads-dev/events/x`, {
    method: "OPTIONS",
    headers: { origin: "http://localhost:3000", "access-control-request-method": "PUT" },
  });

describe("a changed graph changes behaviour", () => {
  it("a CORS origin that is there, and one that was removed", async () => {
    const before = await started(() => {});
    expect((await preflight(before)).headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
    await before.dispose();
    const after = await started(({ buckets }) => {
      for (const rule of buckets.flatMap((bucket) => bucket.cors)) rule.allowedOrigins = ["https://dropclip.example"];
    });
    const answer = await preflight(after);
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  });

  it("a narrower event pattern", async () => {
    const running = await started(({ rules }) => {
      const pattern: any = rules.find(({ name }) => name.includes("object-created"))!.pattern;
      pattern.detail.object.key = [{ suffix: ".jpg" }];
    });
    const ignored = await running.send([await photo()]);
    const file = (await photo()).replace(/png$/, "jpg");
    writeFileSync(
      file,
      await sharp({ create: { width: 8, height: 8, channels: 3, background: "#123456" } })
        .jpeg()
        .toBuffer(),
    );
    const taken = await running.send([file]);
    expect(await running.ended(taken.uploadId)).toMatchObject({ status: "complete" });
    expect((await running.call("GET", `/uploads/${ignored.uploadId}`)).body.status).toBe("pending");
  });

  it("another table name", async () => {
    const running = await started((facts) => {
      Object.assign(facts, JSON.parse(JSON.stringify(facts).replaceAll("dev-uploads", "else-uploads")));
    });
    const { uploadId } = await running.send([await photo()]);
    expect(await running.ended(uploadId)).toMatchObject({ status: "complete" });
    const { TableNames } = await aws(running).dynamodb("ListTables", {});
    expect(TableNames).toContain("else-uploads");
    expect(TableNames).not.toContain("dev-uploads");
  });

  it("another time limit of a function", async () => {
    const running = await started(({ functions, stateMachines }) => {
      for (const fn of functions) if (fn.name.includes("publish-image")) fn.handler = "test/support/never.handler";
      for (const fn of functions) if (fn.name.includes("publish-image")) fn.timeoutSeconds = 1;
      const states: any = stateMachines[0]!.definition.States;
      delete states["Publish image"].Retry;
    });
    const { uploadId } = await running.send([await photo()]);
    const record = await running.ended(uploadId);
    expect(record.status).toBe("failed");
    expect(JSON.stringify(running.logs)).toContain("Task timed out after 1.00 seconds");
  });
});

describe("a permission that is missing", () => {
  it("makes just the call that needs it fail with AccessDenied, recorded, and a redrive completes it", async () => {
    const without = (roles: Cloud["roles"], action: string) => {
      const statements = roles.flatMap(({ policies }) => policies.flatMap(({ document }) => document.Statement));
      for (const statement of statements)
        if ([statement.Action].flat().includes(action) && JSON.stringify(statement.Resource).includes("images"))
          statement.Action = "s3:GetObjectAcl";
    };
    const running = await started(({ roles }) => without(roles, "s3:PutObject"));
    const { uploadId } = await running.send([await photo()]);
    expect(await running.ended(uploadId)).toMatchObject({ status: "failed" });
    const denials = running.logs.filter(({ service }) => service === "iam").map(({ action }) => action);
    expect(new Set(denials)).toEqual(new Set(["s3:PutObject"]));
    const { executions } = await aws(running).states("ListExecutions", {
      stateMachineArn: running.facts.stateMachines[0]!.arn,
    });
    const { error, cause } = await aws(running).states("DescribeExecution", {
      executionArn: executions[0].executionArn,
    });
    expect([error, JSON.parse(cause).errorMessage]).toEqual(["AccessDenied", expect.stringContaining("s3:PutObject")]);

    const { directory } = running;
    await running.stop();
    cloud = await testCloud({ directory });
    await aws(cloud).states("RedriveExecution", { executionArn: executions[0].executionArn });
    expect(await cloud.completed(uploadId)).toMatchObject({ status: "complete" });
  });
});

describe("what goes wrong on our side", () => {
  it("is recorded, and a redrive completes it", async () => {
    const running = await started(({ functions }) => {
      for (const fn of functions)
        if (fn.name.includes("publish-image")) fn.environment.IMAGES_BUCKET = "dropclip-nowhere-dev";
    });
    const { uploadId } = await running.send([await photo()]);
    const record = await running.ended(uploadId);
    expect(record).toMatchObject({ status: "failed", media: [{ status: "failed" }] });
    expect(record.media[0].reason).toBeUndefined();
    const { executions } = await aws(running).states("ListExecutions", {
      stateMachineArn: running.facts.stateMachines[0]!.arn,
    });
    expect(executions.map((one: any) => one.status)).toEqual(["FAILED"]);
    // Mended where it was broken, then resumed where it had failed.
    const { directory } = running;
    await running.stop();
    cloud = await testCloud({ directory });
    await aws(cloud).states("RedriveExecution", { executionArn: executions[0].executionArn });
    const { urls } = await cloud.completed(uploadId);
    expect((await fetch(urls.content)).status).toBe(200);
  });
});
