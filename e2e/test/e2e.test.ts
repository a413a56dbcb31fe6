import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { SEEDED_USERS } from "@dropclip/cli/demo";
import { systemClock, TestClock } from "@dropclip/local/clock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pagesOf } from "../../test/pages/pages.ts";
import { everIn, MINUTE_MS, statesOf } from "../../test/support/alarms.ts";
import { aws } from "../../test/support/aws.ts";
import { apiOf, ROOT, type TestCloud, testCloud } from "../../test/support/cloud.ts";
import { eventually } from "../../test/support/eventually.ts";
import { visitorsOf } from "../browser/browser.ts";
import { findChromium } from "../browser/chromium.ts";
import { signInOnPage } from "../browser/sign-in.ts";
import { Never, Unexpected } from "../expect.ts";
import { type Run, until } from "../run.ts";
import { type Result, runSteps, type Step } from "../run-steps.ts";
import { stepsOf } from "../steps/index.ts";
import { runSuite } from "../suite.ts";
import { cloudTarget, type Target } from "../target.ts";

/** A whole run on a slow machine. */
const RUN_MS = 300_000;
const { signal } = new AbortController();
let cloud: TestCloud;
let target: Target;

beforeAll(async () => {
  cloud = await testCloud({ logDeliveryMs: 2_000 });
  await pagesOf(cloud);
  target = await cloudTarget({ env: {}, signal, clock: systemClock, random: Math.random }, cloud);
});
afterAll(() => cloud.dispose());

const suite = (at: Target): Promise<Result[]> =>
  runSuite({
    target: at,
    keep: false,
    clock: systemClock,
    signal,
    onResult: () => {},
    say: () => {},
  });

/** `npm run e2e -- --stage dev`, where dev is the local cloud by AWS's addresses. */
function stageRun(...more: string[]): ChildProcess {
  const { accessKeyId, secretAccessKey } = cloud.credentials;
  return spawn(process.execPath, [join(ROOT, "e2e/main.ts"), "--stage", "dev", ...more], {
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: cloud.endpoints.ssm,
      AWS_REGION: cloud.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
  });
}

const problems = (results: Result[]) => results.filter(({ status }) => status !== "passed");
const NO_HTTPS = { status: "skipped", message: "this target has no HTTPS" };
/** The journeys that need a browser, where there is none. */
const WITHOUT_BROWSER = findChromium() || process.env.CI ? 0 : 6;

/** Users, events and objects that a run has left behind. */
async function leftovers() {
  const { region, credentials, endpoints, issuer } = cloud;
  const cognito = new CognitoIdentityProvider({ region, credentials, endpoint: endpoints["cognito-idp"] });
  const { Users = [] } = await cognito.listUsers({ UserPoolId: issuer.slice(issuer.lastIndexOf("/") + 1) });
  const emails = Users.map(({ Attributes }) => Attributes?.find(({ Name }) => Name === "email")?.Value ?? "");
  const { events } = (await apiOf(cloud.api)("GET", "/events")).body;
  const listed = await Promise.all(
    ["uploads", "content", "images"].map((name) => aws(cloud).s3("GET", `/dropclip-${name}-dev?list-type=2`)),
  );
  return [
    ...emails.filter((email) => !SEEDED_USERS.some((user) => user.email === email)),
    ...events.map(({ eventId }: any) => eventId).filter((id: string) => id !== cloud.seeds.eventId),
    ...listed.flatMap(({ text }) => text.match(/<Key>[^<]+/g) ?? []),
  ];
}
const nothingIsLeft = () => eventually(async () => expect(await leftovers()).toEqual([]));

describe("npm run e2e", () => {
  it("passes at a stage, found and signed in to by AWS's own APIs, and leaves nothing", {
    timeout: RUN_MS,
  }, async () => {
    const child = stageRun("--json");
    const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, "close")]);
    const summary = JSON.parse(stdout);
    const skipped = 1 + WITHOUT_BROWSER;
    expect([problems(summary.steps), stderr]).toEqual([
      expect.arrayContaining([expect.objectContaining(NO_HTTPS)]),
      "",
    ]);
    expect(summary).toMatchObject({ target: `stage dev at ${cloud.api}`, failed: 0, skipped });
    expect(summary.passed).toBe(stepsOf({ keep: false }).length + 1 - skipped);
    expect(child.exitCode).toBe(0);
    // The edge asks for every path of the app that is no file, which is nothing to warn of.
    expect(cloud.logs.filter(({ action, service }) => service === "iam" && action === "s3:ListBucket")).toEqual([]);
    await nothingIsLeft();
  });

  it("takes away what it has made when it is stopped", { timeout: RUN_MS }, async () => {
    const child = stageRun();
    const lines: string[] = [];
    child.stdout!.on("data", (chunk: Buffer) => {
      lines.push(chunk.toString());
      if (chunk.includes("A creative makes an event")) child.kill("SIGINT");
    });
    await once(child, "close");
    expect(child.exitCode).toBe(130);
    const output = lines.join("");
    expect(output).toMatch(/^skip A deleted event is gone with all that belonged to it +stopped before$/m);
    expect(output).toMatch(/^ok {3}Everything that was made is taken away/m);
    expect(output).toMatch(/^\d+ passed, 0 failed, \d+ skipped in/m);
    await nothingIsLeft();
  });

  it("says of every step why it could not be done, and still takes away what was", { timeout: RUN_MS }, async () => {
    const results = await suite({ ...target, clientId: "none" });
    const states = new Map(results.map((result) => [result.name, result]));
    expect(states.get("Two fans and two creatives sign in")).toMatchObject({ status: "failed" });
    expect(states.get("A creative makes an event, once")).toMatchObject({
      status: "skipped",
      message: 'needs "Two fans and two creatives sign in"',
    });
    expect(states.get("Everything that was made is taken away")).toMatchObject({ status: "passed" });
    expect(results).toHaveLength(stepsOf({ keep: false }).length + 1);
    await nothingIsLeft();
  });

  it("has raised no alarm: this is what ordinary use looks like", async () => {
    // Each minute is looked at when it is over: until then nothing can be said of its last seconds.
    const minute = () => Math.floor(Date.now() / MINUTE_MS);
    const last = minute();
    await eventually(() => expect(minute()).toBeGreaterThan(last), 1000);
    await eventually(async () => expect(Object.values(await statesOf(cloud))).toContain("OK"));
    expect(everIn(cloud.logs, "ALARM")).toEqual([]);
    expect(Object.values(await statesOf(cloud))).not.toContain("ALARM");
  });

  it("names nothing but earlier steps as needed", () => {
    const names = new Set<string>();
    for (const { name, needs = [] } of stepsOf({ keep: false })) {
      expect([name, needs.filter((need) => !names.has(need)), names.has(name)]).toEqual([name, [], false]);
      names.add(name);
    }
  });
});

