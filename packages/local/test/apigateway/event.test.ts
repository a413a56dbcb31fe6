import { describe, expect, it } from "vitest";
import { FUNCTION, gateway, httpApi, raw, route } from "./setup.ts";

describe("the event of payload format 2.0", () => {
  it("has AWS's members and nothing else", async () => {
    const { ask, events } = await gateway(httpApi([route("POST /events/{eventId}/uploads")]), () => ({
      statusCode: 204,
    }));
    const headers = {
      "content-type": "application/json",
      cookie: "a=1; b=2",
      "X-Kind": ["x", "y"],
      "user-agent": "me",
    };
    await ask("POST", "/events/e%201/uploads?tag=a&tag=b%20c&q=%C3%A9+x", headers, '{"a":1}');
    expect(events[0]).toEqual({
      version: "2.0",
      routeKey: "POST /events/{eventId}/uploads",
      rawPath: "/events/e 1/uploads",
      rawQueryString: "tag=a&tag=b%20c&q=%C3%A9+x",
      cookies: ["a=1", "b=2"],
      headers: {
        "content-length": "7",
        "content-type": "application/json",
        host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        "user-agent": "me",
        "x-amzn-trace-id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
        "x-kind": "x,y",
      },
      queryStringParameters: { tag: "a,b c", q: "é x" },
      requestContext: {
        accountId: "123456789012",
        apiId: "abc123",
        domainName: "abc123.execute-api.us-east-1.amazonaws.com",
        domainPrefix: "abc123",
        http: {
          method: "POST",
          path: "/events/e 1/uploads",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "me",
        },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: "POST /events/{eventId}/uploads",
        stage: "$default",
        time: "02/Jan/2026:03:04:05 +0000",
        timeEpoch: 1767323045678,
      },
      pathParameters: { eventId: "e 1" },
      body: '{"a":1}',
      isBase64Encoded: false,
    });
  });

  it("leaves out what the request does not have", async () => {
    const { ask, events } = await gateway(httpApi([route("$default")]));
    await ask("GET", "/");
    for (const name of ["cookies", "queryStringParameters", "pathParameters", "body", "stageVariables"]) {
      expect(events[0]).not.toHaveProperty(name);
    }
    expect(events[0].requestContext).not.toHaveProperty("authorizer");
    expect(events[0]).toMatchObject({ routeKey: "$default", rawQueryString: "", isBase64Encoded: false });
  });

  it.each([
    ["application/json; charset=utf-8", false],
    ["text/plain", false],
    ["application/ld+json", false],
    ["image/svg+xml", true],
    ["application/xml", false],
    ["application/x-www-form-urlencoded", true],
    ["multipart/form-data; boundary=x", true],
    ["image/jpeg", true],
    [undefined, true],
  ])("carries a body of type %s with base64 %s", async (type, encoded) => {
    const { ask, events } = await gateway(httpApi([route("$default")]));
    await ask("POST", "/", type ? { "content-type": type } : {}, "é");
    expect([events[0].isBase64Encoded, events[0].body]).toEqual([encoded, encoded ? "w6k=" : "é"]);
  });

  it("carries a compressed body as base64 and a binary one unharmed", async () => {
    const { ask, events } = await gateway(httpApi([route("$default")]));
    const bytes = Buffer.from([0, 255, 128, 10]);
    await ask("POST", "/", { "content-type": "application/json", "content-encoding": "gzip" }, bytes);
    expect(Buffer.from(events[0].body, "base64").equals(bytes)).toBe(true);
  });

  it("gives the length of a chunked body and appends to X-Forwarded-For", async () => {
    const { url, events } = await gateway(httpApi([route("$default")]), () => ({ statusCode: 204 }));
    const head =
      "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\nX-Forwarded-For: 1.2.3.4\r\n";
    await raw(url, `${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`);
    expect(events[0].body).toBe("abcde");
    expect(events[0].headers).toMatchObject({ "content-length": "5", "x-forwarded-for": "1.2.3.4, 127.0.0.1" });
    expect(events[0].headers).not.toHaveProperty("transfer-encoding");
    expect(events[0].headers).not.toHaveProperty("connection");
  });

  it("cuts the path at an escaped question mark and decodes escaped slashes, as AWS does", async () => {
    const { ask, events } = await gateway(httpApi([route("ANY /{proxy+}")]));
    await ask("GET", "/a%2Fb%3Fc=1?d=2");
    expect(events[0]).toMatchObject({ rawPath: "/a/b", rawQueryString: "d=2", pathParameters: { proxy: "a/b" } });
  });

  it("survives names that mean something to JavaScript", async () => {
    const { ask, events } = await gateway(httpApi([route("$default")]));
    await ask("GET", "/?__proto__=1&constructor=2");
    expect(Object.entries(events[0].queryStringParameters)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });
});

describe("the call of the function", () => {
  it("is authorised for the API as its source", async () => {
    const { ask, asked } = await gateway(httpApi([route("ANY /events/{eventId}"), route("GET /events")]));
    await ask("GET", "/events");
    await ask("PUT", "/events/1");
    const arn = "arn:aws:execute-api:us-east-1:123456789012:abc123/$default";
    expect(asked[0]).toMatchObject({
      principal: { kind: "service", service: "apigateway.amazonaws.com", sourceArn: `${arn}/GET/events` },
      action: "lambda:InvokeFunction",
      resource: FUNCTION,
      context: { "aws:SourceArn": `${arn}/GET/events`, "aws:SourceAccount": "123456789012" },
    });
    expect(asked[1]!.context).toMatchObject({ "aws:SourceArn": `${arn}/*/events/{eventId}` });
  });

  it("that is not permitted answers 500 without calling", async () => {
    const { ask, events, denied } = await gateway(httpApi([route("$default")]));
    denied.add(FUNCTION);
    const { status, text } = await ask("GET", "/");
    expect([status, text, events]).toEqual([500, '{"message":"Internal Server Error"}', []]);
  });
});
