import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Principal } from "../../src/world.ts";
import { ACCOUNT, type Asked, bucket, type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";

const Bucket = "clips";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
const WORKER = `arn:aws:sts::${ACCOUNT}:assumed-role/worker/w`;

let cloud: LocalCloud;
let allow: (asked: Asked) => boolean;
beforeAll(async () => {
  cloud = await startLocalCloud({ buckets: [bucket(Bucket), bucket("other")], allow: (asked) => allow(asked) });
  await cloud.client().send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
});
afterAll(() => cloud.remove());
beforeEach(() => {
  allow = () => true;
  cloud.asked.length = 0;
});

const worker = () => cloud.client({ credentials: cloud.credentials.assumeRole(ROLE, "w") });
const asked = () => cloud.asked.map(({ action, resource }) => `${action} ${resource.replace("arn:aws:s3:::", "")}`);
const only =
  (...actions: string[]) =>
  ({ action }: Asked) =>
    actions.includes(action);

describe("each operation asks for its own action", () => {
  it("on objects", async () => {
    const s3 = worker();
    await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
    await s3.send(new GetObjectCommand({ Bucket, Key: "a" }));
    await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }));
    await s3.send(new CopyObjectCommand({ Bucket: "other", Key: "b", CopySource: "clips/a" }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "x" }, { Key: "y" }] } }));
    expect(asked()).toEqual([
      "s3:PutObject clips/a",
      "s3:GetObject clips/a",
      "s3:GetObject clips/a",
      "s3:PutObject other/b",
      "s3:GetObject clips/a",
      "s3:DeleteObject clips/a",
      "s3:DeleteObject clips/x",
      "s3:DeleteObject clips/y",
    ]);
    expect(cloud.asked.every(({ who }) => who === WORKER)).toBe(true);
    expect(cloud.asked[0]!.context).toMatchObject({
      "s3:authType": "REST-HEADER",
      "s3:signatureversion": "AWS4-HMAC-SHA256",
    });
  });

  it("on multipart uploads and lists", async () => {
    const s3 = worker();
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "m" }));
    await s3.send(new UploadPartCommand({ Bucket, Key: "m", UploadId, PartNumber: 1, Body: "x" }));
    await s3.send(new ListPartsCommand({ Bucket, Key: "m", UploadId }));
    await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "m", UploadId }));
    await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "events/", Delimiter: "/" }));
    expect(asked()).toEqual([
      "s3:PutObject clips/m",
      "s3:PutObject clips/m",
      "s3:ListMultipartUploadParts clips/m",
      "s3:ListBucketMultipartUploads clips",
      "s3:AbortMultipartUpload clips/m",
      "s3:ListBucket clips",
    ]);
    expect(cloud.asked.at(-1)!.context).toMatchObject({ "s3:prefix": "events/", "s3:delimiter": "/" });
  });
});

describe("each operation hands over the condition keys of its own action", () => {
  /** Keys that every signed request has. */
  const COMMON = ["s3:authType", "s3:signatureversion", "s3:x-amz-content-sha256"];
  /** What was asked, with the keys of S3's that came with it besides. */
  const keys = () =>
    cloud.asked.map(({ action, context }) => {
      const own = Object.keys(context).filter((key) => key.startsWith("s3:"));
      expect(own).toEqual(expect.arrayContaining(COMMON));
      return [action, ...own.filter((key) => !COMMON.includes(key)).toSorted()].join(" ");
    });
  const Tagging = "a=1";

  it("writing: what its headers say", async () => {
    const s3 = worker();
    const StorageClass = "STANDARD";
    await s3.send(new PutObjectCommand({ Bucket, Key: "k1", Body: "x", Tagging, StorageClass, IfNoneMatch: "*" }));
    await s3.send(new CopyObjectCommand({ Bucket, Key: "k2", CopySource: "clips/k1", MetadataDirective: "COPY" }));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "k3", Tagging }));
    await s3.send(new UploadPartCopyCommand({ Bucket, Key: "k3", UploadId, PartNumber: 1, CopySource: "clips/k1" }));
    expect(keys()).toEqual([
      "s3:PutObject s3:RequestObjectTag/a s3:RequestObjectTagKeys s3:if-none-match s3:x-amz-storage-class",
      "s3:PutObjectTagging s3:RequestObjectTag/a s3:RequestObjectTagKeys",
      "s3:PutObject s3:x-amz-copy-source s3:x-amz-metadata-directive",
      "s3:GetObject s3:ExistingObjectTag/a",
      "s3:GetObjectTagging s3:ExistingObjectTag/a",
      "s3:PutObjectTagging",
      "s3:PutObject s3:RequestObjectTag/a s3:RequestObjectTagKeys",
      "s3:PutObjectTagging s3:RequestObjectTag/a s3:RequestObjectTagKeys",
      "s3:PutObject s3:x-amz-copy-source",
      "s3:GetObject s3:ExistingObjectTag/a",
    ]);
  });

  it("reading and removing: the object's tags, and the ETag it shall have", async () => {
    const s3 = worker();
    const { ETag: IfMatch } = await s3.send(new PutObjectCommand({ Bucket, Key: "k4", Body: "x", Tagging }));
    cloud.asked.length = 0;
    await s3.send(new GetObjectCommand({ Bucket, Key: "k4", IfMatch }));
    await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "k4" }));
    await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key: "k4" }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k4", IfMatch }));
    expect(keys()).toEqual([
      "s3:GetObject s3:ExistingObjectTag/a",
      "s3:GetObjectTagging s3:ExistingObjectTag/a",
      "s3:GetObjectTagging s3:ExistingObjectTag/a",
      "s3:DeleteObjectTagging s3:ExistingObjectTag/a",
      "s3:DeleteObject s3:if-match",
      "s3:GetObject",
    ]);
  });

  it("listing: where and how much, of objects alone", async () => {
    const s3 = worker();
    const asked = { Bucket, Prefix: "events/", Delimiter: "/" };
    await s3.send(new ListObjectsV2Command({ ...asked, MaxKeys: 5 }));
    await s3.send(new ListMultipartUploadsCommand({ ...asked, MaxUploads: 5 }));
    expect(keys()).toEqual(["s3:ListBucket s3:delimiter s3:max-keys s3:prefix", "s3:ListBucketMultipartUploads"]);
  });

  it("a key that is missing is listed without a prefix, whatever the URL says", async () => {
    const missing = new GetObjectCommand({ Bucket, Key: "missing" });
    missing.middlewareStack.add(
      (next) => (args: any) =>
        next({ ...args, request: Object.assign(args.request, { query: { prefix: "missing" } }) }),
      { step: "build" },
    );
    await expect(worker().send(missing)).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(keys()).toEqual(["s3:GetObject", "s3:ListBucket"]);
  });
});

