import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateMultipartUploadCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Asked, type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";
import { presign, send, sign } from "../gate/wire.ts";

const Bucket = "clips";
const Key = "k";
let cloud: LocalCloud;
let s3: S3Client;
let allow: (asked: Asked) => boolean;
beforeEach(async () => {
  allow = () => true;
  cloud = await startLocalCloud({ allow: (asked) => allow(asked) });
  s3 = cloud.client();
});
afterEach(() => cloud.remove());

const put = (Tagging?: string, more = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: "x", Tagging, ...more }));
const tagsOf = async (key = Key) =>
  (await s3.send(new GetObjectTaggingCommand({ Bucket, Key: key }))).TagSet!.map(({ Key, Value }) => [Key, Value]);
const tag = (...pairs: [Key: string, Value: string][]) =>
  s3.send(
    new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: pairs.map(([Key, Value]) => ({ Key, Value })) } }),
  );
const worker = () => cloud.client({ credentials: cloud.credentials.assumeRole("arn:aws:iam::1:role/worker", "w") });
const only =
  (...actions: string[]) =>
  ({ action }: Asked) =>
    actions.includes(action);
const many = (count: number) => Array.from({ length: count }, (_, at) => [`k${at}`, "v"] as [string, string]);

describe("the tags of an object", () => {
  it("are put, read in the order of their keys, replaced as a whole and deleted", async () => {
    await put();
    expect(await tagsOf()).toEqual([]);
    await tag(["hidden", "true"], ["a b", "ü+/=@-_.: "], ["empty", ""]);
    expect(await tagsOf()).toEqual([
      ["a b", "ü+/=@-_.: "],
      ["empty", ""],
      ["hidden", "true"],
    ]);
    await tag(["only", "one"]);
    expect(await tagsOf()).toEqual([["only", "one"]]);
    const deleted = await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key }));
    expect(deleted.$metadata.httpStatusCode).toBe(204);
    expect(await tagsOf()).toEqual([]);
    await tag(["only", "one"]);
    await tag();
    expect(await tagsOf()).toEqual([]);
  });

  it("leave ETag, date and metadata as they were, and go with the object", async () => {
    await put(undefined, { Metadata: { a: "b" } });
    const before = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    await cloud.clock.advance(60_000);
    await tag(["a", "b"]);
    const { ETag, LastModified, Metadata } = before;
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ ETag, LastModified, Metadata });
    await put();
    expect(await tagsOf()).toEqual([]);
  });

  it("come with PutObject, with a multipart upload and in a signed URL", async () => {
    await put("hidden=true&a%20b=c+d&bare");
    expect(await tagsOf()).toEqual([
      ["a b", "c d"],
      ["bare", ""],
      ["hidden", "true"],
    ]);
    const upload = { Bucket, Key: "m" };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...upload, Tagging: "a=b" }));
    const { ETag } = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "x" }));
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }));
    expect(await tagsOf("m")).toEqual([["a", "b"]]);
    const url = await presign(cloud, { method: "PUT", path: "/clips/u", query: { "x-amz-tagging": "c=d" } });
    expect((await send(cloud, url.target, { method: "PUT", body: "x", headers: url.headers })).status).toBe(200);
    expect(await tagsOf("u")).toEqual([["c", "d"]]);
  });

  it("outlive a restart", async () => {
    await put("a=b");
    await cloud.stop();
    cloud = await startLocalCloud({ directory: cloud.directory, clock: cloud.clock });
    s3 = cloud.client();
    expect(await tagsOf()).toEqual([["a", "b"]]);
  });

  it("are absent from objects that were stored before there were any", async () => {
    await put();
    const described = JSON.stringify({ headers: { "content-type": "text/plain" }, metadata: {} });
    cloud.store.run("UPDATE s3_objects SET described = ?", described);
    expect(await tagsOf()).toEqual([]);
    await tag(["a", "b"]);
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ ContentType: "text/plain" });
  });

  it("are told as events that name no reason", async () => {
    await put();
    cloud.events.length = 0;
    await tag(["a", "b"]);
    await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key }));
    expect(cloud.events.map(({ detailType }) => detailType)).toEqual(["Object Tags Added", "Object Tags Deleted"]);
    expect(cloud.events[0]!.detail).toEqual({
      version: "0",
      bucket: { name: Bucket },
      object: { key: Key, etag: "9dd4e461268c8034f5c8564e155c67a6" },
      "request-id": expect.any(String),
      requester: expect.any(String),
      "source-ip-address": expect.any(String),
    });
  });

  it("of a missing object are nobody's", async () => {
    const missing = { name: "NoSuchKey", $metadata: { httpStatusCode: 404 } };
    await expect(tagsOf("none")).rejects.toMatchObject(missing);
    await expect(tag(["a", "b"])).rejects.toMatchObject(missing);
    await expect(s3.send(new DeleteObjectTaggingCommand({ Bucket, Key }))).rejects.toMatchObject(missing);
  });
});

