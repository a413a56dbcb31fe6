import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import type { Cloud } from "@dropclip/synth/cloud";
import sharp from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import { aws } from "./aws.ts";
import { type TestCloud, testCloud } from "./cloud.ts";
import { eventually } from "./eventually.ts";

/** What the API's roles may do, taken away piece by piece: just what needs the piece fails. */
let cloud: TestCloud | undefined;
afterEach(() => cloud?.dispose());

/** The graph without one action of one role's policies, or of its trust. */
const without = (role: string, action: string, where: "policies" | "trust" = "policies") =>
  testCloud({
    adjust: (facts) => {
      const changed: Cloud = structuredClone(facts);
      const statements = changed.roles
        .filter(({ name }) => name === `dropclip-${role}-dev`)
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
