import { PassThrough } from "node:stream";
import {
  AdminSetUserMFAPreferenceCommand,
  CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import { systemClock } from "@dropclip/local/clock";
import { type RunningCloud, startCloud } from "@dropclip/local/cloud";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Browser } from "../../local/test/cognito/browser.ts";
import { totp } from "../../local/test/cognito/totp.ts";
import { SEEDED_PASSWORD } from "../src/demo.ts";
import { writeRunFile } from "../src/start/run-file.ts";
import { seedUsers } from "../src/start/seed-users.ts";
import { freePorts } from "./support/browser.ts";
import { Recorder, User } from "./support/cli.ts";

const EMAIL = "creative@example.com";
const STEP_MS = 30_000;
const user = new User();
let cloud: RunningCloud;
let forget: () => void;
let callbackPorts: number[];
/** The key of the user's authenticator app, and how far their phone's clock is ahead. */
let secret = "";
let aheadMs = 0;

beforeAll(async () => {
  callbackPorts = await freePorts(2);
  const options = { root: process.cwd(), graphFile: "stacks/graph.json", directory: user.dataDirectory, port: 0 };
  cloud = await startCloud({
    ...options,
    log: () => {},
    adjust: (facts) => {
      const clients = facts.userPools.flatMap((pool) => pool.clients);
      for (const client of clients)
        client.callbackUrls.push(...callbackPorts.map((port) => `http://localhost:${port}/callback`));
      return facts;
    },
  });
  await seedUsers(cloud);
  forget = writeRunFile({ ...cloud, stage: "dev" });
});
afterAll(async () => {
  forget?.();
  await cloud?.stop();
  user.leave();
});

/** The user's next code: none works twice. */
function nextCode(): string {
  aheadMs = Math.min(aheadMs + STEP_MS, STEP_MS);
  return totp(secret, Date.now() + aheadMs);
}

/** Runs the command as its user does: signs in in the browser, and types what the phone shows. */
async function run(state: string, type: (key: string) => string[] = () => []) {
  const stdin = new PassThrough();
  const stderr = new Recorder();
  const written = stderr.write.bind(stderr);
  let typed: string[] = [];
  stderr.write = (chunk: any, ...rest: any[]) => {
    const [, key] = /app\n\n {2}([A-Z2-7 ]+)\n/.exec(String(chunk)) ?? [];
    if (key) typed = type(key.replaceAll(" ", ""));
    if (chunk === "the code that it shows: ") setImmediate(() => stdin.write(`${typed.shift() ?? ""}\n`));
    return (written as any)(chunk, ...rest);
  };
  const titles: string[] = [];
  const openBrowser = async (url: string) => {
    const { pathname, searchParams } = new URL(url);
    const browser = await new Browser(cloud.signIn).open(pathname, Object.fromEntries(searchParams));
    await browser.submit({ email: EMAIL, password: SEEDED_PASSWORD });
    titles.push(browser.title ?? "");
    if (!browser.left) await browser.submit({ code: nextCode() });
    await fetch(browser.left!);
  };
  const context = {
    clock: systemClock,
    callbackPorts,
    openBrowser: (url: string) => void openBrowser(url),
    stdin,
    stderr,
  };
  const { code, stdout } = await user.run(["account", "second-factor", state], context);
  return { code, stdout, stderr: stderr.text, titles };
}

describe("dropclip account second-factor", () => {
  it("is off until its user turns it on, with the codes of their app", async () => {
    const alone = `${EMAIL} signs in with a password alone at the local cloud\n`;
    expect((await run("show")).stdout).toBe(alone);
    expect((await run("off")).stdout).toBe(alone);
    const wrong = await run("on", () => ["000000", "000001", "000002"]);
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringContaining("the codes were not right: nothing has changed"),
    ]);
    const { code, stdout, stderr } = await run("on", (key) => {
      secret = key;
      return ["123", totp(key, Date.now())];
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(`${EMAIL} signs in with a password and a code at the local cloud\n`);
    expect(stderr).toContain(`otpauth://totp/dropclip%3Acreative%40example.com?secret=${secret}&issuer=dropclip`);
  });

  it("is asked for when its user signs in, by whatever way", async () => {
    const byPassword = await user.run(["login", "--user", EMAIL], {
      env: { ...user.env, DROPCLIP_PASSWORD: SEEDED_PASSWORD },
    });
    expect([byPassword.code, byPassword.stderr]).toEqual([
      1,
      `dropclip: Cognito asks ${EMAIL} for more than a password (SOFTWARE_TOKEN_MFA): sign in with the browser\n`,
    ]);
    const shown = await run("show");
    expect(shown.titles).toEqual(["Enter your code"]);
    expect(shown.stdout).toContain("a password and a code");
  });

  it("is taken off by an operator for whoever lost their phone", async () => {
    const client = new CognitoIdentityProviderClient({
      region: cloud.region,
      endpoint: cloud.endpoints["cognito-idp"],
      credentials: cloud.credentials,
    });
    const UserPoolId = cloud.facts.userPools[0]!.id;
    const SoftwareTokenMfaSettings = { Enabled: false };
    await client.send(new AdminSetUserMFAPreferenceCommand({ UserPoolId, Username: EMAIL, SoftwareTokenMfaSettings }));
    client.destroy();
    expect((await run("show")).stdout).toContain("a password alone");
  });
});
