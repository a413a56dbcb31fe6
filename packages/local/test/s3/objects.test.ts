import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";
import { presign, send, sendBytes, sign } from "../gate/wire.ts";

const Bucket = "clips";
let cloud: LocalCloud;
let s3: S3Client;
beforeAll(async () => {
  cloud = await startLocalCloud();
  s3 = cloud.client();
});
afterAll(() => cloud.remove());

const put = (Key: string, Body: string | Buffer, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
  s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
const failure = (status: number, name: string) => ({ name, $metadata: { httpStatusCode: status } });

describe("PutObject and GetObject", () => {
  it("give back what the SDK's defaults sent", async () => {
    const body = randomBytes(300_000);
    const stored = await put("a/b.bin", body, { ContentType: "video/mp4" });
    expect(stored.ETag).toBe(`"${createHash("md5").update(body).digest("hex")}"`);
    const got = await get("a/b.bin");
    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(body)).toBe(true);
    expect(got).toMatchObject({
      ContentType: "video/mp4",
      ContentLength: 300_000,
      ETag: stored.ETag,
      ServerSideEncryption: "AES256",
    });
    expect(got.ChecksumCRC32).toBe(stored.ChecksumCRC32);
  });

  it("take a stream, sent aws-chunked with a trailing checksum", async () => {
    const pieces = [randomBytes(70_000), randomBytes(200_000), randomBytes(5)];
    const bytes = Buffer.concat(pieces);
    await s3.send(new PutObjectCommand({ Bucket, Key: "s", Body: Readable.from(pieces), ContentLength: bytes.length }));
    const got = await get("s");
    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(bytes)).toBe(true);
    expect([got.ContentEncoding, typeof got.ChecksumCRC32]).toEqual([undefined, "string"]);
  });

  it("keep every header and the user's metadata, whatever its script", async () => {
    const headers = {
      ContentType: "text/plain",
      CacheControl: "max-age=60",
      ContentDisposition: 'attachment; filename="x"',
      ContentEncoding: "gzip",
      ContentLanguage: "de",
      ExpiresString: "Wed, 21 Oct 2026 07:28:00 GMT",
    };
    const { ExpiresString: Expires, ...rest } = headers;
    await put("headers", "x", { ...rest, Expires: new Date(Expires), Metadata: { fan: "f-1", Mixed: "Case" } });
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "headers" }));
    expect(head).toMatchObject({ ...headers, Metadata: { fan: "f-1", mixed: "Case" } });
    const signed = await sign(cloud, {
      method: "PUT",
      path: "/clips/utf8",
      headers: { "x-amz-meta-name": "Zoë" },
      body: "x",
    });
    const raw = { ...signed.headers, "x-amz-meta-name": Buffer.from("Zoë").toString("latin1") };
    expect((await send(cloud, signed.target, { method: "PUT", headers: raw, body: Buffer.from("x") })).status).toBe(
      200,
    );
    const word = (await s3.send(new HeadObjectCommand({ Bucket, Key: "utf8" }))).Metadata!.name;
    expect(word).toBe(`=?UTF-8?B?${Buffer.from("Zoë").toString("base64")}?=`);
  });

  it("default to binary/octet-stream", async () => {
    const { target, headers } = await presign(cloud, { method: "PUT", path: "/clips/untyped" });
    await send(cloud, target, { method: "PUT", headers, body: "x" });
    expect((await get("untyped")).ContentType).toBe("binary/octet-stream");
  });

  it("refuse more than 2 KB of metadata, ACLs and what is not there", async () => {
    await expect(put("x", "x", { Metadata: { a: "b".repeat(2048) } })).rejects.toMatchObject(
      failure(400, "MetadataTooLarge"),
    );
    await expect(put("x", "x", { ACL: "public-read" })).rejects.toMatchObject(
      failure(400, "AccessControlListNotSupported"),
    );
    await expect(put("x", "x", { StorageClass: "GLACIER" })).rejects.toMatchObject(failure(501, "NotImplemented"));
    await expect(put("x", "x", { ServerSideEncryption: "aws:kms" })).rejects.toMatchObject(
      failure(501, "NotImplemented"),
    );
    await expect(put("x", "x", { ExpectedBucketOwner: "999999999999" })).rejects.toMatchObject(
      failure(403, "AccessDenied"),
    );
  });

  it("serve a reader to the end while the object is replaced and deleted", async () => {
    const body = randomBytes(5_000_000);
    await put("busy", body);
    const got = await get("busy");
    await put("busy", "new");
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "busy" }));
    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(body)).toBe(true);
  });

  it("store and serve an empty object", async () => {
    await put("empty", "", { ContentLength: 0 });
    const got = await get("empty");
    expect([await got.Body!.transformToString(), got.ContentLength]).toEqual(["", 0]);
  });
});

