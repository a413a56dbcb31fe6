import { afterAll, describe, expect, it } from "vitest";
import { start } from "./handlers.ts";

const running = start({
  echo: `export const handler = async (event: unknown) => ({ got: event });`,
  sync: `export const handler = () => 42;`,
  nothing: `export const handler = async () => undefined;`,
  identity: `let calls = 0; export const handler = async () => ({ calls: ++calls, pid: process.pid });`,
  context: `export const handler = async (_event: unknown, context: any) => ({ ...context, remaining: context.getRemainingTimeInMillis() });`,
  environment: `export const handler = async () => ({ ...process.env });`,
  throws: `class TooShort extends Error { name = "TooShort"; code = 7; } export const handler = async () => { throw new TooShort("clip is too short"); };`,
  throwsText: `export const handler = async () => { throw "only text"; };`,
  rejectsLater: `export const handler = async () => { Promise.reject(new Error("nobody waits")); await new Promise((r) => setTimeout(r, 5000)); };`,
  throwsLater: `export const handler = async () => { setImmediate(() => { throw new RangeError("later"); }); await new Promise((r) => setTimeout(r, 5000)); };`,
  circular: `export const handler = async () => { const a: any = {}; a.a = a; return a; };`,
  large: `export const handler = async (event: any) => "x".repeat(event.bytes);`,
  exits: `export const handler = async (event: any) => process.exit(event.status);`,
  unsettled: `export const handler = () => new Promise(() => {});`,
  callback: `export const handler = (_event: unknown, _context: unknown, done: any) => done(null, 1);`,
  unexported: `export const other = 1;`,
  notFunction: `export const handler = "text";`,
  initThrows: `throw new TypeError("no table name"); export const handler = async () => 1;`,
  requires: `const load = require; export const handler = async () => load("not-" + "there"); load("also-" + "missing");`,
  syntax: `export const handler = async () => {`,
  unresolved: `import x from "not-a-package"; export const handler = async () => x;`,
});
afterAll(() => running.close());

describe("a handler's result", () => {
  it("is the JSON of what an async handler resolves to", async () => {
    expect(await running.call("echo", { a: [1, null, "ü"] })).toEqual({ payload: { got: { a: [1, null, "ü"] } } });
  });
  it("is what a plain function returns", async () => {
    expect((await running.call("sync")).payload).toBe(42);
  });
  it("is null when the handler returns nothing", async () => {
    expect((await running.call("nothing")).payload).toBeNull();
  });
  it("comes from the same warm process the second time", async () => {
    const first = await running.call("identity");
    const second = await running.call("identity");
    expect(first.payload.calls).toBe(1);
    expect(second.payload).toEqual({ calls: 2, pid: first.payload.pid });
  });
  it("may be up to 6,291,556 bytes of JSON", async () => {
    const fits = await running.lambda.invoke("large", JSON.stringify({ bytes: 6_291_554 }));
    expect(fits.functionError).toBeUndefined();
    expect(fits.payload.length).toBe(6_291_556);
    expect(await running.call("large", { bytes: 6_291_555 })).toEqual({
      error: "Unhandled",
      payload: {
        errorType: "Function.ResponseSizeTooLarge",
        errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
      },
    });
  });
});

describe("the context", () => {
  it("has the members of the Node.js 24 runtime", async () => {
    const { payload } = await running.call("context");
    expect(payload).toMatchObject({
      functionName: "context",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:context",
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/context",
      logStreamName: expect.stringMatching(/^2026\/01\/02\/\[\$LATEST\][0-9a-f]{32}$/),
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(payload).not.toHaveProperty("callbackWaitsForEmptyEventLoop");
    expect(payload.remaining).toBeGreaterThan(1000);
    expect(payload.remaining).toBeLessThanOrEqual(3000);
  });
});

describe("a failing handler", () => {
  it("gives errorType, errorMessage and a trace in the handler's own source", async () => {
    const { error, payload } = await running.call("throws");
    expect(error).toBe("Unhandled");
    expect(payload).toMatchObject({ errorType: "TooShort", errorMessage: "clip is too short" });
    expect(payload.trace[1]).toMatch(/src\/throws\.ts:1/);
  });
  it("may throw anything", async () => {
    const payload = { errorType: "string", errorMessage: "only text", trace: [] };
    expect(await running.call("throwsText")).toEqual({ error: "Unhandled", payload });
  });
  it.each([
    ["rejectsLater", "Runtime.UnhandledPromiseRejection", "Error: nobody waits"],
    ["throwsLater", "RangeError", "later"],
    ["circular", "Runtime.JSONStringifyError", "Unable to stringify response body"],
  ])("%s is reported as %s", async (name, errorType, errorMessage) => {
    expect(await running.call(name)).toMatchObject({ error: "Unhandled", payload: { errorType, errorMessage } });
  });
  it.each([
    [{ status: 1 }, "Runtime exited with error: exit status 1"],
    [{ status: 0 }, "Runtime exited without providing a reason"],
  ])("that ends its process with %o is Runtime.ExitError", async (event, text) => {
    const { payload } = await running.call("exits", event);
    expect(payload.errorType).toBe("Runtime.ExitError");
    expect(payload.errorMessage).toMatch(new RegExp(`^RequestId: [0-9a-f-]{36} Error: ${text}$`));
  });
  it("ends at once when it waits for what can never come", async () => {
    expect((await running.call("unsettled")).payload.errorMessage).toMatch(/exit status 13$/);
  });
});

describe("a handler that cannot be loaded", () => {
  it.each([
    ["callback", "Runtime.CallbackHandlerDeprecated", /removed support for callback-based/],
    ["unexported", "Runtime.HandlerNotFound", /^unexported\.handler is undefined or not exported$/],
    ["notFunction", "Runtime.HandlerNotFound", /^notFunction\.handler is not a function$/],
    ["initThrows", "TypeError", /^no table name$/],
    ["requires", "Runtime.ImportModuleError", /Cannot find module 'also-missing'/],
    ["syntax", "Runtime.UserCodeSyntaxError", /Unexpected end of file/],
    ["unresolved", "Runtime.ImportModuleError", /Could not resolve "not-a-package"/],
  ])("%s is reported as %s", async (name, errorType, message) => {
    const { error, payload } = await running.call(name);
    expect(error).toBe("Unhandled");
    expect(payload).toMatchObject({ errorType, errorMessage: expect.stringMatching(message) });
  });
});
