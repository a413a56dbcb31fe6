import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasher } from "../../src/s3/checksums.ts";
import { type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";
import { presign, send } from "../gate/wire.ts";

const MB = 2 ** 20;
const Bucket = "clips";
const first = randomBytes(5 * MB);
const second = randomBytes(5 * MB + 17);
const last = randomBytes(1000);
const whole = Buffer.concat([first, second, last]);
const md5 = (data: Buffer) => createHash("md5").update(data).digest();
const ETAG = `"${createHash("md5")
  .update(Buffer.concat([first, second, last].map(md5)))
  .digest("hex")}-3"`;

let cloud: LocalCloud;
let s3: S3Client;
/** Sends no checksums of its own accord, as a browser with signed URLs. */
let plain: S3Client;
beforeAll(async () => {
  cloud = await startLocalCloud();
  s3 = cloud.client();
  plain = cloud.client({ requestChecksumCalculation: "WHEN_REQUIRED" });
});
afterAll(() => cloud.remove());

const create = async (client: S3Client, Key: string, more: object = {}) =>
  (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId!;
const part = async (
  client: S3Client,
  Key: string,
  UploadId: string,
  PartNumber: number,
  Body: Buffer,
  more: object = {},
) => {
  const { ETag, ChecksumCRC32, ChecksumSHA256 } = await client.send(
    new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...more }),
  );
  return { PartNumber, ETag, ChecksumCRC32, ChecksumSHA256 };
};
const complete = (client: S3Client, Key: string, UploadId: string, Parts: CompletedPart[], more: object = {}) =>
  client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }));
const read = async (Key: string) =>
  Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToByteArray());
const failure = (status: number, name: string) => ({ name, $metadata: { httpStatusCode: status } });
const bodies = () => readdirSync(join(cloud.directory, "s3")).length;
const crc = (algorithm: "CRC32" | "CRC64NVME", data: Buffer) => {
  const hash = hasher(algorithm);
  hash.update(data);
  return hash.digest().toString("base64");
};

