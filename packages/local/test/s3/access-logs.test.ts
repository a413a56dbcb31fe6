import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createIam } from "../../src/iam/index.ts";
import { ACCOUNT, bucket, REGION, startLocalCloud } from "../gate/local-cloud.ts";

const HOUR = 60 * 60_000;
const LOGGING = { bucketName: "logs", prefix: "s3/", dateSource: "EventTime" as const };
const allow = (sourceArn: string) => ({
  Effect: "Allow" as const,
  Principal: { Service: "logging.s3.amazonaws.com" },
  Action: "s3:PutObject",
  Resource: "arn:aws:s3:::logs/s3/*",
  Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT }, ArnLike: { "aws:SourceArn": sourceArn } },
});

/** A bucket whose requests are logged into another one, by whose policy only logs of `sourceArn` may come. */
async function logged(sourceArn: string) {
  const policy = { Version: "2012-10-17", Statement: [allow(sourceArn)] };
  const buckets = [bucket("clips", { logging: LOGGING }), bucket("logs", { policy })];
  const cloud = await startLocalCloud({ buckets });
  onTestFinished(() => cloud.remove());
  const { world, clock, log } = cloud;
  const place = { account: ACCOUNT, region: REGION, clock, log: (entry: (typeof log)[number]) => void log.push(entry) };
  world.authorize = createIam({ ...place, roles: [], buckets, queues: [], functions: [] }).authorize;
  return { ...cloud, s3: cloud.client(), later: cloud.client({ systemClockOffset: HOUR }) };
}

describe("server access logs", () => {
  it("tell of every request, in S3's form, by the day of the requests", async () => {
    const { s3, later, clock, url } = await logged("arn:aws:s3:::clips");
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    await s3.send(new PutObjectCommand({ Bucket: "clips", Key: "a/b.txt", Body: "0123456789" }));
    const got = await s3.send(new GetObjectCommand({ Bucket: "clips", Key: "a/b.txt", Range: "bytes=0-3" }));
    await got.Body!.transformToString();
    await s3.send(new ListObjectsV2Command({ Bucket: "clips" }));
    await (await fetch(`${url}/clips/a/b.txt`)).arrayBuffer();
    await clock.advance(HOUR);
    const key = await vi.waitFor(async () => {
      const { Contents = [] } = await later.send(new ListObjectsV2Command({ Bucket: "logs" }));
      expect(Contents).toHaveLength(1);
      return Contents[0]!.Key!;
    });
    const folder = `s3/${ACCOUNT}/${REGION}/clips/${day.replaceAll("-", "/")}/`;
    expect(key.startsWith(folder)).toBe(true);
    expect(key.slice(folder.length)).toMatch(new RegExp(`^${day}-00-00-00-[0-9A-F]{16}$`));
    const text = await (await later.send(new GetObjectCommand({ Bucket: "logs", Key: key }))).Body!.transformToString();
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => line.match(/"[^"]*"|\[[^\]]*\]|\S+/g)!);
    for (const line of lines) expect(line).toHaveLength(26);
    const [owner] = lines[0]!;
    expect(lines.map((line) => [line[1], ...line.slice(6, 13).toSpliced(2, 1)])).toEqual([
      ["clips", "REST.PUT.OBJECT", "a/b.txt", "200", "-", "-", "10"],
      ["clips", "REST.GET.OBJECT", "a/b.txt", "206", "-", "4", "10"],
      ["clips", "REST.GET.BUCKET", "-", "200", "-", expect.stringMatching(/^\d+$/), "-"],
      ["clips", "REST.GET.OBJECT", "a/b.txt", "403", "AccessDenied", expect.stringMatching(/^\d+$/), "-"],
    ]);
    expect(lines.map((line) => [line[4], line[19], line[21]])).toEqual([
      ...[0, 1, 2].map(() => [owner, "SigV4", "AuthHeader"]),
      ["-", "-", "-"],
    ]);
    expect(lines[0]![2]).toMatch(/^\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\]$/);
    expect(lines[1]![8]).toMatch(/^"GET \/clips\/a\/b\.txt(\?x-id=GetObject)? HTTP\/1\.1"$/);
  });

  it("are lost where the bucket's policy does not let them in, and the cloud says so", async () => {
    const { s3, later, clock, log } = await logged("arn:aws:s3:::others");
    await s3.send(new PutObjectCommand({ Bucket: "clips", Key: "a", Body: "x" }));
    await clock.advance(HOUR);
    const lost = expect.stringMatching(/^an access log of 1 requests is lost/);
    await vi.waitFor(() => expect(log).toContainEqual(expect.objectContaining({ level: "error", message: lost })));
    const { Contents } = await later.send(new ListObjectsV2Command({ Bucket: "logs" }));
    expect(Contents).toBeUndefined();
  });
});
