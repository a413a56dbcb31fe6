import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestClock } from "@dropclip/local/clock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { eventually } from "../../../test/support/eventually.ts";
import type { Context } from "../src/context.ts";
import { Interrupted } from "../src/errors.ts";
import { openBrowser } from "../src/identity/browser.ts";
import { CALLBACK_URLS } from "../src/identity/callback.ts";
import { freePorts, occupy, TestBrowser } from "./support/browser.ts";
import { Recorder, User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";
import { CLIENT_ID } from "./support/test-identity.ts";

let cloud: TestCloud;
let user: User;
let browser: TestBrowser;
let ports: number[];
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  browser = new TestBrowser();
  ports = await freePorts(2);
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

/** Time stands still, so that no sign-in times out. */
function login(args: string[] = [], more: Partial<Context> = {}) {
  const context = { clock: new TestClock(), openBrowser: browser.open, callbackPorts: ports, ...more };
  return user.run(["login", "--api", cloud.base, ...args], context);
}

const folder = () => join(user.env.XDG_CONFIG_HOME, "dropclip", "users");
const kept = () => {
  const [name] = readdirSync(folder()).filter((each) => each.endsWith(".json"));
  return JSON.parse(readFileSync(join(folder(), name!), "utf8"));
};

describe("dropclip login", () => {
  it("signs in with the browser, by code and PKCE, and says who it is", async () => {
    const run = await login();
    expect(run).toMatchObject({ code: 0, stdout: `signed in as fan@example.com (fan) at ${cloud.base}\n` });
    expect(browser.opened).toHaveLength(1);
    expect(run.stderr).toBe(`sign in with your browser at\n\n  ${browser.opened[0]}\n\n`);
    expect(Object.fromEntries(cloud.identity.asked)).toEqual({
      response_type: "code",
      client_id: CLIENT_ID,
      redirect_uri: `http://localhost:${ports[0]}/callback`,
      scope: "openid email profile",
      code_challenge_method: "S256",
      state: expect.stringMatching(/^.{43}$/),
      code_challenge: expect.stringMatching(/^.{43}$/),
    });
    expect(cloud.identity.grants).toEqual(["authorization_code"]);
    expect(await browser.pages()).toEqual([
      { status: 200, text: expect.stringContaining("<h1>You are signed in</h1>") },
    ]);
  });

  it("says so, and opens no browser, at a stage that lets no command line in", async () => {
    cloud.identity.closed = true;
    const run = await login();
    expect([run.code, browser.opened]).toEqual([1, []]);
    expect(run.stderr).toContain(
      "does not let the command line sign in with the browser; deploy it with DROPCLIP_CLI_SIGN_IN=1",
    );
  });

  it("keeps the tokens for their owner's eyes only", async () => {
    await login();
    const [name] = readdirSync(folder()).filter((each) => each.endsWith(".json"));
    expect(statSync(join(folder(), name!)).mode & 0o777).toBe(0o600);
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(kept()).toMatchObject({
      version: 1,
      api: cloud.base,
      issuer: cloud.identity.issuer,
      clientId: CLIENT_ID,
      users: [{ name: "fan@example.com", groups: ["fan"], refreshToken: expect.any(String) }],
    });
  });

  it("prints one JSON document with --json, and no token", async () => {
    const { stdout } = await login(["--json"]);
    const { userId } = cloud.identity.users.get("fan@example.com")!;
    const who = { userId, name: "fan@example.com", groups: ["fan"] };
    expect(JSON.parse(stdout)).toEqual({ ...who, api: cloud.base, issuer: cloud.identity.issuer });
  });

  it("opens nothing with --no-browser, and waits for whoever follows the address", async () => {
    const stderr = new Recorder();
    const running = login(["--no-browser"], { stderr });
    await eventually(() => expect(stderr.text).toContain("http"));
    expect(browser.opened).toEqual([]);
    browser.open(stderr.text.match(/http\S+/)![0]);
    expect((await running).code).toBe(0);
  });

  it("goes to the next port when one is taken", async () => {
    const taken = await occupy(0);
    const run = await login([], { callbackPorts: [taken.port, ...ports] });
    expect(run.code).toBe(0);
    expect(cloud.identity.asked.get("redirect_uri")).toBe(`http://localhost:${ports[0]}/callback`);
    await taken.free();
  });

  it("says so when all ports are taken", async () => {
    const [one, other] = [await occupy(0), await occupy(0)];
    const run = await login([], { callbackPorts: [one.port, other.port] });
    expect(run).toMatchObject({
      code: 1,
      stderr: `dropclip: the browser could not come back: ports ${one.port} and ${other.port} are in use; free one of them, or sign in with --user\n`,
    });
    expect(browser.opened).toEqual([]);
    await Promise.all([one.free(), other.free()]);
  });

  it("comes back to the addresses the app's client has been told", () => {
    expect(CALLBACK_URLS).toEqual([4180, 4181, 4182].map((port) => `http://localhost:${port}/callback`));
  });

  it("takes no answer but to its own question", async () => {
    browser.detour = ({ searchParams }) => {
      const back = searchParams.get("redirect_uri");
      return [`${back}?code=stolen&state=guessed`, `${back}?code=stolen`, `http://localhost:${ports[0]}/favicon.ico`];
    };
    const run = await login();
    expect(run.code).toBe(0);
    const pages = await browser.pages();
    expect(pages.map(({ status }) => status)).toEqual([400, 400, 404, 200]);
    expect(pages[0]!.text).toContain("This page does not belong to the sign-in in progress.");
    expect(cloud.identity.grants).toEqual(["authorization_code"]);
  });

  it("tells terminal and browser when the issuer answers with an error", async () => {
    cloud.identity.onPage = { error: "access_denied", error_description: "User <b>cancelled</b>" };
    const run = await login();
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("dropclip: the sign-in was refused: access_denied: User <b>cancelled</b>\n");
    const [page] = await browser.pages();
    expect(page!.text).toContain("<h1>Not signed in</h1>");
    expect(page!.text).toContain("access_denied: User &#60;b&#62;cancelled");
    expect(cloud.identity.grants).toEqual([]);
  });

  it("says so when the code is not taken", async () => {
    cloud.intercept = (call) =>
      call === "POST /oauth2/token"
        ? { status: 400, headers: { "content-type": "application/json" }, body: '{"error":"invalid_grant"}' }
        : undefined;
    const run = await login();
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("dropclip: the sign-in was refused: invalid_grant\n");
    expect((await browser.pages())[0]!.text).toContain("Not signed in");
  });

  it("gives up after five minutes", async () => {
    const [clock, stderr] = [new TestClock(), new Recorder()];
    const running = login(["--no-browser"], { clock, stderr });
    await eventually(() => expect(stderr.text).toContain("http"));
    await clock.advance(299_999);
    await clock.advance(1);
    expect((await running).code).toBe(1);
    expect(stderr.text).toContain("dropclip: no sign-in within 5 min 00 s: run the command again\n");
    const again = await occupy(ports[0]!);
    await again.free();
  });

  it("stops at Ctrl-C", async () => {
    const [controller, stderr] = [new AbortController(), new Recorder()];
    const running = login(["--no-browser"], { signal: controller.signal, stderr });
    await eventually(() => expect(stderr.text).toContain("http"));
    controller.abort(new Interrupted("SIGINT"));
    expect((await running).code).toBe(130);
  });

  it("tries an issuer again that is busy", async () => {
    let failures = 2;
    cloud.intercept = (call) => (call === "POST /oauth2/token" && failures-- > 0 ? { status: 503 } : undefined);
    const clock = new TestClock();
    const running = login([], { clock });
    await eventually(() => expect(cloud.calls.filter((call) => call === "POST /oauth2/token")).toHaveLength(1));
    while (failures >= 0) {
      await clock.advance(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await running).code).toBe(0);
  });

  it("asks for the password in the browser when somebody is signed in already", async () => {
    await login();
    expect(cloud.identity.asked.has("prompt")).toBe(false);
    cloud.identity.onPage = { email: "creative@example.com" };
    await login();
    expect(cloud.identity.asked.get("prompt")).toBe("login");
    expect(kept().users.map(({ name }: { name: string }) => name)).toEqual(["creative@example.com", "fan@example.com"]);
  });

  it("does not mind a browser that is closed before it has its page", async () => {
    const controller = new AbortController();
    const openBrowser = (url: string) => void fetch(url, { signal: controller.signal }).catch(() => {});
    cloud.intercept = async (call) => {
      if (call !== "POST /oauth2/token") return undefined;
      controller.abort();
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      return undefined;
    };
    expect((await login([], { openBrowser })).code).toBe(0);
  });

  it.each([
    { status: 200, body: "{}" },
    { status: 404, body: '{"message":"Not Found"}' },
  ])("says so when the API does not tell where to sign in: %j", async (answer) => {
    cloud.intercept = (call) => (call === "GET /openapi.json" ? answer : undefined);
    expect(await login()).toMatchObject({
      code: 1,
      stderr: `dropclip: ${cloud.base}/openapi.json does not say where users sign in\n`,
    });
  });

  it("trusts no issuer that gives itself another name", async () => {
    cloud.intercept = (call) =>
      call.endsWith("openid-configuration")
        ? {
            status: 200,
            headers: { "content-type": "application/json" },
            body: '{"issuer":"http://127.0.0.1:1/other"}',
          }
        : undefined;
    const run = await login();
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(`dropclip: the answer of ${cloud.identity.issuer} is not understood: `);
  });
});

describe.skipIf(process.platform !== "linux")("opening the browser", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it("leaves it to the desktop, with the address as it is", async () => {
    const shown = join(user.folder, "shown");
    writeFileSync(join(user.folder, "xdg-open"), `#!/bin/sh\nprintf %s "$1" > ${shown}\n`, { mode: 0o755 });
    vi.stubEnv("PATH", `${user.folder}:${process.env.PATH}`);
    vi.stubEnv("DISPLAY", ":0");
    openBrowser("https://example.com/?a=1&b=$(id)");
    await eventually(() => expect(readFileSync(shown, "utf8")).toBe("https://example.com/?a=1&b=$(id)"));
  });

  it("does nothing without a desktop, or without a browser", async () => {
    vi.stubEnv("PATH", user.folder);
    for (const name of ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"]) vi.stubEnv(name, undefined);
    openBrowser("https://example.com/");
    vi.stubEnv("DISPLAY", ":0");
    openBrowser("https://example.com/");
    await new Promise((resolve) => setImmediate(resolve));
  });
});