describe("a tag set that S3 does not take", () => {
  it.each([
    ["eleven tags", many(11), "BadRequest", "Object tags cannot be greater than 10"],
    ["a long key", [["k".repeat(129), "v"]], "InvalidTag", "The TagKey you have provided is invalid"],
    ["an empty key", [["", "v"]], "InvalidTag", "The TagKey you have provided is invalid"],
    ["a strange key", [["a[b]", "v"]], "InvalidTag", "The TagKey you have provided is invalid"],
    ["a long value", [["k", "v".repeat(257)]], "InvalidTag", "The TagValue you have provided is invalid"],
    ["a strange value", [["k", "a;b"]], "InvalidTag", "The TagValue you have provided is invalid"],
    ["AWS's prefix", [["aws:a", "v"]], "InvalidTag", "Your TagKey cannot be prefixed with aws:"],
    [
      "a key twice",
      [
        ["k", "a"],
        ["k", "b"],
      ],
      "InvalidTag",
      "Cannot provide multiple Tags with the same key",
    ],
  ] as [string, [string, string][], string, string][])(
    "%s is refused, and nothing changes",
    async (_, pairs, name, message) => {
      await put("kept=yes");
      await expect(tag(...pairs)).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode: 400 } });
      expect(await tagsOf()).toEqual([["kept", "yes"]]);
    },
  );

  it("the largest one is taken", async () => {
    await put();
    const pairs = many(9).concat([["é".repeat(128), "v".repeat(256)]]);
    await tag(...pairs);
    expect(await tagsOf()).toHaveLength(10);
  });

  it.each([
    ["a=b&a=c", "InvalidArgument"],
    ["TagSet=[{Key=string,Value=string}]", "InvalidArgument"],
    ["a=%E0%A4%A", "InvalidArgument"],
    ["a%5Bb%5D=c", "InvalidTag"],
    ["=v", "InvalidTag"],
    [
      many(11)
        .map(([key, value]) => `${key}=${value}`)
        .join("&"),
      "BadRequest",
    ],
  ])("as the header %s is refused, and nothing is stored", async (tagging, code) => {
    const headers = { "x-amz-tagging": tagging };
    const signed = await sign(cloud, { method: "PUT", path: "/clips/k", headers, body: "x" });
    const answer = await send(cloud, signed.target, { ...signed, body: "x" });
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(cloud.s3.files.find(Bucket, Key)).toBeUndefined();
  });

  it.each([
    ["<Tagging/>", "MalformedXML"],
    ["<Tagging><Tag><Key>a</Key><Value>b</Value></Tag></Tagging>", "MalformedXML"],
    ["<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", "MalformedXML"],
    ["<Tagging><TagSet><Tag><Key>a</Key><Key>b</Key><Value>b</Value></Tag></TagSet></Tagging>", "MalformedXML"],
    ["<Tagging><TagSet>a</TagSet></Tagging>", "MalformedXML"],
    ["not XML", "MalformedXML"],
  ])("as the document %s is refused", async (body, code) => {
    await put();
    const signed = await sign(cloud, { method: "PUT", path: "/clips/k", query: { tagging: "" }, body });
    const answer = await send(cloud, signed.target, { ...signed, body });
    expect([answer.status, answer.code]).toEqual([400, code]);
  });
});

