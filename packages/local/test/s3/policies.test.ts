import { Sha256 } from "@aws-crypto/sha256-js";
import { GetObjectCommand, PutObjectCommand, PutObjectTaggingCommand } from "@aws-sdk/client-s3";
import type { Statement } from "@dropclip/synth/cloud";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, it, onTestFinished } from "vitest";
import { createCloudFront } from "../../src/cloudfront/index.ts";
import { IN_PROGRESS_MS } from "../../src/cloudfront/invalidation/ledger.ts";
import { createIam } from "../../src/iam/index.ts";
import type { Service } from "../../src/world.ts";
import { ask } from "../cloudfront/http.ts";
import { distribution } from "../cloudfront/setup.ts";
import { ACCOUNT, bucket, REGION, startLocalCloud } from "../gate/local-cloud.ts";
import { presign, type Signing, send, sign } from "../gate/wire.ts";

const MINUTE_MS = 60_000;
const EVERYTHING = ["arn:aws:s3:::content", "arn:aws:s3:::content/*"];
const deny = (Action: string, Condition: Statement["Condition"]): Statement => ({
  Effect: "Deny",
  Principal: "*",
  Action,
  Resource: EVERYTHING,
  Condition,
});
const distributionArn = `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`;
/** As a bucket that CloudFront reads has it. */
const READABLE: Statement = {
  Effect: "Allow",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::content/*",
  Condition: { StringEquals: { "AWS:SourceArn": distributionArn } },
};
const HIDDEN: Statement = {
  Effect: "Deny",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::content/*",
  Condition: { StringEquals: { "s3:ExistingObjectTag/hidden": "true" } },
};

/** A bucket with that policy, behind the gate and IAM, and CloudFront before it. */
async function cloudWith(...Statement: Statement[]) {
  let cloudfront: ReturnType<typeof createCloudFront>;
  const deferred: Service = {
    name: "cloudfront",
    protocol: "rest-xml",
    handle: (call) => cloudfront.handle(call),
    fail: (call, error) => cloudfront.fail(call, error),
  };
  const policy = { Version: "2012-10-17", Statement };
  const buckets = [bucket("content", { policy })];
  const cloud = await startLocalCloud({ buckets, services: [deferred] });
  const { world, clock, log } = cloud;
  const place = { account: ACCOUNT, region: REGION, clock, log: (entry: (typeof log)[number]) => void log.push(entry) };
  world.authorize = createIam({ ...place, roles: [], buckets, queues: [], functions: [] }).authorize;
  const logs = { write: async () => {} };
  cloudfront = createCloudFront({ world, distributions: [distribution({ arn: distributionArn })], logs });
  const edge = await cloudfront.listen("E1", 0);
  onTestFinished(async () => {
    await cloudfront.stop();
    await cloud.remove();
  });
  const s3 = cloud.client();
  const put = (Key: string, Tagging?: string) =>
    s3.send(new PutObjectCommand({ Bucket: "content", Key, Body: "film", Tagging }));
  return { cloud, s3, put, edge };
}

const hide = (Key: string, Value: string) =>
  new PutObjectTaggingCommand({ Bucket: "content", Key, Tagging: { TagSet: [{ Key: "hidden", Value }] } });

type Clouded = Awaited<ReturnType<typeof cloudWith>>;

async function invalidate({ cloud }: Clouded, reference: string) {
  const body = `<InvalidationBatch><Paths><Quantity>1</Quantity><Items><Path>/*</Path></Items></Paths><CallerReference>${reference}</CallerReference></InvalidationBatch>`;
  const { host, hostname, port } = new URL(cloud.url);
  const credentials = cloud.credentials.operator();
  const signer = new SignatureV4({ service: "cloudfront", region: "us-east-1", credentials, sha256: Sha256 });
  const path = "/2020-05-31/distribution/E1/invalidation";
  const call = { method: "POST", protocol: "http:", hostname, port: Number(port), path, headers: { host }, body };
  const { headers } = await signer.sign(call, { signingDate: new Date(cloud.clock.now()) });
  expect((await ask(cloud.url, path, { method: "POST", headers, body })).status).toBe(201);
  await cloud.clock.advance(IN_PROGRESS_MS);
}

describe("an object that a tag hides from CloudFront", () => {
  it("is not served, however it is asked for, and is again when the tag says otherwise", async () => {
    const clouded = await cloudWith(READABLE, HIDDEN);
    const { s3, put, edge } = clouded;
    await put("a");
    const shown = await ask(edge, "/a");
    expect([shown.status, shown.body.toString()]).toEqual([200, "film"]);
    const etag = String(shown.headers.etag);

    await s3.send(hide("a", "true"));
    await invalidate(clouded, "hide");
    const asked: Record<string, string>[] = [
      {},
      { "if-none-match": etag },
      { range: "bytes=0-1" },
      { "if-none-match": '"other"' },
    ];
    for (const headers of asked) expect((await ask(edge, "/a", { headers })).status).toBe(403);
    expect((await ask(edge, "/a", { method: "HEAD" })).status).toBe(403);
    // Its owner reads it on.
    expect((await s3.send(new GetObjectCommand({ Bucket: "content", Key: "a" }))).TagCount).toBe(1);

    await s3.send(hide("a", "false"));
    await invalidate(clouded, "show");
    expect((await ask(edge, "/a")).status).toBe(200);
  });

  it("is not revalidated when what the edge keeps grows old", async () => {
    const { cloud, s3, put, edge } = await cloudWith(READABLE, HIDDEN);
    await put("a");
    expect((await ask(edge, "/a")).headers["x-cache"]).toBe("Miss from cloudfront");
    await s3.send(hide("a", "true"));
    expect((await ask(edge, "/a")).headers["x-cache"]).toBe("Hit from cloudfront");
    await cloud.clock.advance(86_400_000);
    expect((await ask(edge, "/a")).status).toBe(403);
  });

  it("hides nothing else, and no denial is told of tags that nobody asked for", async () => {
    const { cloud, put, edge } = await cloudWith(READABLE, HIDDEN);
    await put("hidden", "hidden=true");
    await put("other", "hidden=no&a=true");
    expect((await ask(edge, "/hidden")).status).toBe(403);
    const shown = await ask(edge, "/other");
    expect([shown.status, shown.headers["x-amz-tagging-count"]]).toEqual([200, undefined]);
    expect(cloud.log.filter(({ service }) => service === "iam").map(({ action }) => action)).toEqual(["s3:GetObject"]);
  });
});

describe("a bucket that refuses old signatures", () => {
  const OLD = deny("s3:*", { NumericGreaterThan: { "s3:signatureAge": "900000" } });
  const read: Signing = { path: "/content/a", expiresIn: 3600 };
  const statusOf = async ({ cloud }: Clouded, { target, method, headers }: Awaited<ReturnType<typeof sign>>) =>
    (await send(cloud, target, { method, headers })).status;

  it("serves a signed URL for a quarter of an hour, whatever it was signed for", async () => {
    const clouded = await cloudWith(OLD);
    const { cloud, put } = clouded;
    // Signatures know whole seconds.
    await cloud.clock.advance(1000 - (cloud.clock.now() % 1000));
    await put("a");
    const url = await presign(cloud, read);
    expect(await statusOf(clouded, url)).toBe(200);
    await cloud.clock.advance(15 * MINUTE_MS);
    expect(await statusOf(clouded, url)).toBe(200);
    await cloud.clock.advance(1);
    expect(await statusOf(clouded, url)).toBe(403);
  });

  it("leaves calls alone that are signed in a header, and the edge", async () => {
    const older = deny("s3:*", { NumericGreaterThan: { "s3:signatureAge": "60000" } });
    const clouded = await cloudWith(OLD, older, READABLE);
    const { cloud, put, edge } = clouded;
    await put("a");
    // S3 knows the age of signatures in URLs and forms only.
    const old = await sign(cloud, { ...read, at: new Date(cloud.clock.now() - 14 * MINUTE_MS) });
    expect(await statusOf(clouded, old)).toBe(200);
    expect((await ask(edge, "/a")).status).toBe(200);
    await cloud.clock.advance(60 * MINUTE_MS);
    expect(await statusOf(clouded, await sign(cloud, read))).toBe(200);
  });
});

describe("a bucket policy tells", () => {
  it.each([
    ["how a call is signed", { StringNotEquals: { "s3:authType": "REST-HEADER" } }, [200, 403]],
    ["how a call is not signed", { StringEquals: { "s3:authType": "REST-QUERY-STRING" } }, [200, 403]],
    ["old ways of signing", { StringNotEquals: { "s3:signatureversion": "AWS4-HMAC-SHA256" } }, [200, 200]],
    ["insecure transport, which loopback is not", { Bool: { "aws:SecureTransport": "false" } }, [200, 200]],
    ["secure transport", { Bool: { "aws:SecureTransport": "true" } }, [403, 403]],
  ] as const)("%s", async (_, condition, statuses) => {
    const { cloud } = await cloudWith(deny("s3:ListBucket", condition), READABLE);
    const list: Signing = { path: "/content", query: { "list-type": "2" } };
    const [header, query] = [await sign(cloud, list), await presign(cloud, list)];
    const answers = [await send(cloud, header.target, header), await send(cloud, query.target, query)];
    expect(answers.map(({ status }) => status)).toEqual(statuses);
  });
});
