import { Sha256 } from "@aws-crypto/sha256-js";
import { S3 } from "@aws-sdk/client-s3";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { raw } from "../../packages/local/test/cloudfront/http.ts";
import { signIn, type TestCloud, testCloud } from "../support/cloud.ts";

/** A page that reaches this machine because its own DNS said so. */
const EVIL = "evil.example:4100";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await testCloud();
});
afterAll(() => cloud.dispose());

const urlOf = (port: string) =>
  ({ api: cloud.api, cdn: cloud.cdn, pages: cloud.pages, aws: cloud.endpoints.s3, signIn: cloud.signIn })[port]!;

/** A request as it is, on a connection of its own; the status of the answer. */
async function send(url: string, method: string, target: string, headers: Record<string, string>, body = "") {
  const all = { ...headers, "content-length": String(Buffer.byteLength(body)), connection: "close" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const answer = await raw(url, `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  return Number(answer.split(" ")[1]);
}

/** A request that is signed, for whichever host, by who may do everything. */
async function call(service: string, host: string, path: string, more: Record<string, string>, body: string) {
  const { region, credentials } = cloud;
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, applyChecksum: true });
  const method = service === "s3" ? "PUT" : "POST";
  const request = { method, path, query: {}, headers: { host, ...more }, body, protocol: "http:", hostname: host };
  const { headers } = await signer.sign(request);
  return send(urlOf("aws"), method, path, headers, body);
}

describe.each(["api", "cdn", "pages", "aws", "signIn"])("the port of the local cloud named %s", (port) => {
  it.each([
    ["GET", "/", "evil.example"],
    ["GET", "/openapi.json", EVIL],
    ["GET", "/login", "localhost.evil.example"],
    ["GET", "/oauth2/authorize", "LOCALHOST.EVIL.EXAMPLE."],
    ["OPTIONS", "/events", "evil.example"],
    ["POST", "/oauth2/token", "0.0.0.0"],
    ["GET", "http://evil.example/", "localhost"],
  ])("turns %s %s for %s away", async (method, target, host) => {
    expect(await send(urlOf(port), method, target, { host, origin: "http://evil.example" })).toBe(421);
  });

  it("answers this machine", async () => {
    for (const host of [new URL(urlOf(port)).host, "localhost", "[::1]:4100"])
      expect([400, 421]).not.toContain(await send(urlOf(port), "HEAD", "/no-such-thing", { host }));
  });
});

describe("what is turned away for its host", () => {
  it("makes no event, though its token is good", async () => {
    const authorization = `Bearer ${await signIn(cloud, "creative")}`;
    const as = await cloud.as("creative");
    const titles = async () => (await as("GET", "/events")).body.events.map((event: any) => event.title);
    const create = (host: string, title: string) => {
      const headers = { host, authorization, "content-type": "application/json" };
      return send(cloud.api, "POST", "/events", headers, JSON.stringify({ title }));
    };
    expect(await create(EVIL, "Theirs")).toBe(421);
    expect(await create("localhost:4100", "Ours")).toBe(201);
    expect(await titles()).toContain("Ours");
    expect(await titles()).not.toContain("Theirs");
  });

  it("writes no object and no item, though its signature is good", async () => {
    const { region, credentials } = cloud;
    const s3 = new S3({ endpoint: urlOf("aws"), region, credentials, forcePathStyle: true });
    const [bucket] = cloud.facts.buckets;
    const path = `/${bucket!.name}/rebound`;
    const exists = () =>
      s3.headObject({ Bucket: bucket!.name, Key: "rebound" }).then(...([() => true, () => false] as const));
    expect([await call("s3", EVIL, path, {}, "x"), await exists()]).toEqual([421, false]);
    expect([await call("s3", "localhost", path, {}, "x"), await exists()]).toEqual([200, true]);

    const target = { "x-amz-target": "DynamoDB_20120810.ListTables", "content-type": "application/x-amz-json-1.0" };
    expect(await call("dynamodb", EVIL, "/", target, "{}")).toBe(421);
    expect(await call("dynamodb", "localhost", "/", target, "{}")).toBe(200);
    s3.destroy();
  });

  it("begins no sign-in", async () => {
    const seen = () => cloud.logs.filter(({ service }) => service === "cognito").length;
    const before = seen();
    await send(cloud.signIn, "GET", "/oauth2/authorize?client_id=x", { host: EVIL });
    expect(seen()).toBe(before);
    await send(cloud.signIn, "GET", "/oauth2/authorize?client_id=x", { host: "localhost" });
    expect(seen()).toBeGreaterThan(before);
  });
});
