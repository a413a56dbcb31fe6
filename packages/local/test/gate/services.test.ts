import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AwsError, type Call, type Service } from "../../src/world.ts";
import { ACCOUNT, type LocalCloud, REGION, startLocalCloud } from "./local-cloud.ts";
import { send, sign } from "./wire.ts";

const calls: Call[] = [];

/** A service that answers what it was sent, to see what the gate hands on. */
const echo = (name: string, protocol: Service["protocol"]): Service => ({
  name,
  protocol,
  async handle(call) {
    calls.push(call);
    if (call.body.toString().includes("refuse")) throw new AwsError("ValidationException", "as asked");
    if (call.body.toString().includes("break")) throw new TypeError("a bug");
    call.response.end(JSON.stringify({ TableNames: [call.principal.arn] }));
  },
  fail(call, { code, message, status }) {
    call.response.writeHead(status, { "content-type": "application/x-amz-json-1.0", "x-amzn-errortype": code });
    call.response.end(JSON.stringify({ __type: code, message }));
  },
});

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud({
    services: [echo("dynamodb", "json"), echo("lambda", "rest-json"), echo("cloudfront", "rest-xml")],
  });
});
afterAll(() => cloud.remove());

const json = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.ListTables" };
const post = (more: object = {}) =>
  sign(cloud, { method: "POST", path: "/", service: "dynamodb", headers: json, body: "{}", ...more });

describe("a call to a service", () => {
  it("comes verified, with its body and its caller", async () => {
    const client = new DynamoDBClient({
      endpoint: cloud.url,
      region: REGION,
      credentials: cloud.credentials.operator(),
    });
    expect((await client.send(new ListTablesCommand())).TableNames).toEqual([`arn:aws:iam::${ACCOUNT}:user/operator`]);
    client.destroy();
    expect(calls.at(-1)).toMatchObject({ method: "POST", principal: { kind: "operator" }, body: Buffer.from("{}") });
  });

  it("of another service names the resource it acts for", async () => {
    const credentials = cloud.credentials.actAs("cloudfront.amazonaws.com", "arn:aws:cloudfront::1:distribution/E");
    const { target, headers } = await post({ credentials });
    expect((await send(cloud, target, { method: "POST", headers, body: "{}" })).status).toBe(200);
    expect(calls.at(-1)!.principal).toMatchObject({
      kind: "service",
      service: "cloudfront.amazonaws.com",
      sourceArn: "arn:aws:cloudfront::1:distribution/E",
    });
  });

  it("is verified over a path that is encoded twice, as all services but S3 have it", async () => {
    const path = "/2015-03-31/functions/arn%3Aaws%3Alambda/invocations";
    const { target, headers } = await sign(cloud, { method: "POST", path, service: "lambda", body: "{}" });
    expect((await send(cloud, target, { method: "POST", headers, body: "{}" })).status).toBe(200);
    expect(calls.at(-1)!.url.pathname).toBe(path);
  });

  it("carries a request id, and the time by the injected clock", async () => {
    const { target, headers } = await post();
    const answer = await send(cloud, target, { method: "POST", headers, body: "{}" });
    expect(answer.headers["x-amzn-requestid"]).toBe(calls.at(-1)!.requestId);
    expect(answer.headers.date).toBe(new Date(cloud.clock.now()).toUTCString());
  });

  it("is refused when its body is another than was signed", async () => {
    const { target, headers } = await post();
    const answer = await send(cloud, target, { method: "POST", headers, body: "[]" });
    expect([answer.status, answer.headers["x-amzn-errortype"]]).toEqual([400, "InvalidSignatureException"]);
  });

  it.each<[string, object, string]>([
    [
      "by an unknown key",
      { credentials: { accessKeyId: "AKIAX", secretAccessKey: "x" } },
      "UnrecognizedClientException",
    ],
    ["an hour old", { at: new Date(Date.now() - 3_600_000) }, "InvalidSignatureException"],
    ["for another region", { region: "us-west-2" }, "InvalidSignatureException"],
  ])("%s is refused", async (_name, more, code) => {
    const { target, headers } = await post(more);
    const answer = await send(cloud, target, { method: "POST", headers, body: "{}" });
    expect([answer.status, JSON.parse(answer.text).__type]).toEqual([400, code]);
  });

  it("of an expired session is refused", async () => {
    const credentials = cloud.credentials.assumeRole(`arn:aws:iam::${ACCOUNT}:role/x`, "s", { seconds: -1 });
    const { target, headers } = await post({ credentials });
    const answer = await send(cloud, target, { method: "POST", headers, body: "{}" });
    expect(JSON.parse(answer.text).__type).toBe("ExpiredTokenException");
  });

  it("without a signature is refused, as 400 with X-Amz-Target and 403 by path", async () => {
    const targeted = await send(cloud, "/", { method: "POST", headers: json, body: "{}" });
    expect([targeted.status, JSON.parse(targeted.text).__type]).toEqual([400, "MissingAuthenticationTokenException"]);
    const pathed = await send(cloud, "/2015-03-31/functions/f/invocations", { method: "POST", body: "{}" });
    expect([pathed.status, JSON.parse(pathed.text).__type]).toEqual([403, "MissingAuthenticationTokenException"]);
  });

  it("is refused in CloudFront's words with CloudFront's", async () => {
    const path = "/2020-05-31/distribution/E/invalidation";
    const signing = { method: "POST", path, service: "cloudfront", region: "us-east-1", body: "<x/>" };
    const { target, headers } = await sign(cloud, signing);
    expect((await send(cloud, target, { method: "POST", headers, body: "<x/>" })).status).toBe(200);
    const answer = await send(cloud, target, { method: "POST", headers, body: "<y/>" });
    expect([answer.status, answer.headers["x-amzn-errortype"]]).toEqual([403, "SignatureDoesNotMatch"]);
  });

  it("to a service that does not run here says so", async () => {
    const { target, headers } = await post({ service: "kinesis" });
    const answer = await send(cloud, target, { method: "POST", headers, body: "{}" });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ __type: "UnknownOperationException", message: /'kinesis'/ });
  });

  it("of more than 20 MiB is refused", async () => {
    const body = Buffer.alloc(20 * 2 ** 20 + 1);
    const { target, headers } = await post({ body });
    const answer = await send(cloud, target, { method: "POST", headers, body });
    expect([answer.status, JSON.parse(answer.text).__type]).toEqual([413, "RequestEntityTooLargeException"]);
  });

  it("gives the service's own errors in its own shape, and a bug as a failure that is logged", async () => {
    for (const [body, status, code] of [
      ["refuse", 400, "ValidationException"],
      ["break", 500, "InternalFailure"],
    ] as const) {
      const { target, headers } = await post({ body });
      const answer = await send(cloud, target, { method: "POST", headers, body });
      expect([answer.status, JSON.parse(answer.text).__type]).toEqual([status, code]);
    }
    expect(cloud.log.at(-1)).toMatchObject({ level: "error", service: "dynamodb", message: /a bug/ });
  });
});
