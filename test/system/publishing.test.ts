import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { freshSite, localPages, publishLocally, RETIRED, readSite, writeRunFile } from "@dropclip/cli";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { systemClock, type TestClock } from "@dropclip/local/clock";
import type { LogEntry } from "@dropclip/local/world";
import type { Role } from "@dropclip/synth/cloud";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { User } from "../../packages/cli/test/support/cli.ts";
import type { TestCloud } from "../support/cloud.ts";
import { cuttable } from "../support/cut.ts";
import { Bucket, openStand, POLICY, STAGE, type Stand, write } from "../support/stand.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const PAGES = "arn:aws:s3:::dropclip-pages-dev";
/** As the help of the command has them. */
const PERMISSIONS = [
  ["ssm:GetParameter", "arn:aws:ssm:us-east-1:123456789012:parameter/dropclip/dev/outputs"],
  ["s3:ListBucket", PAGES],
  ["s3:GetObject", `${PAGES}/*`],
  ["s3:PutObject", `${PAGES}/*`],
  ["s3:GetObjectTagging", `${PAGES}/assets/*`],
  ["s3:PutObjectTagging", `${PAGES}/assets/*`],
  ["cloudfront:CreateInvalidation", "arn:aws:cloudfront::123456789012:distribution/EB7BAF76926215"],
] as const;
const PUBLISHER: Role = {
  ...{ name: "publisher", arn: "arn:aws:iam::123456789012:role/publisher", maxSessionSeconds: 3600 },
  trust: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::123456789012:root" } }],
  },
  policies: [
    {
      name: "publish",
      document: {
        Version: "2012-10-17",
        Statement: PERMISSIONS.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource })),
      },
    },
  ],
};

let stand: Stand;
let cloud: TestCloud;
let clock: TestClock;
let folder: string;
let { built, publish, text, s3, tags, keys } = {} as Stand;
beforeAll(async () => {
  stand = await openStand(PUBLISHER);
  ({ cloud, clock, folder, built, publish, text, s3, tags, keys } = stand);
});
afterAll(() => stand.close());

describe("dropclip pages publish", () => {
  const user = new User();
  afterAll(() => user.leave());
  const run = (args: string[], env: Record<string, string | undefined>) =>
    user.run(["pages", "publish", ...args], { env: { ...user.env, ...env }, clock: systemClock });
  const here = (env = {}) => ({ DROPCLIP_DIRECTORY: cloud.directory, ...env });

  it("puts what was built on the running local cloud, and says where it is", async () => {
    onTestFinished(writeRunFile(cloud));
    const first = await run(["--from", built("cli")], here());
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(/^published 4 files/);
    expect(first.stdout).toContain(`\n  ${cloud.pages}/\n`);
    await clock.advance(10_000);
    expect(await text("/")).toContain("<p>cli</p>");
    const again = await run(["--from", built("cli"), "--json"], here());
    expect(JSON.parse(again.stdout)).toEqual({ pages: cloud.pages, files: 4, retired: 0 });
  });

  it("needs the permissions its help names, and no others", async () => {
    const { region, credentials, endpoints } = cloud;
    const sts = new STSClient({ region, credentials, endpoint: endpoints.s3 });
    const assumed = new AssumeRoleCommand({ RoleArn: PUBLISHER.arn, RoleSessionName: "mina" });
    const { Credentials: session } = await sts.send(assumed);
    sts.destroy();
    const env = {
      ...{ AWS_ACCESS_KEY_ID: session!.AccessKeyId, AWS_SECRET_ACCESS_KEY: session!.SecretAccessKey },
      ...{ AWS_SESSION_TOKEN: session!.SessionToken, AWS_ENDPOINT_URL: endpoints.s3 },
    };
    const done = await run(["--stage", "dev", "--from", built("stage")], env);
    expect(done).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("to be removed in 30 days") });
    const { grants } = cloud.access().roles.find(({ role }) => role === PUBLISHER.arn)!;
    expect(grants.map(({ action, used }) => [action, used > 0])).toEqual(PERMISSIONS.map(([action]) => [action, true]));
    const { stdout: help } = await run(["--help"], {});
    for (const [action] of PERMISSIONS) expect(help).toContain(action);
  });

  it("says in a line what it may not do", async () => {
    const env = { AWS_ACCESS_KEY_ID: "AKIANOBODY", AWS_SECRET_ACCESS_KEY: "x", AWS_ENDPOINT_URL: cloud.endpoints.s3 };
    const { code, stderr } = await run(["--stage", "dev", "--from", built("cli")], env);
    expect([code, stderr.split("\n").length]).toEqual([1, 2]);
    expect(stderr).toMatch(/^dropclip: AWS refused the credentials/);
  });
});

