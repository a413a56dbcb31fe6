import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ACCOUNT, bucket, type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";

const DAY_MS = 24 * 3600 * 1000;
const Bucket = "clips";
let cloud: LocalCloud;
let s3: S3Client;
beforeEach(async () => {
  const lifecycle = [
    { id: "staged", enabled: true, prefix: "staged/", expirationDays: 2, abortIncompleteMultipartDays: 1 },
    { id: "off", enabled: false, prefix: "", expirationDays: 1 },
    { id: "old", enabled: true, prefix: "", tag: { key: "old", value: "yes" }, expirationDays: 5 },
  ];
  cloud = await startLocalCloud({ buckets: [bucket(Bucket, { lifecycle }), bucket("quiet", { eventBridge: false })] });
  s3 = cloud.client();
});
afterEach(() => cloud.remove());

const put = (Key: string, Body = "hello", more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

describe("an event", () => {
  it('of a new object is "Object Created" in AWS\'s shape', async () => {
    await put("a b/ü+%.mov");
    expect(cloud.events).toEqual([
      {
        source: "aws.s3",
        detailType: "Object Created",
        resources: ["arn:aws:s3:::clips"],
        detail: {
          version: "0",
          bucket: { name: "clips" },
          object: {
            key: "a b/ü+%.mov",
            size: 5,
            etag: "5d41402abc4b2a76b9719d911017c592",
            sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
          },
          "request-id": expect.stringMatching(/^[A-Z2-7]{16}$/),
          requester: ACCOUNT,
          "source-ip-address": "127.0.0.1",
          reason: "PutObject",
        },
      },
    ]);
  });

  it("of a deleted object has neither size nor etag, and there is none for a key that was not there", async () => {
    await put("gone");
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "gone" }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "gone" }, { Key: "never" }] } }));
    expect(cloud.events.slice(1)).toMatchObject([
      {
        detailType: "Object Deleted",
        detail: {
          object: { key: "gone", sequencer: expect.any(String) },
          reason: "DeleteObject",
          "deletion-type": "Permanently Deleted",
        },
      },
    ]);
    expect(Object.keys(cloud.events[1]!.detail.object)).toEqual(["key", "sequencer"]);
  });

  it("names copy and multipart upload as its reason", async () => {
    await put("source");
    await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/source` }));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
    const { ETag } = await s3.send(
      new UploadPartCommand({ Bucket, Key: "parts", UploadId, PartNumber: 1, Body: "hello" }),
    );
    await s3.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key: "parts",
        UploadId,
        MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
      }),
    );
    expect(cloud.events.map(({ detail }) => detail.reason)).toEqual([
      "PutObject",
      "CopyObject",
      "CompleteMultipartUpload",
    ]);
    expect(cloud.events[2]!.detail.object).toMatchObject({ size: 5, etag: expect.stringMatching(/^[0-9a-f]{32}-1$/) });
  });

  it("has a sequencer above the last one, over a restart and a clock that stands still", async () => {
    await put("k", "1");
    await put("k", "2");
    await cloud.stop();
    const again = await startLocalCloud({ directory: cloud.directory, clock: cloud.clock, buckets: [bucket(Bucket)] });
    await again.client().send(new PutObjectCommand({ Bucket, Key: "k", Body: "3" }));
    const sequencers = [...cloud.events, ...again.events].map(({ detail }) => detail.object.sequencer);
    expect(sequencers).toEqual(sequencers.toSorted());
    expect(new Set(sequencers).size).toBe(3);
    cloud = again;
  });

  it("is not sent by a bucket that does not send its events", async () => {
    await s3.send(new PutObjectCommand({ Bucket: "quiet", Key: "k", Body: "x" }));
    expect(cloud.events).toEqual([]);
  });

  it("that cannot be queued takes the object with it", async () => {
    await put("kept", "old");
    cloud.bus.publish = () => {
      throw new Error("the bus is broken");
    };
    await expect(put("kept", "new")).rejects.toMatchObject({ name: "InternalError" });
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "kept" }));
    expect(await got.Body!.transformToString()).toBe("old");
  });
});

describe("the lifecycle", () => {
  // S3 rounds up to the next midnight UTC.
  const midnight = (days: number) => Math.ceil((cloud.clock.now() + days * DAY_MS) / DAY_MS) * DAY_MS;

  it("expires objects of its prefix at midnight, and says when in x-amz-expiration", async () => {
    const due = midnight(2);
    const { Expiration } = await put("staged/a");
    expect(Expiration).toBe(`expiry-date="${new Date(due).toUTCString()}", rule-id="staged"`);
    await put("kept");
    await cloud.clock.advance(due - cloud.clock.now() - 1);
    expect(cloud.s3.sweep()).toEqual({ expired: 0, aborted: 0 });
    await cloud.clock.advance(1);
    expect(cloud.s3.sweep()).toEqual({ expired: 1, aborted: 0 });
    expect(cloud.events.at(-1)).toMatchObject({
      detailType: "Object Deleted",
      detail: { reason: "Lifecycle Expiration", requester: "s3.amazonaws.com", "deletion-type": "Permanently Deleted" },
    });
    expect(cloud.events.at(-1)!.detail).not.toHaveProperty("source-ip-address");
    expect(cloud.s3.files.find(Bucket, "staged/a")).toBeUndefined();
    expect(cloud.s3.files.find(Bucket, "kept")).toBeDefined();
  });

  it("aborts multipart uploads that nobody completed", async () => {
    const due = midnight(1);
    const create = new CreateMultipartUploadCommand({ Bucket, Key: "staged/m" });
    const { UploadId, AbortDate, AbortRuleId } = await s3.send(create);
    expect([AbortDate?.getTime(), AbortRuleId]).toEqual([due, "staged"]);
    await s3.send(new UploadPartCommand({ Bucket, Key: "staged/m", UploadId, PartNumber: 1, Body: "x" }));
    await cloud.clock.advance(due - cloud.clock.now());
    expect(cloud.s3.sweep()).toEqual({ expired: 0, aborted: 1 });
    const signingAt = cloud.client({ systemClockOffset: cloud.clock.now() - Date.now() });
    expect((await signingAt.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined();
  });

  it("expires what bears a rule's tag, counted from when it was written and not from when it was tagged", async () => {
    const due = midnight(5);
    const tagged = await put("tagged", "x", { Tagging: "old=yes" });
    expect(tagged.Expiration).toContain('rule-id="old"');
    for (const other of ["old=no", "new=yes"])
      expect((await put(other, "x", { Tagging: other })).Expiration).toBeUndefined();
    await put("later");
    await cloud.clock.advance(due - cloud.clock.now());
    const signingAt = cloud.client({ systemClockOffset: cloud.clock.now() - Date.now() });
    const TagSet = [{ Key: "old", Value: "yes" }];
    await signingAt.send(new PutObjectTaggingCommand({ Bucket, Key: "later", Tagging: { TagSet } }));
    const again = { Bucket, Key: "copied", CopySource: `${Bucket}/tagged`, TaggingDirective: "COPY" } as const;
    await signingAt.send(new CopyObjectCommand(again));
    cloud.s3.sweep();
    const left = ["tagged", "later", "copied", "old=no", "new=yes"].filter((key) => cloud.s3.files.find(Bucket, key));
    expect(left).toEqual(["copied", "old=no", "new=yes"]);
  });

  it("is told by GetBucketLifecycleConfiguration", async () => {
    const signingAt = cloud.client({ systemClockOffset: cloud.clock.now() - Date.now() });
    const { Rules } = await signingAt.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules?.map(({ ID, Filter }) => [ID, Filter])).toEqual([
      ["staged", { Prefix: "staged/" }],
      ["off", { Prefix: "" }],
      ["old", { Tag: { Key: "old", Value: "yes" } }],
    ]);
  });

  it("is told by GetObject and HeadObject, too", async () => {
    await put("staged/b");
    const { Expiration } = await s3.send(new HeadObjectCommand({ Bucket, Key: "staged/b" }));
    expect(Expiration).toContain('rule-id="staged"');
  });
});