describe.skipIf(!findChromium())("the browser of a run", () => {
  it("notices what a page asks of strangers, a broken policy and an error", async () => {
    const visitors = visitorsOf(target);
    try {
      const page = await visitors.open();
      await page.goto(`${target.pages}/`);
      await page.evaluate(`new Image().src = "https://stranger.example/x.png";
        setTimeout(() => { throw new Error("a mistake"); });`);
      await eventually(() => {
        const all = visitors.troubles.join();
        for (const one of ["img-src refuses https://stranger.example/", "a mistake"]) expect(all).toContain(one);
      });
    } finally {
      await visitors.close();
    }
  });

  it("signs in where name and password are asked one after the other, and other fields are hidden", async () => {
    const visitors = visitorsOf(target);
    try {
      const page = await visitors.open();
      const view = (rest: string) =>
        `<form><div hidden><input type="text" name="username"></div>${rest}<button>Next</button></form>`;
      const first = view('<input type="text" name="username" autocomplete="username">');
      const second = view('<input type="password" name="password">');
      const script = `<script>onsubmit = (event) => {
        event.preventDefault();
        const [name, secret] = ["text", "password"].map((type) => document.querySelector("form > input[type=" + type + "]")?.value);
        if (secret) location = ${JSON.stringify(`${target.pages}/?`)} + window.given + "," + secret;
        else setTimeout(() => { window.given = name; document.querySelector("form").outerHTML = ${JSON.stringify(second)}; }, 50);
      };</script>`;
      await page.route(`${target.signIn}/**`, (route) =>
        route.fulfill({ contentType: "text/html", body: first + script }),
      );
      await page.goto(`${target.signIn}/login`);
      await signInOnPage(page, target, "a@example.com", "secret");
      expect(page.url()).toBe(`${target.pages}/?a@example.com,secret`);
    } finally {
      await visitors.close();
    }
  });
});

describe("runSteps", () => {
  const done: string[] = [];
  const step = (name: string, ...needs: string[]): Step<null> => {
    return { name, needs, run: async () => void done.push(name) };
  };
  const run = (steps: Step<null>[], stop = signal) =>
    runSteps(steps, null, { clock: new TestClock(), signal: stop, onResult: () => {} });
  const told = (results: Result[]) => results.map(({ name, status, message }) => [name, status, message]);

  it("goes on with what does not need the step that failed", async () => {
    const broken: Step<null> = { name: "broken", run: () => Promise.reject(new Unexpected("expected 200, was 403")) };
    expect(
      told(await run([step("first"), broken, step("after", "broken"), step("last", "after"), step("free")])),
    ).toEqual([
      ["first", "passed", undefined],
      ["broken", "failed", "expected 200, was 403"],
      ["after", "skipped", 'needs "broken"'],
      ["last", "skipped", 'needs "after"'],
      ["free", "passed", undefined],
    ]);
    expect(done).toEqual(["first", "free"]);
  });

  it("begins nothing more once it is stopped, and calls nothing failed that was stopped", async () => {
    const controller = new AbortController();
    const stopped: Step<null> = {
      name: "stopped",
      run: async () => {
        controller.abort();
        controller.signal.throwIfAborted();
      },
    };
    expect(told(await run([stopped, step("after")], controller.signal))).toEqual([
      ["stopped", "skipped", "stopped"],
      ["after", "skipped", "stopped before"],
    ]);
  });
});

describe("until", () => {
  const waiting = (clock: TestClock, lines: string[] = []) =>
    ({
      clock,
      signal,
      say: (line: string) => lines.push(line),
      target: { polling: { everyMs: 1_000, limitMs: 25_000 } },
    }) as unknown as Run;

  it("tells what it waits for, and gives up at the target's time limit", async () => {
    const clock = new TestClock();
    const lines: string[] = [];
    const look = () => Promise.reject(new Unexpected("processing, 40 %"));
    const ended = expect(until(waiting(clock, lines), "the clip is to be complete", look)).rejects.toThrow(
      "the clip is to be complete: not within 25.0 s: processing, 40 %",
    );
    await clock.advance(30_000);
    await ended;
    expect(lines).toEqual([
      "the clip is to be complete, 10.0 s: processing, 40 %",
      "the clip is to be complete, 20.0 s: processing, 40 %",
    ]);
  });

  it.each([
    ["what will never come", new Never("it is rejected")],
    ["a mistake of its own", new ReferenceError("made is not defined")],
  ])("does not wait for %s", async (_, error) => {
    await expect(until(waiting(new TestClock()), "it", () => Promise.reject(error))).rejects.toBe(error);
  });
});