describe("a multipart upload", () => {
  it("of the SDK becomes one object, with type, metadata, ETag and composite checksum", async () => {
    const more = { ChecksumAlgorithm: "CRC32", ContentType: "video/mp4", Metadata: { fan: "f" } };
    const id = await create(s3, "m", more);
    const parts = [
      await part(s3, "m", id, 1, first),
      await part(s3, "m", id, 7, second),
      await part(s3, "m", id, 9, last),
    ];
    const before = bodies();
    const done = await complete(s3, "m", id, parts);
    expect(done).toMatchObject({
      ETag: ETAG,
      Bucket,
      Key: "m",
      Location: `${cloud.url}/clips/m`,
      ChecksumType: "COMPOSITE",
    });
    const digests = [first, second, last].map((data) => Buffer.from(crc("CRC32", data), "base64"));
    expect(done.ChecksumCRC32).toBe(`${crc("CRC32", Buffer.concat(digests))}-3`);
    expect((await read("m")).equals(whole)).toBe(true);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "m" }));
    expect(head).toMatchObject({ ContentType: "video/mp4", Metadata: { fan: "f" }, ContentLength: whole.length });
    // Three parts went, one object came.
    await expect.poll(bodies).toBe(before - 2);
  });

  it("created without an algorithm takes the CRC32 that SDKs send with parts, and has S3's own full checksum", async () => {
    const id = await create(s3, "defaults");
    const parts = [await part(s3, "defaults", id, 1, first), await part(s3, "defaults", id, 2, last)];
    expect(parts[1]!.ChecksumCRC32).toBe(crc("CRC32", last));
    const done = await complete(s3, "defaults", id, parts);
    expect(done).toMatchObject({
      ChecksumType: "FULL_OBJECT",
      ChecksumCRC64NVME: crc("CRC64NVME", Buffer.concat([first, last])),
    });
  });

  it("by presigned URLs alone becomes one object, with S3's own full checksum", async () => {
    const call = async (method: string, query: Record<string, string>, body?: Buffer | string) => {
      const { target, headers } = await presign(cloud, { method, path: "/clips/fan/p.mov", query });
      return send(cloud, target, { method, headers, body });
    };
    const created = await call("POST", { uploads: "" });
    const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(created.text)![1]!;
    const etags = [];
    for (const [index, data] of [first, second, last].entries()) {
      const { status, headers } = await call("PUT", { partNumber: String(index + 1), uploadId }, data);
      expect(status).toBe(200);
      etags.push(headers.etag!);
    }
    const listed = await call("GET", { uploadId });
    expect(listed.text.match(/<PartNumber>/g)).toHaveLength(3);
    const parts = etags.map(
      (etag, index) =>
        `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag.replaceAll('"', "&quot;")}</ETag></Part>`,
    );
    const done = await call(
      "POST",
      { uploadId },
      `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`,
    );
    expect(done.status).toBe(200);
    expect(done.text).toContain(`<ChecksumCRC64NVME>${crc("CRC64NVME", whole)}</ChecksumCRC64NVME>`);
    expect((await read("fan/p.mov")).equals(whole)).toBe(true);
  });

  it("with a full-object CRC32 has that of the whole, and refuses a wrong one", async () => {
    const more = { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" };
    const id = await create(s3, "full", more);
    const parts = [await part(s3, "full", id, 1, first), await part(s3, "full", id, 2, last)];
    const type = { ChecksumType: "FULL_OBJECT" };
    await expect(complete(s3, "full", id, parts, { ...type, ChecksumCRC32: "AAAAAA==" })).rejects.toMatchObject(
      failure(400, "BadDigest"),
    );
    const right = crc("CRC32", Buffer.concat([first, last]));
    const done = await complete(s3, "full", id, parts, { ...type, ChecksumCRC32: right });
    expect(done.ChecksumCRC32).toBe(right);
  });

  it("refuses checksum pairs and parts that do not fit", async () => {
    await expect(create(s3, "x", { ChecksumAlgorithm: "SHA1", ChecksumType: "FULL_OBJECT" })).rejects.toMatchObject(
      failure(400, "InvalidRequest"),
    );
    await expect(create(s3, "x", { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "COMPOSITE" })).rejects.toMatchObject(
      failure(400, "InvalidRequest"),
    );
    const id = await create(s3, "x", { ChecksumAlgorithm: "SHA256" });
    await expect(part(plain, "x", id, 1, last)).rejects.toMatchObject(failure(400, "InvalidRequest"));
    const done = await part(s3, "x", id, 1, last, { ChecksumAlgorithm: "SHA256" });
    const { ChecksumSHA256: _left, ...without } = done;
    await expect(complete(s3, "x", id, [without])).rejects.toMatchObject({
      message: /must include the checksum for each part/,
    });
    await expect(complete(s3, "x", id, [{ ...done, ChecksumSHA256: `${"A".repeat(43)}=` }])).rejects.toMatchObject(
      failure(400, "InvalidPart"),
    );
    await complete(s3, "x", id, [done]);
  });

  it("replaces a part that is sent again", async () => {
    const id = await create(plain, "again", {});
    const stale = await part(plain, "again", id, 1, first);
    const fresh = await part(plain, "again", id, 1, last);
    await expect(complete(plain, "again", id, [stale])).rejects.toMatchObject(failure(400, "InvalidPart"));
    await complete(plain, "again", id, [fresh]);
    expect((await read("again")).equals(last)).toBe(true);
  });

  it("copies parts from other objects", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "whole", Body: whole }));
    const id = await create(plain, "copied");
    const copy = async (PartNumber: number, CopySourceRange: string) => {
      const command = new UploadPartCopyCommand({
        Bucket,
        Key: "copied",
        UploadId: id,
        PartNumber,
        CopySource: "clips/whole",
        CopySourceRange,
      });
      return { PartNumber, ETag: (await plain.send(command)).CopyPartResult!.ETag };
    };
    const parts = [await copy(1, `bytes=0-${5 * MB - 1}`), await copy(2, `bytes=${5 * MB}-${whole.length - 1}`)];
    await expect(copy(3, `bytes=0-${whole.length}`)).rejects.toMatchObject(failure(400, "InvalidArgument"));
    await complete(plain, "copied", id, parts);
    expect((await read("copied")).equals(whole)).toBe(true);
  });
});

