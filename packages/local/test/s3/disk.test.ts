import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3ServiceException,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cannotMount, SmallDisk } from "../disk/tmpfs.ts";
import { type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";
import { sendBytes, sign } from "../gate/wire.ts";

const Bucket = "clips";
const MB = 2 ** 20;
const RESERVE = 10 * MB;

let cloud: LocalCloud;
let freeBytes: number;
const disk = { space: () => ({ freeBytes, totalBytes: 1000 * MB }), reserve: () => RESERVE };
const send: ReturnType<LocalCloud["client"]>["send"] = (command: any) => cloud.client().send(command) as any;
const put = (Key: string, Body: string | Buffer = "body") => send(new PutObjectCommand({ Bucket, Key, Body }));
const refusal = (work: Promise<unknown>) => work.then(() => undefined).catch((error: S3ServiceException) => error);
const bodies = () => readdirSync(join(cloud.directory, "s3"));
const lines = () => cloud.log.filter(({ service }) => service === "disk").map(({ level }) => level);

describe("below the reserve", () => {
  let UploadId: string | undefined;
  beforeEach(async () => {
    freeBytes = 1000 * MB;
    cloud = await startLocalCloud({ disk });
    await put("kept", "kept");
    ({ UploadId } = await send(new CreateMultipartUploadCommand({ Bucket, Key: "m" })));
    await send(new UploadPartCommand({ Bucket, Key: "m", UploadId, PartNumber: 1, Body: "part" }));
    freeBytes = RESERVE - 1;
  });
  afterEach(() => cloud.remove());

  const part = { Bucket, Key: "m", PartNumber: 2 };
  const writes: [string, () => Promise<unknown>][] = [
    ["PutObject", () => put("k")],
    ["CreateMultipartUpload", () => send(new CreateMultipartUploadCommand({ Bucket, Key: "k" }))],
    ["UploadPart", () => send(new UploadPartCommand({ ...part, UploadId, Body: "two" }))],
    ["UploadPartCopy", () => send(new UploadPartCopyCommand({ ...part, UploadId, CopySource: `${Bucket}/kept` }))],
    ["CopyObject", () => send(new CopyObjectCommand({ Bucket, Key: "k", CopySource: `${Bucket}/kept` }))],
    ["CompleteMultipartUpload", () => complete()],
  ];

  function complete() {
    const ETag = createHash("md5").update("part").digest("hex");
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    return send(new CompleteMultipartUploadCommand({ Bucket, Key: "m", UploadId, MultipartUpload }));
  }

  it.each(writes)("%s is refused with what SDKs try again, and done when there is room", async (_, write) => {
    const before = bodies();
    const error = await refusal(write());
    expect(error).toMatchObject({ name: "ServiceUnavailable", $metadata: { httpStatusCode: 503 } });
    expect(error?.message).toContain(`9 MB are free on the disk of ${cloud.directory}, less than the 10 MB`);
    expect(bodies()).toEqual(before);
    freeBytes = 100 * MB;
    await write();
    expect(lines()).toEqual(["error", "info"]);
  });

  it("a form is refused too, and taken when there is room", async () => {
    cloud.world.authorize = () => {};
    const post = () => {
      const body = new FormData();
      body.set("key", "form");
      body.set("file", new Blob(["body"]), "a.txt");
      return fetch(`${cloud.url}/${Bucket}`, { method: "POST", body });
    };
    const refused = await post();
    expect(refused.status).toBe(503);
    expect(await refused.text()).toContain("<Code>ServiceUnavailable</Code>");
    freeBytes = 100 * MB;
    expect((await post()).status).toBe(204);
  });

  it("a client that asks first is spared sending its body", async () => {
    const { target, headers } = await sign(cloud, {
      method: "PUT",
      path: "/clips/large",
      headers: { "content-length": "1000000", "x-amz-content-sha256": "UNSIGNED-PAYLOAD", expect: "100-continue" },
    });
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const answer = await sendBytes(cloud, `PUT ${target} HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n`, true);
    expect(answer.split("\r\n")[0]).toBe("HTTP/1.1 503 Service Unavailable");
  });

  it("reads and deletions go on, so that room can be made", async () => {
    const { Body } = await send(new GetObjectCommand({ Bucket, Key: "kept" }));
    expect(await Body!.transformToString()).toBe("kept");
    await send(new DeleteObjectCommand({ Bucket, Key: "kept" }));
    expect((await send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  it("an SDK's own tries go on to the answer when there is room by then", async () => {
    const client = cloud.client({ maxAttempts: 5 });
    const { push } = cloud.log;
    cloud.log.push = (...entries) => {
      // Room is made as soon as the line is logged.
      freeBytes = 100 * MB;
      return push.apply(cloud.log, entries);
    };
    const { $metadata } = await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: "body" }));
    expect($metadata).toMatchObject({ httpStatusCode: 200, attempts: 2 });
  });

  it("one line is logged, however many are refused", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => refusal(put(`k${n}`))));
    expect(lines()).toEqual(["error"]);
  });
});

describe.skipIf(cannotMount)(`a disk that another program has filled${cannotMount}`, () => {
  let small: SmallDisk;
  beforeEach(async () => {
    small = new SmallDisk(24);
    // What was read before the other program wrote.
    const stale = { space: () => ({ freeBytes: 1000 * MB, totalBytes: 1000 * MB }), reserve: () => RESERVE };
    cloud = await startLocalCloud({ directory: small.directory, disk: stale });
  });
  afterEach(async () => {
    await cloud.stop();
    small.unmount();
  });

  it("fails the write with 503, leaves neither object nor file, and takes it when there is room", async () => {
    await put("kept", "kept");
    const before = bodies();
    small.fill(4 * MB);
    const body = Buffer.alloc(8 * MB, "x");
    const error = await refusal(put("k", body));
    expect(error).toMatchObject({ name: "ServiceUnavailable" });
    expect(error?.message).toMatch(/cannot be written \(ENOSPC: no space left on device\)/);
    expect(bodies()).toEqual(before);
    expect((await send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1);
    expect(cloud.log.map(({ service, level }) => `${service} ${level}`)).toEqual(["disk error"]);
    small.empty();
    cloud.store.disk.check();
    await put("k", body);
    expect((await send(new HeadObjectCommand({ Bucket, Key: "k" }))).ContentLength).toBe(body.length);
  });

  it("leaves nothing of an object whose record found no room", async () => {
    await put("kept", "kept");
    const before = bodies();
    small.fill();
    // Far more than a page of the log has left.
    const Metadata = { long: "x".repeat(1500) };
    const puts = Array.from({ length: 8 }, (_, n) => `${n}${"k".repeat(1000)}`);
    const errors = await Promise.all(
      puts.map((Key) => refusal(send(new PutObjectCommand({ Bucket, Key, ContentLength: 0, Metadata })))),
    );
    expect(errors.map((error) => error?.name)).toContain("ServiceUnavailable");
    const taken = errors.filter((error) => error === undefined).length;
    expect((await send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1 + taken);
    expect(bodies()).toHaveLength(before.length + taken);
  });
});