describe("a copy", () => {
  const copy = (more: Partial<CopyObjectCommandInput> = {}, client = s3) =>
    client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: "clips/k", ...more }));

  it("takes the tags along, or those it is given instead", async () => {
    await put("a=b");
    await copy();
    expect(await tagsOf("copy")).toEqual([["a", "b"]]);
    await copy({ TaggingDirective: "COPY", Tagging: "c=d" });
    expect(await tagsOf("copy")).toEqual([["a", "b"]]);
    await copy({ TaggingDirective: "REPLACE", Tagging: "c=d" });
    expect(await tagsOf("copy")).toEqual([["c", "d"]]);
    await copy({ TaggingDirective: "REPLACE" });
    expect(await tagsOf("copy")).toEqual([]);
  });

  it("with an unknown directive is refused", async () => {
    await put("a=b");
    await expect(copy({ TaggingDirective: "MERGE" as "COPY" })).rejects.toMatchObject({ name: "InvalidArgument" });
  });

  it("of tags asks for the right to read and to set them", async () => {
    await put("a=b");
    const denied = { name: "AccessDenied" };
    allow = only("s3:GetObject", "s3:PutObject", "s3:PutObjectTagging");
    await expect(copy({}, worker())).rejects.toMatchObject(denied);
    allow = only("s3:GetObject", "s3:PutObject", "s3:GetObjectTagging");
    await expect(copy({}, worker())).rejects.toMatchObject(denied);
    allow = only("s3:GetObject", "s3:PutObject");
    await copy({ TaggingDirective: "REPLACE" }, worker());
    await expect(copy({ TaggingDirective: "REPLACE", Tagging: "a=b" }, worker())).rejects.toMatchObject(denied);
    await put();
    await copy({}, worker());
  });
});

describe("the policies", () => {
  const contexts = () => cloud.asked.map(({ action, context }) => [action, tagKeys(context)]);
  const tagKeys = (context: Asked["context"]) =>
    Object.fromEntries(Object.entries(context).filter(([name]) => /^s3:(Existing|Request)ObjectTag/.test(name)));
  const a = { "s3:ExistingObjectTag/a": "1" };
  const b = { "s3:RequestObjectTag/b": "2", "s3:RequestObjectTagKeys": ["b"] };

  it("see the tags that are there and those that are to be", async () => {
    await put("a=1");
    cloud.asked.length = 0;
    await s3.send(new GetObjectCommand({ Bucket, Key }));
    await s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
    await tag(["b", "2"]);
    expect(contexts()).toEqual([
      ["s3:GetObject", a],
      ["s3:GetObjectTagging", a],
      ["s3:GetObjectTagging", a],
      ["s3:PutObjectTagging", { ...a, ...b }],
    ]);
  });

  it("see of a write the new tags only, as on AWS", async () => {
    await put("a=1");
    cloud.asked.length = 0;
    await put("b=2");
    await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, Tagging: "b=2" }));
    expect(contexts()).toEqual([
      ["s3:PutObject", b],
      ["s3:PutObjectTagging", b],
      ["s3:PutObject", b],
      ["s3:PutObjectTagging", b],
    ]);
  });

  it("may let a caller write, but no tags", async () => {
    allow = only("s3:PutObject");
    await worker().send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    const tagged = new PutObjectCommand({ Bucket, Key, Body: "y", Tagging: "a=b" });
    await expect(worker().send(tagged)).rejects.toMatchObject({ name: "AccessDenied" });
    expect(cloud.s3.files.find(Bucket, Key)!.etag).toBe('"9dd4e461268c8034f5c8564e155c67a6"');
  });

  it("decide who learns how many tags there are", async () => {
    await put("a=1&b=2");
    const counts = async () => {
      const [got, head] = [new GetObjectCommand({ Bucket, Key }), new HeadObjectCommand({ Bucket, Key })];
      return [(await worker().send(got)).TagCount, (await worker().send(head)).TagCount];
    };
    expect(await counts()).toEqual([2, 2]);
    allow = only("s3:GetObject");
    expect(await counts()).toEqual([undefined, undefined]);
    allow = () => true;
    await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key }));
    expect(await counts()).toEqual([undefined, undefined]);
  });
});
