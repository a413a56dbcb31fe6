import { readdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";
import { sign } from "../gate/wire.ts";

const Bucket = "clips";
let cloud: LocalCloud;
beforeEach(async () => {
  cloud = await startLocalCloud();
});
afterEach(() => cloud.remove());

const restart = async () => {
  await cloud.stop();
  cloud = await startLocalCloud({ directory: cloud.directory, clock: cloud.clock });
};
const bodies = () => readdirSync(join(cloud.directory, "s3"));

describe("a restart", () => {
  it("keeps objects with all that belongs to them, and the credentials", async () => {
    await cloud.client().send(new PutObjectCommand({ Bucket, Key: "k", Body: "kept", Metadata: { a: "b" } }));
    const before = await cloud.client().send(new HeadObjectCommand({ Bucket, Key: "k", ChecksumMode: "ENABLED" }));
    await restart();
    const after = await cloud.client().send(new GetObjectCommand({ Bucket, Key: "k" }));
    expect(await after.Body!.transformToString()).toBe("kept");
    const { ETag, LastModified, Metadata, ChecksumCRC32 } = before;
    expect(after).toMatchObject({ ETag, LastModified, Metadata, ChecksumCRC32 });
  });

  it("keeps the parts of an upload, which can be completed then, and repeated after another", async () => {
    const Key = "m";
    const { UploadId } = await cloud.client().send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const { ETag } = await cloud
      .client()
      .send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "part" }));
    const complete = () =>
      cloud.client().send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key,
          UploadId,
          MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
        }),
      );
    await restart();
    const first = await complete();
    await restart();
    expect((await complete()).ETag).toBe(first.ETag);
    expect(await (await cloud.client().send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString()).toBe(
      "part",
    );
  });

  it("removes what dead requests left, and nothing else", async () => {
    await cloud.client().send(new PutObjectCommand({ Bucket, Key: "k", Body: "kept" }));
    const kept = bodies();
    writeFileSync(join(cloud.directory, "s3", "half-written"), "half");
    await restart();
    expect(bodies()).toEqual(kept);
  });
});

describe("a client that dies in the middle of its body", () => {
  it("leaves no object and no file", async () => {
    const signed = await sign(cloud, {
      method: "PUT",
      path: "/clips/dead",
      headers: { "content-length": "1000000", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    });
    const { hostname, port } = new URL(cloud.url);
    const lines = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connect(Number(port), hostname, () =>
      socket.write(`PUT /clips/dead HTTP/1.1\r\n${lines.join("")}\r\nhalf`),
    );
    await expect.poll(() => bodies().length).toBe(1);
    socket.destroy();
    await expect.poll(() => bodies().length).toBe(0);
    expect(cloud.s3.files.find(Bucket, "dead")).toBeUndefined();
    expect(cloud.log).toEqual([]);
  });
});