describe("CompleteMultipartUpload", () => {
  const ready = async (Key: string) => {
    const id = await create(plain, Key);
    return { id, parts: [await part(plain, Key, id, 1, first), await part(plain, Key, id, 2, last)] };
  };

  it("refuses parts out of order, unknown, too small or none, and leaves the upload as it was", async () => {
    const { id, parts } = await ready("strict");
    const small = await part(plain, "strict", id, 3, last);
    const attempt = (list: CompletedPart[]) => complete(plain, "strict", id, list);
    await expect(attempt([...parts].reverse())).rejects.toMatchObject(failure(400, "InvalidPartOrder"));
    await expect(attempt([parts[0]!, parts[0]!])).rejects.toMatchObject(failure(400, "InvalidPartOrder"));
    await expect(attempt([{ PartNumber: 4, ETag: parts[0]!.ETag }])).rejects.toMatchObject(failure(400, "InvalidPart"));
    await expect(attempt([{ PartNumber: 1, ETag: '"no"' }])).rejects.toMatchObject(failure(400, "InvalidPart"));
    await expect(attempt([parts[1]!, small])).rejects.toMatchObject(failure(400, "EntityTooSmall"));
    await expect(attempt([])).rejects.toMatchObject(failure(400, "MalformedXML"));
    expect((await plain.send(new ListPartsCommand({ Bucket, Key: "strict", UploadId: id }))).Parts).toHaveLength(3);
  });

  it("refuses another size than x-amz-mp-object-size says", async () => {
    const { id, parts } = await ready("sized");
    await expect(complete(plain, "sized", id, parts, { MpuObjectSize: 1 })).rejects.toMatchObject(
      failure(400, "InvalidRequest"),
    );
    await complete(plain, "sized", id, parts, { MpuObjectSize: first.length + last.length });
  });

  it("refuses to overwrite with If-None-Match: *", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "taken", Body: "x" }));
    const { id, parts } = await ready("taken");
    await expect(complete(plain, "taken", id, parts, { IfNoneMatch: "*" })).rejects.toMatchObject(
      failure(412, "PreconditionFailed"),
    );
    expect((await read("taken")).toString()).toBe("x");
  });

  it("lets exactly one of two racing uploads win with If-None-Match: *", async () => {
    const [one, two] = [await ready("raced"), await ready("raced")];
    const results = await Promise.allSettled(
      [one, two].map(({ id, parts }) => complete(plain, "raced", id, parts, { IfNoneMatch: "*" })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("answers a repeat with the same parts as the first time, at once or later, and sends one event", async () => {
    const { id, parts } = await ready("twice");
    const answers = await Promise.all([1, 2, 3].map(() => complete(plain, "twice", id, parts)));
    answers.push(await complete(plain, "twice", id, parts));
    expect(new Set(answers.map(({ ETag }) => ETag)).size).toBe(1);
    expect(cloud.events.filter(({ detail }) => detail.object.key === "twice")).toHaveLength(1);
    await expect(complete(plain, "twice", id, parts.slice(1))).rejects.toMatchObject(failure(404, "NoSuchUpload"));
  });

  it("and AbortMultipartUpload at once leave an object or nothing, and no stray files", async () => {
    const { id, parts } = await ready("aborted");
    const before = bodies();
    const abort = plain.send(new AbortMultipartUploadCommand({ Bucket, Key: "aborted", UploadId: id }));
    const [done] = await Promise.allSettled([complete(plain, "aborted", id, parts), abort]);
    await expect.poll(bodies).toBe(done.status === "fulfilled" ? before - 1 : before - 2);
  });
});

describe("AbortMultipartUpload", () => {
  it("forgets the upload and its parts", async () => {
    const id = await create(plain, "abort");
    const before = bodies();
    await part(plain, "abort", id, 1, last);
    const abort = () => plain.send(new AbortMultipartUploadCommand({ Bucket, Key: "abort", UploadId: id }));
    await abort();
    await expect.poll(bodies).toBe(before);
    await expect(abort()).rejects.toMatchObject(failure(404, "NoSuchUpload"));
    await expect(part(plain, "abort", id, 1, last)).rejects.toMatchObject(failure(404, "NoSuchUpload"));
  });

  it("is of the key that the upload was created for", async () => {
    const id = await create(plain, "mine");
    const abort = plain.send(new AbortMultipartUploadCommand({ Bucket, Key: "yours", UploadId: id }));
    await expect(abort).rejects.toMatchObject(failure(404, "NoSuchUpload"));
  });
});

describe("ListParts and ListMultipartUploads", () => {
  it("go page by page", async () => {
    const id = await create(plain, "pages/1");
    for (const number of [1, 3, 10_000]) await part(plain, "pages/1", id, number, last);
    const page = await plain.send(new ListPartsCommand({ Bucket, Key: "pages/1", UploadId: id, MaxParts: 2 }));
    expect(page).toMatchObject({
      IsTruncated: true,
      NextPartNumberMarker: "3",
      Parts: [{ PartNumber: 1, Size: 1000 }, { PartNumber: 3 }],
    });
    const rest = await plain.send(
      new ListPartsCommand({ Bucket, Key: "pages/1", UploadId: id, PartNumberMarker: "3" }),
    );
    expect(rest).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 10_000 }] });

    const same = await create(plain, "pages/1");
    await create(plain, "pages/sub/2");
    await create(plain, "pages/sub/3");
    const list = (more: object) => plain.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "pages/", ...more }));
    const rolled = await list({ Delimiter: "/" });
    expect([rolled.Uploads?.length, rolled.CommonPrefixes]).toEqual([2, [{ Prefix: "pages/sub/" }]]);
    const one = await list({ MaxUploads: 1 });
    expect(one).toMatchObject({ IsTruncated: true, NextKeyMarker: "pages/1" });
    const two = await list({ KeyMarker: one.NextKeyMarker, UploadIdMarker: one.NextUploadIdMarker });
    expect(two.Uploads!.map(({ Key }) => Key)).toEqual(["pages/1", "pages/sub/2", "pages/sub/3"]);
    expect(new Set([one.Uploads![0]!.UploadId, two.Uploads![0]!.UploadId])).toEqual(new Set([id, same]));
  });

  it.each(["0", "10001", "-1", "1.5", "x"])("UploadPart refuses part number %s", async (partNumber) => {
    const uploadId = await create(plain, "numbers");
    const { target, headers } = await presign(cloud, {
      method: "PUT",
      path: "/clips/numbers",
      query: { partNumber, uploadId },
    });
    const answer = await send(cloud, target, { method: "PUT", headers, body: "x" });
    expect([answer.status, answer.code]).toEqual([400, "InvalidArgument"]);
  });
});