describe("a caller without the right", () => {
  const denied = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };

  it("changes nothing", async () => {
    allow = () => false;
    await expect(worker().send(new PutObjectCommand({ Bucket, Key: "k", Body: "y" }))).rejects.toMatchObject(denied);
    await expect(worker().send(new DeleteObjectCommand({ Bucket, Key: "k" }))).rejects.toMatchObject(denied);
    expect(cloud.s3.files.find(Bucket, "k")!.etag).toBe('"9dd4e461268c8034f5c8564e155c67a6"');
  });

  it("to the source cannot copy it", async () => {
    allow = only("s3:PutObject");
    const copy = new CopyObjectCommand({ Bucket: "other", Key: "c", CopySource: "clips/k" });
    await expect(worker().send(copy)).rejects.toMatchObject(denied);
  });

  it("to list learns of no missing key", async () => {
    const missing = () => worker().send(new GetObjectCommand({ Bucket, Key: "missing" }));
    allow = only("s3:GetObject");
    await expect(missing()).rejects.toMatchObject(denied);
    allow = only("s3:GetObject", "s3:ListBucket");
    await expect(missing()).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it("to one key of many deletes the others", async () => {
    const put = (Key: string) => cloud.client().send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    await Promise.all([put("mine"), put("yours")]);
    allow = ({ resource }) => resource.endsWith("/mine");
    const objects = { Objects: [{ Key: "mine" }, { Key: "yours" }] };
    const done = await worker().send(new DeleteObjectsCommand({ Bucket, Delete: objects }));
    expect([done.Deleted, done.Errors]).toMatchObject([[{ Key: "mine" }], [{ Key: "yours", Code: "AccessDenied" }]]);
    expect([cloud.s3.files.find(Bucket, "mine"), cloud.s3.files.find(Bucket, "yours")?.bytes]).toEqual([undefined, 1]);
  });
});

describe("objects as files", () => {
  const role: Principal = { kind: "role", arn: WORKER, accountId: ACCOUNT, roleArn: ROLE };
  const scratch = (text: string) => {
    const file = join(cloud.directory, "scratch");
    writeFileSync(file, text);
    return file;
  };

  it("are adopted as if they had been put", async () => {
    const file = scratch("hello");
    const headers = { contentType: "video/mp4", cacheControl: "max-age=1", metadata: { a: "b" } };
    const adopted = await cloud.s3.files.adopt(Bucket, "adopted", file, headers, role);
    expect(adopted).toMatchObject({ bytes: 5, etag: '"5d41402abc4b2a76b9719d911017c592"', ...headers });
    expect(asked()).toEqual(["s3:PutObject clips/adopted"]);
    expect(cloud.events.at(-1)!.detail).toMatchObject({ reason: "PutObject", object: { key: "adopted", size: 5 } });
    const got = await cloud.client().send(new GetObjectCommand({ Bucket, Key: "adopted" }));
    expect([await got.Body!.transformToString(), got.CacheControl, got.Metadata]).toEqual([
      "hello",
      "max-age=1",
      { a: "b" },
    ]);
    expect(cloud.s3.files.find(Bucket, "adopted")).toEqual(adopted);
  });

  it("are not adopted without the right, or into no bucket", async () => {
    const file = scratch("hello");
    allow = () => false;
    await expect(cloud.s3.files.adopt(Bucket, "x", file, {}, role)).rejects.toMatchObject({ code: "AccessDenied" });
    await expect(cloud.s3.files.adopt("nothere", "x", file, {}, role)).rejects.toMatchObject({ code: "NoSuchBucket" });
    expect(cloud.s3.files.find(Bucket, "x")).toBeUndefined();
  });
});
