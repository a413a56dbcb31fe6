import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";

let cloud: LocalCloud;
let s3: S3Client;
beforeAll(async () => {
  cloud = await startLocalCloud();
  s3 = cloud.client();
});
afterAll(() => cloud.remove());

const Bucket = "clips";
const put = (Key: string, Body: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const read = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();
const failure = (status: number, name: string) => ({ name, $metadata: { httpStatusCode: status } });

describe("PutObject", () => {
  it("refuses to overwrite with If-None-Match: *", async () => {
    await put("once", "first", { IfNoneMatch: "*" });
    await expect(put("once", "second", { IfNoneMatch: "*" })).rejects.toMatchObject(failure(412, "PreconditionFailed"));
    expect(await read("once")).toBe("first");
  });

  it("lets exactly one of many racing writers win", async () => {
    const racers = Array.from({ length: 20 }, (_, index) => put("race", `racer ${index}`, { IfNoneMatch: "*" }));
    const results = await Promise.allSettled(racers);
    const won = results.flatMap((result, index) => (result.status === "fulfilled" ? index : []));
    expect(won).toHaveLength(1);
    expect(await read("race")).toBe(`racer ${won[0]}`);
    expect(cloud.events.filter(({ detail }) => detail.object.key === "race")).toHaveLength(1);
  });

  it("replaces only the object that If-Match names", async () => {
    const { ETag } = await put("swap", "one");
    await put("swap", "two", { IfMatch: ETag });
    await expect(put("swap", "three", { IfMatch: ETag })).rejects.toMatchObject(failure(412, "PreconditionFailed"));
    await expect(put("nothing", "x", { IfMatch: ETag })).rejects.toMatchObject(failure(404, "NoSuchKey"));
    expect(await read("swap")).toBe("two");
  });

  it("knows no other If-None-Match than *", async () => {
    await expect(put("etag", "x", { IfNoneMatch: '"abc"' })).rejects.toMatchObject(failure(501, "NotImplemented"));
  });
});

describe("GetObject", () => {
  it.each<[string, (etag: string) => object, number]>([
    ["If-Match of the ETag", (etag) => ({ IfMatch: etag }), 200],
    ["If-Match of another", () => ({ IfMatch: '"other"' }), 412],
    ["If-None-Match of the ETag", (etag) => ({ IfNoneMatch: etag }), 304],
    ["If-None-Match of another", () => ({ IfNoneMatch: '"other"' }), 200],
    ["If-Modified-Since later", () => ({ IfModifiedSince: new Date(Date.now() + 1e6) }), 304],
    ["If-Modified-Since earlier", () => ({ IfModifiedSince: new Date(0) }), 200],
    ["If-Unmodified-Since later", () => ({ IfUnmodifiedSince: new Date(Date.now() + 1e6) }), 200],
    ["If-Unmodified-Since earlier", () => ({ IfUnmodifiedSince: new Date(0) }), 412],
    [
      "If-Match that holds, over If-Unmodified-Since",
      (etag) => ({ IfMatch: etag, IfUnmodifiedSince: new Date(0) }),
      200,
    ],
    [
      "If-None-Match that fails, over If-Modified-Since",
      (etag) => ({ IfNoneMatch: etag, IfModifiedSince: new Date(0) }),
      304,
    ],
  ])("answers %s", async (_name, condition, status) => {
    const { ETag } = await put("read", "x");
    const command = new HeadObjectCommand({ Bucket, Key: "read", ...condition(ETag!) });
    const got = await s3.send(command).catch((error) => error);
    expect(got.$metadata.httpStatusCode).toBe(status);
  });
});

describe("DeleteObject", () => {
  it("deletes only the object that If-Match names", async () => {
    const { ETag } = await put("gone", "x");
    const remove = (IfMatch?: string) => s3.send(new DeleteObjectCommand({ Bucket, Key: "gone", IfMatch }));
    await expect(remove('"other"')).rejects.toMatchObject(failure(412, "PreconditionFailed"));
    await remove(ETag);
    await expect(remove(ETag)).rejects.toMatchObject(failure(404, "NoSuchKey"));
    await remove();
  });
});

describe("CopyObject", () => {
  it("heeds conditions on source and target", async () => {
    const { ETag } = await put("source", "x");
    const copy = (more: object) =>
      s3.send(new CopyObjectCommand({ Bucket, Key: "target", CopySource: "clips/source", ...more }));
    await expect(copy({ CopySourceIfMatch: '"other"' })).rejects.toMatchObject(failure(412, "PreconditionFailed"));
    await expect(copy({ CopySourceIfNoneMatch: ETag })).rejects.toMatchObject(failure(412, "PreconditionFailed"));
    await copy({ CopySourceIfMatch: ETag, IfNoneMatch: "*" });
    await expect(copy({ IfNoneMatch: "*" })).rejects.toMatchObject(failure(412, "PreconditionFailed"));
  });
});
