import {
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { successor } from "../../src/s3/listing.ts";
import { bucket, type LocalCloud, REGION, startLocalCloud } from "../gate/local-cloud.ts";

const Bucket = "clips";
// In the order of their UTF-8 bytes: U+FF5E is before U+1F3B8 there, and behind it in JavaScript's own order.
const KEYS = ["A", "a", "a/1", "a/2", "a/sub/3", "a0", "b/1", "b/2", "with space+plus", "é", "～", "🎸", "🎸/1"];

let cloud: LocalCloud;
let s3: S3Client;
beforeAll(async () => {
  cloud = await startLocalCloud({ buckets: [bucket(Bucket), bucket("many"), bucket("empty")] });
  s3 = cloud.client();
  for (const Key of KEYS.toReversed()) await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
});
afterAll(() => cloud.remove());

const list = async (more: object = {}) => {
  const page = await s3.send(new ListObjectsV2Command({ Bucket, ...more }));
  const keys = (page.Contents ?? []).map(({ Key }) => Key);
  return { ...page, keys, prefixes: (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix) };
};

describe("ListObjectsV2", () => {
  it("lists in UTF-8 byte order", async () => {
    expect((await list()).keys).toEqual(KEYS);
  });

  it.each<[object, string[], string[]]>([
    [{ Prefix: "a" }, ["a", "a/1", "a/2", "a/sub/3", "a0"], []],
    [{ Prefix: "a/", Delimiter: "/" }, ["a/1", "a/2"], ["a/sub/"]],
    [{ Delimiter: "/" }, ["A", "a", "a0", "with space+plus", "é", "～", "🎸"], ["a/", "b/", "🎸/"]],
    [{ Prefix: "🎸" }, ["🎸", "🎸/1"], []],
    [{ StartAfter: "b/1" }, ["b/2", "with space+plus", "é", "～", "🎸", "🎸/1"], []],
    [{ StartAfter: "zzz", Prefix: "a" }, [], []],
    [{ StartAfter: "A", Prefix: "b/" }, ["b/1", "b/2"], []],
    [{ Prefix: "nothing" }, [], []],
    [
      { Delimiter: "sub" },
      ["A", "a", "a/1", "a/2", "a0", "b/1", "b/2", "with space+plus", "é", "～", "🎸", "🎸/1"],
      ["a/sub"],
    ],
    [{ EncodingType: "url", Prefix: "w" }, ["with+space%2Bplus"], []],
  ])("answers %j", async (more, keys, prefixes) => {
    const page = await list(more);
    expect([page.keys, page.prefixes]).toEqual([keys, prefixes]);
  });

  it.each([undefined, "/"])("gives every entry once over pages of any size, with delimiter %s", async (Delimiter) => {
    const expected = await list({ Delimiter });
    for (const MaxKeys of [1, 2, 3, 7]) {
      const keys: (string | undefined)[] = [];
      const prefixes: (string | undefined)[] = [];
      for await (const page of paginateListObjectsV2({ client: s3, pageSize: MaxKeys }, { Bucket, Delimiter })) {
        expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
        keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
        prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      }
      expect([keys, prefixes]).toEqual([expected.keys, expected.prefixes]);
    }
  });

  it("gives at most 1,000 keys, and rolls up thousands into one prefix", async () => {
    const object = { bucket: "many", bytes: 0, etag: "", modified_ms: 0 };
    cloud.store.transaction(() => {
      for (let index = 0; index < 2500; index++) {
        const key = `${index < 2200 ? "deep/" : ""}${String(index).padStart(5, "0")}`;
        const sql = "INSERT INTO s3_objects VALUES (?, ?, 'none', 0, '', 0, '{}', NULL, '0')";
        cloud.store.run(sql, object.bucket, key);
      }
    });
    const page = await list({ Bucket: "many" });
    expect([page.KeyCount, page.IsTruncated]).toEqual([1000, true]);
    const rolled = await list({ Bucket: "many", Delimiter: "/" });
    expect([rolled.keys.length, rolled.prefixes, rolled.IsTruncated]).toEqual([300, ["deep/"], false]);
  });

  it("with max-keys 0 gives nothing more to fetch", async () => {
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false, keys: [] });
  });

  it("refuses a token that it did not give, and numbers that are none", async () => {
    await expect(list({ ContinuationToken: "x" })).rejects.toMatchObject({ name: "InvalidArgument" });
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject({ name: "InvalidArgument" });
  });
});

describe("ListObjects", () => {
  it("goes by markers", async () => {
    const first = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2, Delimiter: "/", Prefix: "a" }));
    expect([first.IsTruncated, first.NextMarker]).toEqual([true, "a/"]);
    const rest = await s3.send(
      new ListObjectsCommand({ Bucket, Marker: first.NextMarker, Delimiter: "/", Prefix: "a" }),
    );
    expect([rest.IsTruncated, rest.Contents!.map(({ Key }) => Key), rest.CommonPrefixes]).toEqual([
      false,
      ["a0"],
      undefined,
    ]);
  });
});

describe("successor", () => {
  it.each([
    ["a", "b"],
    ["a/", "a0"],
    ["\ud7ff", "\ue000"],
    ["a\u{10ffff}", "b"],
    ["\u{10ffff}", undefined],
    ["", undefined],
  ])("of %j is %j", (prefix, next) => {
    expect(successor(prefix)).toBe(next);
  });
});

describe("a bucket", () => {
  it("is as the infrastructure says", async () => {
    expect((await s3.send(new ListBucketsCommand())).Buckets!.map(({ Name }) => Name)).toEqual([
      "clips",
      "empty",
      "many",
    ]);
    expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe(REGION);
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe(REGION);
    await expect(s3.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject({
      name: "NoSuchCORSConfiguration",
    });
    await expect(s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({ name: "NoSuchBucketPolicy" });
    await expect(s3.send(new HeadBucketCommand({ Bucket: "nothere" }))).rejects.toMatchObject({ name: "NotFound" });
  });
});