describe("a local cloud that starts", () => {
  /** A repository whose pages are built by copying, and how often they were. */
  function repository(release: string) {
    const root = join(folder, `repository-${release}`);
    const script = `import { appendFileSync, cpSync } from "node:fs"; appendFileSync("builds", "."); cpSync("site", "dist", { recursive: true });`;
    const files = {
      "package.json": JSON.stringify({ name: "repository", private: true, workspaces: ["packages/*"] }),
      "packages/web/package.json": JSON.stringify({
        name: "web",
        version: "1.0.0",
        scripts: { build: "node build.mjs" },
      }),
      "packages/web/build.mjs": script,
    };
    write(root, files);
    cpSync(built(release), join(root, "packages/web/site"), { recursive: true });
    return { root, builds: () => readFileSync(join(root, "packages/web/builds"), "utf8").length };
  }
  const start = async (root: string) => {
    const logs: LogEntry[] = [];
    const pages = localPages({ root, log: (entry) => logs.push(entry) });
    const url = await pages.publish(cloud);
    await clock.advance(10_000);
    return { url, logs };
  };

  it("builds the pages and publishes them, and builds them anew where something of them has changed", async () => {
    const { root, builds } = repository("fresh");
    expect(await start(root)).toEqual({ url: cloud.pages, logs: [] });
    expect(await text("/")).toContain("<p>fresh</p>");
    await start(root);
    expect(builds()).toBe(1);
    const index = join(root, "packages/web/site/index.html");
    writeFileSync(index, readFileSync(index, "utf8").replace("<p>fresh", "<p>changed"));
    const later = new Date(Date.now() + 10_000);
    utimesSync(index, later, later);
    await start(root);
    expect(builds()).toBe(2);
    expect(await text("/")).toContain("<p>changed</p>");
    // What is left of a build that was cut off is built again, whatever it looks like.
    rmSync(join(root, "node_modules/.dropclip-pages"));
    await start(root);
    expect(builds()).toBe(3);
  });

  it("builds them once where several start at the same time, and each has them whole", async () => {
    const { root, builds } = repository("together");
    const around = { clock: systemClock, signal: new AbortController().signal };
    const sites = await Promise.all([1, 2, 3].map(() => freshSite(root, around)));
    expect(builds()).toBe(1);
    expect(new Set(sites.map(({ index }) => index.body.toString())).size).toBe(1);
  });

  it("runs without them where they cannot be built, and says why", async () => {
    const { root } = repository("broken");
    writeFileSync(join(root, "packages/web/build.mjs"), 'throw new Error("no such tag");');
    const { url, logs } = await start(root);
    expect(url).toBeUndefined();
    expect(logs).toMatchObject([{ service: "pages", level: "error", message: expect.stringContaining("no such tag") }]);
  });

  it("runs without them where there are none", async () => {
    const { url, logs } = await start(mkdtempSync(join(folder, "none-")));
    expect([url, logs.map(({ level }) => level)]).toEqual([undefined, ["debug"]]);
  });
});

