import { createHash, randomBytes } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasher } from "../../src/s3/checksums.ts";
import { bucket, type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";

const Bucket = "clips";
const body = randomBytes(100_000);
let cloud: LocalCloud;
let s3: S3Client;
beforeAll(async () => {
  cloud = await startLocalCloud({ buckets: [bucket(Bucket), bucket("other")] });
  s3 = cloud.client();
  const described = { ContentType: "video/mp4", Metadata: { fan: "f" } };
  await s3.send(new PutObjectCommand({ Bucket, Key: "ü b/+%2F.mov", Body: body, ...described }));
});
afterAll(() => cloud.remove());

const source = `/clips/${encodeURIComponent("ü b/+%2F.mov")}`;
const copy = (Key: string, more: Partial<CopyObjectCommandInput> = {}) =>
  s3.send(new CopyObjectCommand({ Bucket: "other", Key, CopySource: source, ...more }));
const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket: "other", Key, ChecksumMode: "ENABLED" }));

describe("CopyObject", () => {
  it("copies bytes, headers and metadata, and outlives its source", async () => {
    const done = await copy("a");
    expect(done.CopyObjectResult!.ETag).toBe(`"${createHash("md5").update(body).digest("hex")}"`);
    expect(await head("a")).toMatchObject({
      ContentType: "video/mp4",
      Metadata: { fan: "f" },
      ContentLength: body.length,
    });
    await s3.send(new PutObjectCommand({ Bucket, Key: "brief", Body: "brief" }));
    await copy("b", { CopySource: "clips/brief" });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "brief" }));
    const got = await s3.send(new GetObjectCommand({ Bucket: "other", Key: "b" }));
    expect(await got.Body!.transformToString()).toBe("brief");
  });

  it("replaces headers and metadata when told to, even onto itself", async () => {
    await copy("r", { MetadataDirective: "REPLACE", ContentType: "text/plain", Metadata: { a: "b" } });
    expect(await head("r")).toMatchObject({ ContentType: "text/plain", Metadata: { a: "b" } });
    const itself = { CopySource: "other/r" };
    await expect(copy("r", itself)).rejects.toMatchObject({ name: "InvalidRequest" });
    await copy("r", { ...itself, MetadataDirective: "REPLACE", ContentType: "image/png" });
    expect(await head("r")).toMatchObject({ ContentType: "image/png", Metadata: {}, ContentLength: body.length });
  });

  it("computes another checksum when asked", async () => {
    await copy("sum", { ChecksumAlgorithm: "SHA256" });
    expect((await head("sum")).ChecksumSHA256).toBe(createHash("sha256").update(body).digest("base64"));
  });

  it("of a multipart object is one object, with an ETag and checksum of the whole", async () => {
    const more = { Bucket, Key: "m" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...more, ChecksumAlgorithm: "CRC32" }));
    const { ETag, ChecksumCRC32 } = await s3.send(
      new UploadPartCommand({ ...more, UploadId, PartNumber: 1, Body: "hello" }),
    );
    const Parts = [{ PartNumber: 1, ETag, ChecksumCRC32 }];
    const done = await s3.send(new CompleteMultipartUploadCommand({ ...more, UploadId, MultipartUpload: { Parts } }));
    expect(done.ETag).toMatch(/-1"$/);
    await copy("one", { CopySource: "clips/m" });
    const crc = hasher("CRC32");
    crc.update(Buffer.from("hello"));
    expect(await head("one")).toMatchObject({
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      ChecksumCRC32: crc.digest().toString("base64"),
      ChecksumType: "FULL_OBJECT",
    });
  });

  it.each([
    ["no key", "clips", "InvalidArgument"],
    ["no bucket that is there", "nothere/key", "NoSuchBucket"],
    ["no object that is there", "clips/nothere", "NoSuchKey"],
    ["a broken escape", "clips/%zz", "InvalidArgument"],
    ["a version", "clips/key?versionId=abc", "NotImplemented"],
    ["an access point", "arn:aws:s3:eu-west-1:1:accesspoint/a/object/b", "NotImplemented"],
  ])("refuses a source with %s", async (_name, CopySource, name) => {
    await expect(copy("x", { CopySource })).rejects.toMatchObject({ name });
  });
});
