import { describe, expect, it } from "vitest";
import { AwsError } from "../../src/world.ts";
import { gateway, httpApi, route } from "./setup.ts";

async function answered(result: unknown, method = "GET") {
  const { ask } = await gateway(httpApi([route("$default")]), () => result);
  return ask(method, "/");
}

describe("a function's response", () => {
  it("sets status, headers, cookies and body", async () => {
    const result = {
      statusCode: 201,
      headers: { "X-Id": 7, "Content-Type": "application/json", "Content-Length": "99", connection: "close" },
      cookies: ["a=1; HttpOnly", "b=2"],
      body: '{"ok":true}',
    };
    const { status, headers, text } = await answered(result);
    expect([status, text]).toEqual([201, '{"ok":true}']);
    expect(headers).toMatchObject({
      "x-id": "7",
      "content-type": "application/json",
      "content-length": "11",
      "set-cookie": ["a=1; HttpOnly", "b=2"],
    });
    expect(headers["apigw-requestid"]).toMatch(/^[\w-]{15}=$/);
  });

  it("may be base64", async () => {
    const body = Buffer.from([0, 255, 1]).toString("base64");
    const result = { statusCode: 200, headers: { "content-type": "image/png" }, isBase64Encoded: true, body };
    expect((await answered(result)).body.equals(Buffer.from([0, 255, 1]))).toBe(true);
  });

  it.each([
    [{ message: "hi" }, '{"message":"hi"}'],
    ["Hello", "Hello"],
    [[1, 2], "[1,2]"],
    [null, "null"],
    [undefined, "null"],
    [12, "12"],
  ])("without a status code is JSON with status 200: %j", async (result, body) => {
    const { status, headers, text } = await answered(result);
    expect([status, headers["content-type"], text]).toEqual([200, "application/json", body]);
  });

  it("is plain text when it names no type", async () => {
    const { headers } = await answered({ statusCode: "200", body: "é" });
    expect([headers["content-type"], headers["content-length"]]).toEqual(["text/plain;charset=UTF-8", "2"]);
  });

  it("may have no body", async () => {
    const { status, headers, text } = await answered({ statusCode: 302, headers: { location: "/x" } });
    expect([status, text, headers["content-length"], headers["content-type"]]).toEqual([302, "", "0", undefined]);
    expect((await answered({ statusCode: 204, body: null })).status).toBe(204);
  });

  it("to HEAD keeps its length without its body", async () => {
    const { headers, text } = await answered({ statusCode: 200, body: "four" }, "HEAD");
    expect([headers["content-length"], text]).toEqual(["4", ""]);
  });

  it.each([
    { statusCode: 200, body: { not: "text" } },
    { statusCode: 200, body: 5 },
    { statusCode: "ok" },
    { statusCode: 99 },
    { statusCode: 600 },
    { statusCode: null },
    { statusCode: 200.5 },
    { statusCode: [200] },
    { statusCode: 200, headers: ["a"] },
    { statusCode: 200, headers: { a: { b: 1 } } },
    { statusCode: 200, headers: { "a b": "c" } },
    { statusCode: 200, headers: { a: "b\r\nset-cookie: c=d" } },
    { statusCode: 200, cookies: "a=b" },
    { statusCode: 200, cookies: ["a=b\r\nx: y"] },
  ])("that is malformed is a 500: %j", async (result) => {
    const { status, text } = await answered(result);
    expect([status, text]).toEqual([500, '{"message":"Internal Server Error"}']);
  });
});

describe("a function that fails", () => {
  it.each([
    ["throws", new Error("boom"), 500, "Internal Server Error"],
    ["is throttled", new AwsError("TooManyRequestsException", "Rate Exceeded.", 429), 503, "Service Unavailable"],
    [
      "cannot take the payload",
      new AwsError("RequestTooLargeException", "too large", 413),
      413,
      "Request Entity Too Large",
    ],
    ["is not there", new AwsError("ResourceNotFoundException", "no function", 404), 500, "Internal Server Error"],
  ])("%s", async (_, error, status, message) => {
    const { ask } = await gateway(httpApi([route("$default")]), () => {
      throw error;
    });
    const answer = await ask("GET", "/");
    expect([answer.status, answer.text]).toEqual([status, JSON.stringify({ message })]);
    expect(answer.text).not.toContain("boom");
  });

  it("answers 503 after thirty seconds", async () => {
    const called = Promise.withResolvers<void>();
    const { ask, clock } = await gateway(httpApi([route("$default")]), () => {
      called.resolve();
      return new Promise(() => {});
    });
    let answer: unknown;
    const asked = ask("GET", "/").then(({ status, text }) => {
      answer = [status, text];
    });
    await called.promise;
    await clock.advance(29_999);
    expect(answer).toBeUndefined();
    await clock.advance(1);
    await asked;
    expect(answer).toEqual([503, '{"message":"Service Unavailable"}']);
  });

  it("leaves no timer behind when it answers in time", async () => {
    const { ask, clock } = await gateway(httpApi([route("$default")]), () => ({ statusCode: 204 }));
    await ask("GET", "/");
    expect(await clock.skip()).toBe(false);
  });
});
