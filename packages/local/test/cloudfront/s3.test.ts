import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sha256 } from "@aws-crypto/sha256-js";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { CacheBehavior, CorsRule } from "@dropclip/synth/cloud";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, it, onTestFinished } from "vitest";
import { TestClock } from "../../src/clock.ts";
import { createCloudFront } from "../../src/cloudfront/index.ts";
import { IN_PROGRESS_MS } from "../../src/cloudfront/invalidation/ledger.ts";
import { CredentialStore } from "../../src/gate/credentials.ts";
import { createGate } from "../../src/gate/index.ts";
import { createS3 } from "../../src/s3/index.ts";
import { Store } from "../../src/store.ts";
import type { World } from "../../src/world.ts";
import { ask } from "./http.ts";
import { behavior, distribution, headersPolicy, ORIGIN } from "./setup.ts";

/** CloudFront before the S3 and the gate of the local cloud. */
async function cloud(cors: CorsRule[] = [], changes: Partial<CacheBehavior> = {}) {
  const clock = new TestClock(Date.now());
  const directory = mkdtempSync(join(tmpdir(), "dropclip-cdn-"));
  const store = new Store(":memory:");
  const credentials = new CredentialStore({ directory, account: "123456789012", clock });
  let endpoint = "";
  const callers: string[] = [];
  const world: World = {
    account: "123456789012",
    region: "us-east-1",
    clock,
    store,
    directory,
    log: () => {},
    uuid: () => crypto.randomUUID(),
    metrics: { put() {} },
    assumeRole: (role, session) => credentials.assumeRole(role, session),
    actAs: (service, source) => credentials.actAs(service, source),
    endpoint: () => endpoint,
    authorize: (principal, action, resource) =>
      void callers.push(`${principal.arn} ${principal.sourceArn ?? ""} ${action} ${resource}`),
  };
  const bucket = { name: "content", arn: "arn:aws:s3:::content", cors, lifecycle: [], eventBridge: false };
  const s3 = createS3({ world, buckets: [bucket], bus: { publish: () => {} } });
  const cloudfront = createCloudFront({
    world,
    distributions: [distribution({ defaultBehavior: behavior(changes) })],
    logs: s3.logs,
  });
  const gate = createGate({ world, credentials, s3, services: [cloudfront] });
  endpoint = await gate.listen(0);
  const url = await cloudfront.listen("E1", 0);
  const operator = credentials.operator();
  const client = new S3Client({ endpoint, region: "us-east-1", credentials: operator, forcePathStyle: true });
  onTestFinished(async () => {
    client.destroy();
    await cloudfront.stop();
    await gate.close();
    store.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const put = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket: "content", Key, Body }));
  return { put, url, endpoint, operator, clock, callers };
}

