import { AdminConfirmSignUpCommand, AdminGetUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { AwsError } from "../../src/world.ts";
import {
  authorization,
  decode,
  PASSWORD,
  type PoolOptions,
  pass,
  pkce,
  type RunningPool,
  redeem,
  startPool,
  TRIGGER,
  userPool,
  WEB,
} from "./support.ts";

const email = "new@example.com";
const proof = pkce();
let running: RunningPool;
let start: (options?: PoolOptions) => Promise<RunningPool>;
beforeAll(() => {
  start = async (options) => {
    running = await startPool(options);
    return running;
  };
});
afterEach(() => running.remove());

const open = () => running.browser().open("/signup", authorization(proof.challenge));
const signUp = async (fields = {}) => (await open()).submit({ email, password: PASSWORD, ...fields });
/** There is no mail: codes stand in the log. */
const code = (address = email) => {
  const entries = running.log.filter(
    (entry) => entry.email === address && entry.message.startsWith("confirmation code"),
  );
  return /: (\d{6})$/.exec(entries.at(-1)?.message ?? "")?.[1] ?? "";
};
const status = async (Username = email) =>
  (await running.api().send(new AdminGetUserCommand({ UserPoolId: running.pool.id, Username }))).UserStatus;

describe("signing up", () => {
  it("asks for the code, tells the trigger, and signs in", async () => {
    await start();
    const browser = await signUp({ email: " New@Example.com " });
    expect([browser.title, browser.status]).toEqual(["Confirm your account", 200]);
    expect(browser.text()).toContain("new@example.com");
    expect([await status(), running.triggered]).toEqual(["UNCONFIRMED", []]);
    await browser.submit({ code: code() });
    const answer = browser.calledBack();
    expect(answer).toEqual({ code: expect.any(String), state: "s-1" });
    const { body } = await redeem(running, answer.code!, proof);
    const { sub } = decode(body.id_token).claims;
    expect(decode(body.id_token).claims).toMatchObject({ email, email_verified: true });
    expect(running.triggered).toEqual([
      {
        version: "1",
        region: "eu-west-1",
        userPoolId: running.pool.id,
        userName: sub,
        callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: WEB.id },
        triggerSource: "PostConfirmation_ConfirmSignUp",
        request: { userAttributes: { sub, email, email_verified: "true", "cognito:user_status": "CONFIRMED" } },
        response: {},
      },
    ]);
    expect(running.asked.at(-1)).toEqual({
      who: "cognito-idp.amazonaws.com",
      action: "lambda:InvokeFunction",
      resource: TRIGGER,
      context: { "aws:SourceArn": running.pool.arn, "aws:SourceAccount": "111122223333" },
    });
  });

  it.each<[string, object, string]>([
    ["a short password", { password: "Short-1" }, "Password did not conform with policy: Password not long enough"],
    [
      "no digit",
      { password: "Dropclip-" },
      "Password did not conform with policy: Password must have numeric characters",
    ],
    [
      "no capital",
      { password: "dropclip-1" },
      "Password did not conform with policy: Password must have uppercase characters",
    ],
    [
      "no small letter",
      { password: "DROPCLIP-1" },
      "Password did not conform with policy: Password must have lowercase characters",
    ],
    ["no address", { email: "me" }, "Username should be an email."],
    ["markup for an address", { email: "<b>@example.com" }, "Username should be an email."],
  ])("refuses %s", async (_, fields, message) => {
    await start();
    const browser = await signUp(fields);
    expect([browser.status, browser.title, browser.error]).toEqual([400, "Create an account", message]);
    expect(browser.html).not.toContain("<b>");
  });

  it("wants a symbol where the policy does, and tells the policy", async () => {
    await start({
      pool: userPool(undefined, { passwordPolicy: { ...userPool().passwordPolicy, requireSymbols: true } }),
    });
    expect((await open()).text()).toContain(
      "With at least 8 characters, an upper-case letter, a lower-case letter, a digit, a symbol.",
    );
    expect((await signUp({ password: "Dropclip1" })).error).toMatch(/must have symbol characters$/);
    expect((await signUp()).title).toBe("Confirm your account");
  });

  it("is refused for an address that has an account", async () => {
    await start();
    await signUp();
    expect((await signUp({ email: "NEW@example.com" })).error).toBe("An account with the given email already exists.");
  });

  it("is not there where only administrators make users", async () => {
    await start({ pool: userPool(undefined, { selfSignUp: false }) });
    const browser = await open();
    expect(browser.title).toBe("Sign in");
    expect(browser.html).not.toContain("/signup");
    await browser.open(`${browser.url.pathname}/signup`);
    expect([browser.status, browser.error]).toEqual([403, "SignUp is not permitted for this user pool"]);
  });

  it("goes on at the code when somebody signs in before they confirmed", async () => {
    await start();
    await signUp();
    const before = code();
    const browser = await running.browser().open("/login", authorization(proof.challenge));
    await browser.submit({ email, password: "Wrong-pass-1" });
    expect(browser.error).toBe("Incorrect username or password.");
    await browser.submit({ email, password: PASSWORD });
    expect(browser.title).toBe("Confirm your account");
    expect(code()).not.toBe(before);
    await browser.submit({ code: code() });
    expect(browser.calledBack()).toHaveProperty("code");
  });
});

