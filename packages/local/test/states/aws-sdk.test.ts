import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLab, type Lab } from "./harness.ts";

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

let lab: Lab;
let server: Server;
let answer: Answer;
let requests: { method?: string; url?: string; headers: IncomingMessage["headers"]; body: string }[];

/** Any AWS endpoint: answers what the test says, remembers what it was asked. */
beforeEach(async () => {
  requests = [];
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    requests.push({ method: request.method, url: request.url, headers: request.headers, body });
    response.writeHead(answer.status, { "x-amz-request-id": "REQ", "x-amz-id-2": "HOST", ...answer.headers });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await lab.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function run(
  action: string,
  Arguments: object,
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
) {
  const Call = { Type: "Task", Resource: `arn:aws:states:::aws-sdk:${action}`, Arguments, End: true };
  lab = await createLab({ definition: { QueryLanguage: "JSONata", StartAt: "Call", States: { Call } }, endpoint });
  const arn = lab.start({}, "the-run");
  await lab.states.idle();
  return { arn, ...(await lab.describe(arn)) };
}

const xml = (Code: string, Message: string) =>
  `<?xml version="1.0"?><Error><Code>${Code}</Code><Message>${Message}</Message></Error>`;

describe("aws-sdk", () => {
  it("calls with the machine's role, path style, and leaves the SDK's metadata out", async () => {
    answer = { status: 204 };
    const { arn, output } = await run("s3:deleteObject", { Bucket: "uploads", Key: "a b/ü.mov" });
    expect(output).toBe("{}");
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: "DELETE", url: "/uploads/a%20b/%C3%BC.mov?x-id=DeleteObject" });
    expect(requests[0]!.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=ASIA\/\d{8}\/us-east-1\/s3\//);
    expect(requests[0]!.headers["x-amz-security-token"]).toBe("token");
    expect((await lab.history(arn))[2]).toMatchObject({
      taskScheduledEventDetails: { resourceType: "aws-sdk:s3", resource: "deleteObject", region: "us-east-1" },
    });
  });

  it("gives times in ISO 8601 and bodies as text", async () => {
    const headers = { "last-modified": "Fri, 02 Jan 2026 03:04:05 GMT", etag: '"abc"', "content-type": "text/plain" };
    answer = { status: 200, headers, body: "hällo" };
    const { output } = await run("s3:getObject", { Bucket: "b", Key: "k" });
    expect(JSON.parse(output)).toMatchObject({ Body: "hällo", ETag: '"abc"', LastModified: "2026-01-02T03:04:05Z" });
  });

  it("sends an object as Body in its JSON", async () => {
    answer = { status: 200, headers: { etag: '"abc"' } };
    await run("s3:putObject", { Bucket: "b", Key: "k", Body: { a: 1 } });
    expect(requests[0]!.body).toContain('{"a":1}');
  });

  it.each([
    ["s3:getObject", 404, xml("NoSuchKey", "The specified key does not exist."), "S3.NoSuchKeyException"],
    ["s3:getObject", 503, xml("SlowDown", "Please reduce your request rate."), "S3.S3Exception"],
    ["s3:getObject", 403, xml("AccessDenied", "Access Denied"), "S3.S3Exception"],
    ["s3:headObject", 404, "", "S3.NoSuchKeyException"],
  ])("names the error of %s with status %i as the Java SDK does", async (action, status, body, name) => {
    answer = { status, body };
    const { error, cause } = await run(action, { Bucket: "b", Key: "k" });
    expect(error).toBe(name);
    expect(cause).toContain(`(Service: S3, Status Code: ${status}, Request ID: REQ, Extended Request ID: HOST)`);
    // Retrying is the state's own business.
    expect(requests).toHaveLength(1);
  });

  it("names DynamoDB's and MediaConvert's errors", async () => {
    answer = {
      status: 400,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed"}',
    };
    const update = await run("dynamodb:updateItem", { TableName: "t", Key: { pk: { S: "1" } } });
    expect(update.error).toBe("DynamoDb.ConditionalCheckFailedException");
    await lab.close();
    answer = { status: 429, headers: { "x-amzn-errortype": "TooManyRequestsException" }, body: '{"message":"slow"}' };
    const probe = await run("mediaconvert:probe", { InputFiles: [{ FileUrl: "s3://b/k" }] });
    expect(probe.error).toBe("MediaConvert.TooManyRequestsException");
    expect(requests.at(-1)).toMatchObject({
      url: "/2017-08-29/probe",
      body: '{"inputFiles":[{"fileUrl":"s3://b/k"}]}',
    });
  });

  it("calls an endpoint that does not answer a client's error", async () => {
    const { error } = await run("s3:deleteObject", { Bucket: "b", Key: "k" }, "http://127.0.0.1:1");
    expect(error).toBe("S3.SdkClientException");
  });

  it("reads no more of an object than a task may return", async () => {
    answer = { status: 200, body: "x".repeat(300 * 1024) };
    const { error } = await run("s3:getObject", { Bucket: "b", Key: "k" });
    expect(error).toBe("States.DataLimitExceeded");
  });
});
