import { GetBucketCorsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { bucket, type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";
import { presign, send } from "../gate/wire.ts";

const WEB = "https://dropclip.example";

let cloud: LocalCloud;
beforeAll(async () => {
  const cors = [
    {
      allowedOrigins: [WEB, "http://localhost:*"],
      allowedMethods: ["GET", "PUT", "POST"],
      allowedHeaders: ["content-type", "x-amz-*"],
      exposeHeaders: ["ETag"],
      maxAgeSeconds: 3000,
    },
    { allowedOrigins: ["*"], allowedMethods: ["HEAD"], allowedHeaders: [], exposeHeaders: [] },
  ];
  cloud = await startLocalCloud({ buckets: [bucket("clips", { cors }), bucket("closed")] });
});
afterAll(() => cloud.remove());

const ask = (origin: string | undefined, method: string, headers?: string, target = "/clips/k") =>
  send(cloud, target, {
    method: "OPTIONS",
    headers: {
      ...(origin && { origin }),
      ...(method && { "access-control-request-method": method }),
      ...(headers && { "access-control-request-headers": headers }),
    },
  });

describe("an origin that is deployed", () => {
  it("is let in, and told of, under its address on this machine only", async () => {
    const own = "http://127.0.0.1:4104";
    const rule = { allowedMethods: ["PUT"], allowedHeaders: [], exposeHeaders: [] };
    const local = await startLocalCloud({
      buckets: [bucket("clips", { cors: [{ ...rule, allowedOrigins: ["https://d1.cloudfront.net", WEB] }] })],
      localise: (value) => value.replaceAll("https://d1.cloudfront.net", own),
    });
    onTestFinished(() => local.remove());
    const allowed = async (method: string, origin: string) => {
      const headers = { origin, ...(method === "OPTIONS" && { "access-control-request-method": "PUT" }) };
      const answer = await send(local, "/clips/k", { method, headers });
      return answer.headers["access-control-allow-origin"];
    };
    for (const method of ["OPTIONS", "PUT"])
      expect([
        await allowed(method, own),
        await allowed(method, WEB),
        await allowed(method, "https://d1.cloudfront.net"),
      ]).toEqual([own, WEB, undefined]);
    const { CORSRules } = await local.client().send(new GetBucketCorsCommand({ Bucket: "clips" }));
    expect(CORSRules?.[0]?.AllowedOrigins).toEqual([own, WEB]);
  });
});

describe("a preflight request", () => {
  it("is allowed what the rule says", async () => {
    const answer = await ask(WEB, "PUT", "Content-Type, X-Amz-Meta-Fan");
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": WEB,
      "access-control-allow-methods": "GET, PUT, POST",
      "access-control-allow-headers": "content-type, x-amz-meta-fan",
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "ETag",
      "access-control-max-age": "3000",
      vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    });
  });

  it("is allowed for an origin that a pattern covers, and for anybody where the rule says so", async () => {
    expect((await ask("http://localhost:5173", "PUT")).headers["access-control-allow-origin"]).toBe(
      "http://localhost:5173",
    );
    const anybody = await ask("https://other.example", "HEAD");
    expect(anybody.headers["access-control-allow-origin"]).toBe("*");
    expect(anybody.headers).not.toHaveProperty("access-control-allow-credentials");
  });

  it.each([
    ["another origin", "https://evil.example", "PUT", undefined],
    ["an origin that only begins alike", `${WEB}.evil.example`, "PUT", undefined],
    ["another method", WEB, "DELETE", undefined],
    ["another header", WEB, "PUT", "content-type, authorization"],
  ])("is refused to %s", async (_name, origin, method, headers) => {
    const answer = await ask(origin, method, headers);
    expect([answer.status, answer.code]).toEqual([403, "AccessForbidden"]);
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });

  it("is refused by a bucket without rules, and by none at all", async () => {
    expect((await ask(WEB, "PUT", undefined, "/closed/k")).code).toBe("AccessForbidden");
    expect((await ask(WEB, "PUT", undefined, "/nothere/k")).code).toBe("AccessForbidden");
  });

  it("is answered for a signed URL, whose signature is not for it", async () => {
    const { target } = await presign(cloud, { method: "PUT", path: "/clips/k", headers: { "content-type": "a/b" } });
    expect((await ask(WEB, "PUT", "content-type", target)).status).toBe(200);
  });

  it("is no preflight without origin or method", async () => {
    expect(await ask(undefined, "PUT")).toMatchObject({ status: 400, code: "BadRequest" });
    expect(await ask(WEB, "")).toMatchObject({ status: 400, code: "BadRequest" });
  });
});

describe("an actual request", () => {
  const put = async (origin: string, target?: string) => {
    const signed = await presign(cloud, { method: "PUT", path: "/clips/k" });
    return send(cloud, target ?? signed.target, { method: "PUT", headers: { ...signed.headers, origin }, body: "x" });
  };

  it("has the rule's headers", async () => {
    const answer = await put(WEB);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": WEB,
      "access-control-expose-headers": "ETag",
    });
    expect(answer.headers.vary).toContain("Origin");
  });

  it("has them on a refusal, too: the page must be able to read it", async () => {
    const answer = await put(WEB, "/clips/k?X-Amz-Algorithm=x");
    expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([400, WEB]);
  });

  it("has none for another origin, and is served all the same", async () => {
    const answer = await put("https://evil.example");
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    expect(answer.headers).not.toHaveProperty("vary");
  });
});