describe("CloudFront before S3", () => {
  it.each([
    ["events/1/video.mp4", "/events/1/video.mp4"],
    ["fête ✓/a b.jpg", `/${encodeURIComponent("fête ✓")}/a%20b.jpg`],
    ["a(1)!*'&=@:$,;~.mp4", "/a(1)!*'&=@:$,;~.mp4"],
    ["a+b", "/a%2Bb"],
    ["a%2Fb", "/a%252Fb"],
    ["q?r", "/q%3Fr"],
    ["double//slash", "/double//slash"],
    ["x/y", "/x%2fy"],
  ])("serves the key %s by %s", async (key, path) => {
    const { put, url, callers } = await cloud();
    await put(key, "film");
    const { status, body } = await ask(url, path);
    expect([status, body.toString()]).toEqual([200, "film"]);
    const arn = "arn:aws:cloudfront::123456789012:distribution/E1";
    expect(callers.at(-1)).toBe(`cloudfront.amazonaws.com ${arn} s3:GetObject arn:aws:s3:::content/${key}`);
  });

  it("fetches by range, revalidates, and asks again after an invalidation through the gate", async () => {
    const { put, url, endpoint, operator, clock } = await cloud();
    await put("a", "0123456789");
    const part = await ask(url, "/a", { headers: { range: "bytes=2-4" } });
    expect([part.status, part.body.toString(), part.headers["content-range"]]).toEqual([206, "234", "bytes 2-4/10"]);
    expect((await ask(url, "/a")).body.toString()).toBe("0123456789");
    await clock.advance(86_400_000);
    expect((await ask(url, "/a")).headers["x-cache"]).toBe("RefreshHit from cloudfront");
    await put("a", "new");
    expect((await ask(url, "/a")).body.toString()).toBe("0123456789");
    const body =
      "<InvalidationBatch><Paths><Quantity>1</Quantity><Items><Path>/*</Path></Items></Paths><CallerReference>r</CallerReference></InvalidationBatch>";
    const { host, hostname, port } = new URL(endpoint);
    const signer = new SignatureV4({
      service: "cloudfront",
      region: "us-east-1",
      credentials: operator,
      sha256: Sha256,
    });
    const path = "/2020-05-31/distribution/E1/invalidation";
    const call = { method: "POST", protocol: "http:", hostname, port: Number(port), path, headers: { host }, body };
    const { headers } = await signer.sign(call, { signingDate: new Date(clock.now()) });
    expect((await ask(endpoint, path, { method: "POST", headers, body })).status).toBe(201);
    await clock.advance(IN_PROGRESS_MS);
    expect((await ask(url, "/a")).body.toString()).toBe("new");
  });

  it("passes the refusal of a missing key on", async () => {
    const { url } = await cloud();
    const { status, headers } = await ask(url, "/none");
    expect([403, 404]).toContain(status);
    expect([headers["x-cache"], typeof headers["x-amz-request-id"]]).toEqual(["Error from cloudfront", "string"]);
  });
});

describe("a preflight to a distribution before S3", () => {
  const forwarding = {
    originRequestPolicy: {
      id: "cors",
      headers: ["Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"],
    },
    responseHeadersPolicy: headersPolicy(),
  };
  const rule = { allowedOrigins: ["*"], allowedMethods: ["GET"], allowedHeaders: ["range"], exposeHeaders: [] };

  async function preflight(url: string, asked = "range") {
    const headers = {
      origin: ORIGIN,
      "access-control-request-method": "GET",
      "access-control-request-headers": asked,
    };
    const { status, headers: answered, body } = await ask(url, "/a", { method: "OPTIONS", headers });
    const code = /<Code>(\w+)<\/Code>/.exec(body.toString())?.[1];
    return [status, code, answered["access-control-allow-origin"]];
  }

  it("succeeds by the bucket's rule, with the policy's headers", async () => {
    const { url } = await cloud([rule], forwarding);
    expect(await preflight(url)).toEqual([200, undefined, ORIGIN]);
  });

  it("is refused by a bucket without rules, or whose rules do not cover it, whatever the policy says", async () => {
    const { url } = await cloud([], forwarding);
    expect(await preflight(url)).toEqual([403, "AccessForbidden", ORIGIN]);
    const { url: narrow } = await cloud([rule], forwarding);
    expect(await preflight(narrow, "x-other")).toEqual([403, "AccessForbidden", ORIGIN]);
  });

  it("is none to S3 while the viewer's Origin does not go there", async () => {
    const { url } = await cloud([rule], { responseHeadersPolicy: headersPolicy() });
    expect(await preflight(url)).toEqual([400, "BadRequest", ORIGIN]);
  });
});

describe("an error of S3", () => {
  it("bears the policy's headers, its Cache-Control among them", async () => {
    const headers = [{ header: "Cache-Control", value: "public, max-age=300", override: true }];
    const { url } = await cloud([], { responseHeadersPolicy: headersPolicy({ headers }) });
    const { status, headers: answered } = await ask(url, "/a");
    expect([status, answered["cache-control"]]).toEqual([404, "public, max-age=300"]);
  });

  it("has no Cache-Control of its own", async () => {
    const { url } = await cloud();
    const { status, headers } = await ask(url, "/a");
    expect([status, headers["cache-control"], headers["last-modified"]]).toEqual([404, undefined, undefined]);
  });
});