describe("publishing again", () => {
  it("shows the new pages to who opens them, and lets those who have the old ones open go on", async () => {
    await publish(built("one"));
    expect(await text("/assets/main-one.js")).toContain("oneone");
    const { retired } = await publish(built("two"));
    expect(retired).toBe(1);
    expect(await text(`/e/${DEMO_EVENT_ID}`)).toContain("<p>two</p>");
    expect(await text("/assets/main-one.js")).toContain("oneone");
    expect(await text("/icon.svg")).toContain("two");
    expect([await tags("assets/main-one.js"), await tags("assets/shared-1.css")]).toEqual([
      [{ Key: RETIRED.key, Value: RETIRED.value }],
      [],
    ]);
  });

  it("removes old assets 30 days after they were last named, however long they served before", async () => {
    for (const key of await keys()) await s3(new DeleteObjectCommand({ Bucket, Key: key }));
    await publish(built("three"));
    await clock.advance(90 * DAY_MS);
    await cloud.sweep();
    expect(await keys()).toContain("assets/main-three.js");
    await publish(built("four"));
    await clock.advance(29 * DAY_MS);
    // Another publish does not begin the days anew.
    await publish(built("five"));
    await cloud.sweep();
    expect(await keys()).toContain("assets/main-three.js");
    await clock.advance(2.5 * DAY_MS);
    await cloud.sweep();
    expect(await keys()).toEqual(["main-five.js", "main-four.js", "shared-1.css"].map((name) => `assets/${name}`));
  });

  it("takes assets back that are named again", async () => {
    await publish(built("one"));
    await publish(built("two"));
    await publish(built("one"));
    expect(await tags("assets/main-one.js")).toEqual([]);
  });

  it("leaves whole pages, the old or the new ones, wherever it is cut off", async () => {
    await publish(built("six"));
    const cut = await cuttable(cloud.endpoints.states);
    onTestFinished(() => cut.close());
    const through = { ...cloud, endpoints: { ...cloud.endpoints, states: cut.url } };
    const seen = new Set<string>();
    for (let calls = 0, done = false; !done; calls++) {
      const { signal } = new AbortController();
      done = await cut.after(calls, () => publishLocally(through, readSite(built("seven")), signal));
      // The edge asks again by itself, where it was not told to.
      await clock.advance(61_000);
      const [, release] = /<p>(\w+)<\/p>/.exec(await text("/"))!;
      expect(await text(`/assets/main-${release}.js`), `after ${calls} calls`).toContain(`"${release}`);
      expect(await text("/assets/main-six.js"), `after ${calls} calls`).toContain('"six');
      seen.add(release!);
    }
    expect([...seen]).toEqual(["six", "seven"]);
    // What was cut off is made up for: the script that only the old pages named is marked.
    expect(await tags("assets/main-six.js")).toEqual([{ Key: RETIRED.key, Value: RETIRED.value }]);
  });

  it("is refused where somebody else has published meanwhile, whose pages stay", async () => {
    await publish(built("eight"));
    const cut = await cuttable(cloud.endpoints.states);
    onTestFinished(() => cut.close());
    const other = { ...cloud, endpoints: { ...cloud.endpoints, states: cut.url } };
    const { signal } = new AbortController();
    const slower = cut.before("PUT", "/index.html", () => publish(built("nine")));
    await expect(publishLocally(other, readSite(built("ten")), signal)).rejects.toThrow(
      "somebody else has published meanwhile",
    );
    await slower;
    expect(await text("/")).toContain("<p>nine</p>");
  });

  it("refuses a build that has no place for the stage's addresses, and leaves what is there", async () => {
    await publish(built("one"));
    for (const [name, html] of [
      ["no-head", POLICY + STAGE],
      ["no-stage", `<head>${POLICY}</head>`],
      ["two-stages", `<head>${POLICY}${STAGE}${STAGE}</head>`],
      ["no-policy", `<head>${STAGE}</head>`],
      ["poor-policy", `<head>${POLICY.replace("img-src", "style-src")}${STAGE}</head>`],
    ] as const)
      await expect(publish(built(name, { "index.html": html })), name).rejects.toThrow(/index\.html|img-src/);
    await expect(publish(built("nameless", { "e/x": "a page?" }))).rejects.toThrow("would hide a page");
    await expect(publish(join(folder, "nowhere"))).rejects.toThrow("cannot be read");
    expect(await text("/")).toContain("<p>one</p>");
  });
});