describe("a range", () => {
  beforeAll(() => put("digits", "0123456789"));

  it.each([
    ["bytes=0-3", "0123", "bytes 0-3/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=-99", "0123456789", "bytes 0-9/10"],
    ["bytes=5-99", "56789", "bytes 5-9/10"],
    ["bytes=9-9", "9", "bytes 9-9/10"],
  ])("%s is answered with 206", async (Range, text, ContentRange) => {
    const got = await get("digits", { Range });
    expect([got.$metadata.httpStatusCode, await got.Body!.transformToString(), got.ContentRange]).toEqual([
      206,
      text,
      ContentRange,
    ]);
    expect(got.ChecksumCRC32).toBeUndefined();
  });

  it.each(["bytes=10-", "bytes=10-20", "bytes=-0"])("%s is not satisfiable", async (Range) => {
    await expect(get("digits", { Range })).rejects.toMatchObject(failure(416, "InvalidRange"));
  });

  it.each(["bytes=3-1", "bytes=0-1,3-4", "bytes=-", "bytes=a-b", "lines=1-2"])("%s is ignored", async (Range) => {
    const got = await get("digits", { Range });
    expect([got.$metadata.httpStatusCode, await got.Body!.transformToString()]).toEqual([200, "0123456789"]);
  });

  it("of an empty object is not satisfiable", async () => {
    await put("none", "", { ContentLength: 0 });
    await expect(get("none", { Range: "bytes=0-" })).rejects.toMatchObject(failure(416, "InvalidRange"));
  });

  it("with If-Range is given while the ETag stands", async () => {
    const range = async (etag: string) => {
      const signed = await sign(cloud, { path: "/clips/digits", headers: { range: "bytes=0-0", "if-range": etag } });
      return (await send(cloud, signed.target, signed)).status;
    };
    expect([await range((await get("digits")).ETag!), await range('"other"')]).toEqual([206, 200]);
  });
});

describe("the headers of an answer", () => {
  it("can be replaced by who signs the request", async () => {
    await put("renamed", "x");
    const got = await get("renamed", {
      ResponseContentType: "text/html",
      ResponseContentDisposition: 'attachment; filename="a b"',
    });
    expect(got).toMatchObject({ ContentType: "text/html", ContentDisposition: 'attachment; filename="a b"' });
  });

  it("are only those that S3 lets be replaced", async () => {
    for (const name of ["response-x-amz-meta-a", "response-etag", "response-"]) {
      const signed = await sign(cloud, { path: "/clips/renamed", query: { [name]: "a" } });
      const answer = await send(cloud, signed.target, signed);
      expect([name, answer.status, answer.code]).toEqual([name, 400, "InvalidArgument"]);
    }
  });

  it("cannot be split", async () => {
    const query = { "response-content-type": "a\r\nset-cookie: b" };
    const signed = await sign(cloud, { path: "/clips/renamed", query });
    const answer = await send(cloud, signed.target, signed);
    expect([answer.status, answer.code]).toEqual([400, "InvalidArgument"]);
  });
});

