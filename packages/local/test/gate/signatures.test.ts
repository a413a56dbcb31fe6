import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACCOUNT, type LocalCloud, startLocalCloud } from "./local-cloud.ts";
import { presign, send, sign } from "./wire.ts";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/team/fan`;
const BODY = "some bytes";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud({ allow: ({ action }) => action === "s3:PutObject" });
});
afterAll(() => cloud.remove());

const putHeaders = { "content-length": String(BODY.length), "content-type": "video/mp4" };
const presignPut = (more: object = {}) =>
  presign(cloud, { method: "PUT", path: "/clips/fan/video.mp4", headers: putHeaders, ...more });

describe("a presigned PUT", () => {
  it("stores exactly what was signed", async () => {
    const { target, headers } = await presignPut();
    expect((await send(cloud, target, { method: "PUT", headers, body: BODY })).status).toBe(200);
  });

  it("works for a session of a role, with its session token in the query", async () => {
    const credentials = cloud.credentials.assumeRole(ROLE, "fan-1", { tags: { fanId: "1" } });
    const at = new Date(Math.floor(cloud.clock.now() / 1000) * 1000 - 60_000);
    const { target, headers } = await presignPut({ credentials, at });
    expect((await send(cloud, target, { method: "PUT", headers, body: BODY })).status).toBe(200);
    expect(cloud.asked.at(-1)).toMatchObject({
      who: `arn:aws:sts::${ACCOUNT}:assumed-role/fan/fan-1`,
      context: {
        "s3:authType": "REST-QUERY-STRING",
        "s3:signatureAge": String(cloud.clock.now() - at.getTime()),
        "aws:SecureTransport": "true",
      },
    });
  });

  interface Whole {
    target: string;
    method: string;
    headers: Record<string, string>;
    body: string;
  }

  it.each<[string, (sent: Whole) => Partial<Whole>]>([
    ["another method", () => ({ method: "DELETE" })],
    ["another key", ({ target }) => ({ target: target.replace("/fan/", "/fans/") })],
    ["another bucket", ({ target }) => ({ target: target.replace("/clips/", "/others/") })],
    ["a longer body", ({ headers }) => ({ body: `${BODY}!`, headers: { ...headers, "content-length": "11" } })],
    ["another content type", ({ headers }) => ({ headers: { ...headers, "content-type": "text/html" } })],
    ["no content type", ({ headers }) => ({ headers: { host: headers.host!, "content-length": "10" } })],
    ["a later expiry", ({ target }) => ({ target: target.replace("X-Amz-Expires=900", "X-Amz-Expires=9000") })],
    ["a further parameter", ({ target }) => ({ target: `${target}&partNumber=1&uploadId=x` })],
    ["another host", ({ headers }) => ({ headers: { ...headers, host: "localhost" } })],
    ["another signature", ({ target }) => ({ target: target.replace(/Signature=./, "Signature=g") })],
  ])("is refused with %s", async (_name, tamper) => {
    const { target, headers } = await presignPut();
    const sent = { target, method: "PUT", headers, body: BODY };
    const tampered = { ...sent, ...tamper(sent) };
    const answer = await send(cloud, tampered.target, tampered);
    expect([answer.status, answer.code]).toEqual([403, "SignatureDoesNotMatch"]);
  });

  it("is refused with a header that nobody signed", async () => {
    const { target, headers } = await presignPut();
    const sent = { method: "PUT", headers: { ...headers, "x-amz-meta-a": "b" }, body: BODY };
    const answer = await send(cloud, target, sent);
    expect([answer.status, answer.code]).toEqual([403, "AccessDenied"]);
    expect(answer.text).toContain("<HeadersNotSigned>x-amz-meta-a</HeadersNotSigned>");
  });

  it("is refused with a tampered session token", async () => {
    const credentials = cloud.credentials.assumeRole(ROLE, "fan-1");
    const { target, headers } = await presignPut({ credentials });
    const swapped = target.replace(/Security-Token=(.)/, (_all, char) => `Security-Token=${char === "A" ? "B" : "A"}`);
    const answer = await send(cloud, swapped, { method: "PUT", headers, body: BODY });
    expect([answer.status, answer.code]).toEqual([400, "InvalidToken"]);
  });

  it("is refused with the token of another session of the same role", async () => {
    const [mine, other] = [1, 2].map(() => cloud.credentials.assumeRole(ROLE, "fan-1"));
    const { target, headers } = await presignPut({ credentials: { ...mine!, sessionToken: other!.sessionToken } });
    const answer = await send(cloud, target, { method: "PUT", headers, body: BODY });
    expect([answer.status, answer.code]).toEqual([400, "InvalidToken"]);
  });

  it("is refused without the token of its session", async () => {
    const { sessionToken: _token, ...credentials } = cloud.credentials.assumeRole(ROLE, "fan-1");
    const { target, headers } = await presignPut({ credentials });
    const answer = await send(cloud, target, { method: "PUT", headers, body: BODY });
    expect([answer.status, answer.code]).toEqual([403, "InvalidAccessKeyId"]);
  });

  it("expires to the second", async () => {
    const at = new Date(Math.floor(cloud.clock.now() / 1000) * 1000 - 900_000);
    const { target, headers } = await presignPut({ at });
    const answer = await send(cloud, target, { method: "PUT", headers, body: BODY });
    expect([answer.status, answer.code]).toEqual([403, "AccessDenied"]);
    expect(answer.text).toContain("<Message>Request has expired</Message><X-Amz-Expires>900</X-Amz-Expires>");
    const fresh = await presignPut({ at: new Date(at.getTime() + 2000) });
    expect((await send(cloud, fresh.target, { method: "PUT", headers: fresh.headers, body: BODY })).status).toBe(200);
  });

  it.each([
    ["X-Amz-Expires=604801", "less than a week"],
    ["X-Amz-Expires=-1", "non-negative"],
    ["X-Amz-Expires=soon", "should be a number"],
    ["X-Amz-Expires=", "requires the X-Amz-Algorithm"],
  ])("is refused with %s", async (expires, message) => {
    const { target, headers } = await presignPut();
    const sent = { method: "PUT", headers, body: BODY };
    const answer = await send(cloud, target.replace("X-Amz-Expires=900", expires), sent);
    expect([answer.status, answer.code]).toEqual([400, "AuthorizationQueryParametersError"]);
    expect(answer.text).toContain(message);
  });

  it("is refused when it starts in the future", async () => {
    const { target, headers } = await presignPut({ at: new Date(cloud.clock.now() + 16 * 60_000) });
    const answer = await send(cloud, target, { method: "PUT", headers, body: BODY });
    expect([answer.status, answer.code]).toEqual([403, "AccessDenied"]);
  });

  it("is refused for another region, which it names", async () => {
    const { target, headers } = await presignPut({ region: "us-east-1" });
    const answer = await send(cloud, target, { method: "PUT", headers, body: BODY });
    expect([answer.status, answer.code]).toEqual([400, "AuthorizationQueryParametersError"]);
    expect(answer.text).toContain("<Region>eu-west-1</Region>");
  });
});

describe("a signed header", () => {
  const get = (more: object = {}) => sign(cloud, { path: "/clips", query: { "list-type": "2" }, ...more });

  it("lets the operator in", async () => {
    const { target, headers } = await get();
    const answer = await send(cloud, target, { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers["x-amz-request-id"]).toMatch(/^[A-Z2-7]{16}$/);
    expect(answer.headers["x-amz-id-2"]).toHaveLength(76);
  });

  it.each<[string, object, number, string]>([
    ["16 minutes old", { at: new Date(Date.now() - 16 * 60_000) }, 403, "RequestTimeTooSkewed"],
    ["16 minutes ahead", { at: new Date(Date.now() + 16 * 60_000) }, 403, "RequestTimeTooSkewed"],
    ["for another region", { region: "us-west-2" }, 400, "AuthorizationHeaderMalformed"],
    ["by an unknown key", { credentials: { accessKeyId: "AKIAX", secretAccessKey: "x" } }, 403, "InvalidAccessKeyId"],
    ["with the operator's key and a token", { headers: { "x-amz-security-token": "x" } }, 400, "InvalidToken"],
  ])("%s is refused", async (_name, more, status, code) => {
    const { target, headers } = await get(more);
    const answer = await send(cloud, target, { headers });
    expect([answer.status, answer.code]).toEqual([status, code]);
  });

  it("by a wrong secret is refused, and told what should have been signed", async () => {
    const { accessKeyId } = cloud.credentials.operator();
    const { target, headers } = await get({ credentials: { accessKeyId, secretAccessKey: "wrong" } });
    const answer = await send(cloud, target, { headers });
    expect([answer.status, answer.code]).toEqual([403, "SignatureDoesNotMatch"]);
    expect(answer.text).toContain("<CanonicalRequest>GET&#xa;/clips&#xa;list-type=2&#xa;host:");
  });

  it("of a session is refused once that has expired", async () => {
    const credentials = cloud.credentials.assumeRole(ROLE, "fan-1", { seconds: 0 });
    const { target, headers } = await get({ credentials });
    const answer = await send(cloud, target, { headers });
    expect([answer.status, answer.code]).toEqual([400, "ExpiredToken"]);
  });

  it("of another day than its scope is refused", async () => {
    const { target, headers } = await get();
    const authorization = headers.authorization!.replace(/\/\d{8}\//, "/20200101/");
    const answer = await send(cloud, target, { headers: { ...headers, authorization } });
    expect([answer.status, answer.code]).toEqual([400, "AuthorizationHeaderMalformed"]);
  });

  it.each([
    ["Basic dXNlcjpwYXNz", "InvalidArgument"],
    ["AWS AKIA:c2ln", "InvalidRequest"],
    ["AWS4-ECDSA-P256-SHA256 Credential=x", "InvalidRequest"],
    ["AWS4-HMAC-SHA256", "AuthorizationHeaderMalformed"],
    ["AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=y", "AuthorizationHeaderMalformed"],
    [
      "AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/s3/aws5, SignedHeaders=host, Signature=y",
      "AuthorizationHeaderMalformed",
    ],
  ])("that reads %s is refused", async (authorization, code) => {
    const answer = await send(cloud, "/clips", { headers: { authorization, "x-amz-date": "20260101T000000Z" } });
    expect([answer.status, answer.code]).toEqual([400, code]);
  });

  it("and a signed query at once are refused", async () => {
    const { headers } = await get();
    const { target } = await presign(cloud, { path: "/clips" });
    const answer = await send(cloud, target, { headers });
    expect([answer.status, answer.code]).toEqual([400, "InvalidArgument"]);
  });

  it("without x-amz-content-sha256 is refused by S3", async () => {
    const { target, headers } = await get();
    const { "x-amz-content-sha256": _hash, ...rest } = headers;
    const authorization = headers.authorization!.replace("x-amz-content-sha256;", "");
    const answer = await send(cloud, target, { headers: { ...rest, authorization } });
    expect([answer.status, answer.code]).toEqual([400, "InvalidRequest"]);
  });
});

describe("an unsigned request", () => {
  it("is anonymous to S3, which asks whether anybody may", async () => {
    const answer = await send(cloud, "/clips/key");
    expect([answer.status, answer.code]).toEqual([403, "AccessDenied"]);
    expect(cloud.asked.at(-1)).toMatchObject({ who: "*", action: "s3:GetObject", resource: "arn:aws:s3:::clips/key" });
  });

  it("with a path that is no UTF-8 is refused", async () => {
    const answer = await send(cloud, "/clips/%ff%fe");
    expect([answer.status, answer.code]).toEqual([400, "InvalidURI"]);
  });
});
