import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import type { Cloud } from "@dropclip/synth/cloud";
import sharp from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";

/** What the API's roles may do, taken away piece by piece: just what needs the piece fails. */
let cloud: TestCloud | undefined;
afterEach(() => cloud?.dispose());

/** The graph without one action of one role's policies, or of its trust. */
const without = (role: string, action: string, where: "policies" | "trust" = "policies") =>
  testCloud({
    adjust: (facts) => {
      const changed: Cloud = structuredClone(facts);
      const statements = changed.roles
        .filter(({ name }) => name.startsWith(`dropclip-${role}-dev`))
        .flatMap(({ policies, trust }) => (where === "trust" ? [trust] : policies.map(({ document }) => document)))
        .flatMap(({ Statement }) => Statement)
        .filter(({ Action }) => [Action].flat().includes(action));
      expect(statements).not.toEqual([]);
      for (const statement of statements) {
        const others = [statement.Action ?? []].flat().filter((one) => one !== action);
        // A statement without actions is none: an action nobody asks for stands for nothing.
        statement.Action = others.length > 0 ? others : ["s3:GetObjectAcl"];
      }
      return changed;
    },
  });

const photo = async () => {
  const file = join(mkdtempSync(join(tmpdir(), "dropclip-")), "photo.png");
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: "#123456" } });
  writeFileSync(file, await picture.png().toBuffer());
  return file;
};

/** Actions that were refused so far. */
const denied = ({ logs }: TestCloud) =>
  new Set(logs.filter(({ service }) => service === "iam").map(({ action }) => action));

describe("without a permission", () => {
  it("of the fan role, S3 refuses what fans send, and nothing else fails", async () => {
    cloud = await without("fan", "s3:PutObject");
    const file = await photo();
    await expect(cloud.send([file])).rejects.toThrow(/403 .*<Code>AccessDenied<.*s3:PutObject/s);
    const { uploadId } = await cloud.send([file], { call: await cloud.as("creative") });
    expect(await cloud.ended(uploadId)).toMatchObject({ status: "complete" });
    expect(denied(cloud)).toEqual(new Set(["s3:PutObject"]));
  });

  it("to take on the fan role, signing fails visibly, and works again once it is given back", async () => {
    cloud = await without("fan", "sts:AssumeRole", "trust");
    const files = [{ name: "a.png", bytes: 5 }];
    const created = await cloud.call("POST", `/events/${DEMO_EVENT_ID}/uploads`, { files });
    expect(created.status).toBe(201);
    const sign = { mediaId: "image1", operation: "PutObject" };
    const path = `/uploads/${created.body.uploadId}/sign`;
    const failed = await cloud.call("POST", path, sign);
    expect(failed).toMatchObject({ status: 500, body: { code: "internal", requestId: expect.any(String) } });
    expect(JSON.stringify(failed.body)).not.toMatch(/AccessDenied|arn:/);
    await eventually(() => {
      const line = cloud!.logs.find(
        ({ message }) => message.includes(failed.body.requestId) && /AccessDenied/.test(message),
      );
      expect(line?.message).toContain("sts:AssumeRole");
    });
    expect(denied(cloud)).toEqual(new Set(["sts:AssumeRole"]));

    const { directory } = cloud;
    await cloud.stop();
    cloud = await testCloud({ directory });
    expect((await cloud.call("POST", path, sign)).status).toBe(200);
  });

  it("to delete objects, a deletion stays due until it can be done", async () => {
    cloud = await without("settle", "s3:DeleteObject");
    const { uploadId } = await cloud.send([await photo()]);
    const { urls } = await cloud.ended(uploadId);
    expect((await cloud.call("DELETE", `/uploads/${uploadId}`)).status).toBe(204);
    expect((await cloud.call("GET", `/uploads/${uploadId}`)).body).toMatchObject({ status: "deleted" });
    await eventually(() => expect(denied(cloud!)).toEqual(new Set(["s3:DeleteObject"])));

    const { directory } = cloud;
    await cloud.stop();
    cloud = await testCloud({ directory });
    const again = { detail: { uploadId } };
    await aws(cloud).invoke("dropclip-settle-dev", again);
    const key = new URL(urls.content).pathname;
    expect((await aws(cloud).s3("HEAD", `/dropclip-images-dev${key}`)).status).toBe(404);
    expect((await fetch(`${cloud.cdn}${key}`)).status).toBe(403);
    // Safe to repeat.
    await aws(cloud).invoke("dropclip-settle-dev", again);
  });
});

describe("with a condition key that AWS has not got for the action", () => {
  /**
   * The graph as it would be if whoever may list objects below a prefix were to list unfinished uploads like that too.
   */
  const listingBelowPrefix = () =>
    testCloud({
      adjust: (facts) => {
        const changed: Cloud = structuredClone(facts);
        const statements = changed.roles
          .flatMap(({ policies }) => policies.flatMap(({ document }) => document.Statement))
          .filter(({ Action }) => [Action].flat().includes("s3:ListBucketMultipartUploads"));
        expect(statements).toHaveLength(2);
        for (const statement of statements) statement.Condition = { StringLike: { "s3:prefix": ["events/*"] } };
        return changed;
      },
    });
  const refused = new Set(["s3:ListBucketMultipartUploads"]);

  it("what is deleted and what never arrived stays until the condition is gone", async () => {
    cloud = await listingBelowPrefix();
    const { uploadId } = await cloud.send([await photo()]);
    const { urls } = await cloud.ended(uploadId);
    const key = `/dropclip-images-dev${new URL(urls.content).pathname}`;
    expect((await cloud.call("DELETE", `/uploads/${uploadId}`)).status).toBe(204);
    await eventually(() => expect(denied(cloud!)).toEqual(refused));

    const { Upload } = await import("@dropclip/core/upload");
    const { uuidv7 } = await import("@dropclip/core/ids");
    const dayAgo = Date.now() - 25 * 3_600_000;
    const never = await Upload.create(
      { eventId: DEMO_EVENT_ID, fanId: cloud.fanId, files: [{ name: "never.mp4", bytes: 100 * 1024 ** 2 }] },
      { now: () => dayAgo, id: () => uuidv7(dayAgo) },
    );
    await expect(aws(cloud).invoke("dropclip-sweep-dev", {})).rejects.toThrow("1 failed; the others are done");
    const read = async () => (await cloud!.call("GET", `/uploads/${never.uploadId}`)).body;
    expect((await read()).status).toBe("pending");
    expect(denied(cloud)).toEqual(refused);

    const { directory } = cloud;
    await cloud.stop();
    cloud = await testCloud({ directory });
    await aws(cloud).invoke("dropclip-settle-dev", { detail: { uploadId } });
    expect((await aws(cloud).s3("HEAD", key)).status).toBe(404);
    expect(await aws(cloud).invoke("dropclip-sweep-dev", {})).toMatchObject({ expired: 1 });
    expect((await read()).status).toBe("expired");
    expect(denied(cloud)).toEqual(new Set());
  });
});