describe("a key", () => {
  const keys = [
    "../../../etc/passwd",
    "a//b/../c/./d",
    "/leading",
    "trailing/",
    ".",
    "..",
    "100%25 a+b & c=d?e#f;g",
    "Füße/日本/🎸.mov",
    "tab\tand\nline",
    "quote\"'<>",
    "nul\0byte",
    "%2F%2e%2e",
    "k".repeat(1024),
  ];

  it.each(keys)("is an opaque name: %j", async (Key) => {
    await put(Key, `body of ${Key}`);
    const path = `/clips/${encodeURIComponent(Key).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;
    const signed = await sign(cloud, { path });
    expect((await send(cloud, signed.target, signed)).text).toBe(`body of ${Key}`);
    expect(cloud.s3.files.find(Bucket, Key)!.path.startsWith(`${cloud.directory}/s3/`)).toBe(true);
  });

  it("is at most 1,024 bytes long", async () => {
    await expect(put("ü".repeat(513), "x")).rejects.toMatchObject(failure(400, "KeyTooLongError"));
  });

  it("may be sent with characters that the signer encoded", async () => {
    await put("plain (1).mov", "x");
    const signed = await sign(cloud, { path: "/clips/plain%20%281%29.mov" });
    expect((await send(cloud, "/clips/plain%20(1).mov", signed)).text).toBe("x");
  });
});

describe("DeleteObjects", () => {
  it("deletes many, there or not, and says so unless it is to be quiet", async () => {
    await Promise.all(["d/1", "d/2 ", "d/<3>&"].map((key) => put(key, "x")));
    const remove = (keys: string[], Quiet = false) =>
      s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })), Quiet } }));
    const done = await remove(["d/1", "d/2 ", "d/<3>&", "d/never"]);
    expect(done.Deleted!.map(({ Key }) => Key)).toEqual(["d/1", "d/2 ", "d/<3>&", "d/never"]);
    expect((await remove(["d/1"], true)).Deleted).toBeUndefined();
    await expect(get("d/2 ")).rejects.toMatchObject(failure(404, "NoSuchKey"));
  });

  it.each([
    ["no document", ""],
    ["another document", "<Other><Object><Key>a</Key></Object></Other>"],
    ["no keys", "<Delete></Delete>"],
    ["an empty key", "<Delete><Object><Key></Key></Object></Delete>"],
    ["1,001 keys", `<Delete>${"<Object><Key>a</Key></Object>".repeat(1001)}</Delete>`],
    ["entities of its own", '<!DOCTYPE d [<!ENTITY a "b">]><Delete><Object><Key>&a;</Key></Object></Delete>'],
    ["broken XML", "<Delete><Object>"],
  ])("refuses %s", async (_name, body) => {
    const headers = { "content-md5": createHash("md5").update(body).digest("base64") };
    const signed = await sign(cloud, { method: "POST", path: "/clips", query: { delete: "" }, headers, body });
    const answer = await send(cloud, signed.target, { method: "POST", headers: signed.headers, body });
    expect([answer.status, answer.code]).toEqual([400, "MalformedXML"]);
  });

  it("wants its body to be checked", async () => {
    const signed = await sign(cloud, { method: "POST", path: "/clips", query: { delete: "" }, body: "<Delete/>" });
    const answer = await send(cloud, signed.target, { method: "POST", headers: signed.headers, body: "<Delete/>" });
    expect([answer.status, answer.code]).toEqual([400, "InvalidRequest"]);
  });
});

describe("S3", () => {
  it.each([
    ["PUT", "/nothere", "NotImplemented", 501],
    ["GET", "/nothere", "NoSuchBucket", 404],
    ["PUT", "/nothere/key", "NoSuchBucket", 404],
    ["GET", "/clips/key?acl", "NotImplemented", 501],
    ["GET", "/clips/key?acl", "NotImplemented", 501],
    ["GET", "/clips/key?versionId=abc", "NotImplemented", 501],
    ["GET", "/clips?versions", "NotImplemented", 501],
    ["DELETE", "/clips", "NotImplemented", 501],
    ["PATCH", "/clips/key", "MethodNotAllowed", 405],
    ["POST", "/", "MethodNotAllowed", 405],
    ["GET", "//clips/key", "NoSuchBucket", 404],
  ])("answers %s %s with %s", async (method, target, code, status) => {
    const [path, name] = target.split("?");
    const query: Record<string, string> = name ? Object.fromEntries([name.split("=").concat("").slice(0, 2)]) : {};
    const signed = await sign(cloud, { method, path: path!, query });
    const answer = await send(cloud, signed.target, signed);
    expect([answer.status, answer.code]).toEqual([status, code]);
  });

  it("finds the bucket in the host, too", async () => {
    await put("hosted", "x");
    for (const host of ["clips.localhost", "clips.s3.localhost:1234"]) {
      const signed = await sign(cloud, { path: "/hosted", headers: { host } });
      expect((await send(cloud, signed.target, signed)).text).toBe("x");
    }
  });

  it("invites a body only when it will take it", async () => {
    const headers = { expect: "100-continue", "content-length": "5" };
    const lines = (all: Record<string, string>) =>
      Object.entries(all)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join("");
    const good = await sign(cloud, { method: "PUT", path: "/clips/invited", headers, body: "hello" });
    const request = `PUT /clips/invited HTTP/1.1\r\n${lines({ ...good.headers, connection: "close" })}\r\nhello`;
    expect(await sendBytes(cloud, request, true)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    const bad = `PUT /clips/invited HTTP/1.1\r\n${lines({ ...good.headers, authorization: `${good.headers.authorization}0` })}\r\n`;
    expect(await sendBytes(cloud, bad, true)).toMatch(/^HTTP\/1\.1 403 Forbidden[\s\S]*connection: close/i);
  });

  it("answers a refusal although a large body is on its way", async () => {
    const signed = await sign(cloud, {
      method: "PUT",
      path: "/clips/large",
      headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    });
    const headers = { ...signed.headers, authorization: `${signed.headers.authorization}0` };
    const answer = await send(cloud, signed.target, { method: "PUT", headers, body: Buffer.alloc(20_000_000) });
    expect([answer.status, answer.code]).toEqual([403, "SignatureDoesNotMatch"]);
  });
});