describe("the confirmation code", () => {
  it("may be mistyped five times, then another one is needed", async () => {
    await start();
    const browser = await signUp();
    const wrong = code() === "000000" ? "000001" : "000000";
    for (let attempt = 0; attempt < 5; attempt++) {
      await browser.submit({ code: wrong });
      expect(browser.error).toBe("Invalid verification code provided, please try again.");
    }
    await browser.submit({ code: code() });
    expect(browser.error).toBe("Attempt limit exceeded, please try after some time.");
    await browser.submit({}, { action: "/resend" });
    expect(browser.text()).toContain("Another code is in the log");
    await browser.submit({ code: code() });
    expect(browser.calledBack()).toHaveProperty("code");
  });

  it("is good for a day", async () => {
    await start();
    await signUp();
    await pass(running.clock, 24 * 3600);
    const browser = await running.browser().open("/login", authorization(proof.challenge));
    const old = code();
    await browser.submit({ email, password: PASSWORD });
    await browser.submit({ code: old === code() ? "" : old });
    expect(browser.error).toBe("Invalid verification code provided, please try again.");
    await pass(running.clock, 3500);
    await browser.submit({ code: code() });
    expect(browser.calledBack()).toHaveProperty("code");
  });

  it("cannot be typed by who neither signed up here nor knows the password", async () => {
    await start();
    await signUp();
    const browser = await open();
    await browser.open(`${browser.url.pathname.replace("/signup", "")}/confirm`);
    expect(browser.title).toBe("Create an account");
  });
});

describe("a trigger that fails", () => {
  const confirm = async (trigger: PoolOptions["trigger"], more: PoolOptions = {}) => {
    await start({ trigger, ...more });
    const browser = await signUp();
    await browser.submit({ code: code() });
    return browser;
  };

  it("shows on the page in its own words, and leaves the user confirmed, as on AWS", async () => {
    const browser = await confirm(() => {
      throw new Error("no <seats> left");
    });
    expect([browser.status, browser.left]).toEqual([400, undefined]);
    expect(browser.error).toBe("PostConfirmation failed with error no <seats> left.");
    expect(browser.html).not.toContain("<seats>");
    expect(await status()).toBe("CONFIRMED");
    expect(running.log.at(-2)).toMatchObject({ level: "error", message: expect.stringContaining("no <seats> left") });
    await browser.submit({ code: code() });
    expect(browser.error).toBe("User cannot be confirmed. Current status is CONFIRMED");
    const [back] = /\/login\/[\w-]+\?page=signin/.exec(browser.html)!;
    await browser.open(back);
    await browser.submit({ email, password: PASSWORD });
    expect(browser.calledBack()).toHaveProperty("code");
  });

  it.each([
    ["nothing", () => undefined],
    ["text", () => "fine"],
    ["a list", () => []],
  ])("by returning %s is said so", async (_, trigger) => {
    expect((await confirm(trigger)).error).toBe("Unrecognizable lambda output");
  });

  it("by its role is said so", async () => {
    const allow: PoolOptions["allow"] = ({ action }) => action !== "lambda:InvokeFunction";
    const browser = await confirm(undefined, { allow });
    expect(browser.error).toMatch(/^PostConfirmation invocation failed due to error User: cognito-idp.amazonaws.com/);
    expect(running.triggered).toEqual([]);
  });

  it("by taking too long is asked three times", async () => {
    const never = (_: unknown, signal?: AbortSignal) =>
      new Promise((_resolve, reject) => {
        const ended = () => reject(new DOMException("over", "AbortError"));
        signal?.addEventListener("abort", ended);
      });
    await start({ trigger: never });
    const browser = await signUp();
    const submitted = browser.submit({ code: code() });
    for (let attempt = 1; attempt <= 3; attempt++) {
      await expect.poll(() => running.triggered.length, { interval: 5 }).toBe(attempt);
      await pass(running.clock, 5);
    }
    await submitted;
    expect(browser.error).toBe("PostConfirmation invocation failed due to error no answer within 5 seconds.");
  });

  it("by not being there is said so", async () => {
    const lambda = () => ({
      invoke: async () => {
        throw new AwsError("ResourceNotFoundException", "Function not found", 404);
      },
    });
    const browser = await confirm(undefined, { lambda });
    expect(browser.error).toBe("PostConfirmation invocation failed due to error Function not found.");
  });
});

describe("AdminConfirmSignUp", () => {
  const confirm = (more = {}) =>
    running.api().send(new AdminConfirmSignUpCommand({ UserPoolId: running.pool.id, Username: email, ...more }));

  it("tells the trigger, with what the administrator adds", async () => {
    await start();
    await signUp();
    await confirm({ ClientMetadata: { by: "operator" } });
    expect(await status()).toBe("CONFIRMED");
    expect(running.triggered[0]).toMatchObject({
      callerContext: { clientId: "CLIENT_ID_NOT_APPLICABLE" },
      request: { userAttributes: { email_verified: "false" }, clientMetadata: { by: "operator" } },
    });
    await expect(confirm()).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "User cannot be confirmed. Current status is CONFIRMED",
    });
    await expect(confirm({ Username: "nobody@example.com" })).rejects.toMatchObject({ name: "UserNotFoundException" });
  });

  it("fails with the trigger", async () => {
    await start({
      trigger: () => {
        throw new Error("closed");
      },
    });
    await signUp();
    const refused = { name: "UserLambdaValidationException", message: "PostConfirmation failed with error closed." };
    await expect(confirm()).rejects.toMatchObject(refused);
  });
});
