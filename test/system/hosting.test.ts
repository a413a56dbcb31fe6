import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DeleteObjectCommand, GetObjectTaggingCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { freshSite, localPages, publishLocally, RETIRED, readSite, writeRunFile } from "@dropclip/cli";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { systemClock, TestClock } from "@dropclip/local/clock";
import type { LogEntry } from "@dropclip/local/world";
import type { Role } from "@dropclip/synth/cloud";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { User } from "../../packages/cli/test/support/cli.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";
import { cuttable } from "../support/cut.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const POLICY = `<meta http-equiv="Content-Security-Policy" content="connect-src 'self'; img-src 'self' blob:; media-src 'self' blob:" />`;
const STAGE = '<script type="application/json" id="stage">{}</script>';

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

let cloud: TestCloud;
const folder = mkdtempSync(join(tmpdir(), "dropclip-site-"));
const clock = new TestClock(Date.now());
beforeAll(async () => {
  // Without what happens every hour: months go by here.
  cloud = await testCloud({ clock, adjust: (facts) => ({ ...facts, rules: [], roles: [...facts.roles, PUBLISHER] }) });
});
afterAll(async () => {
  await cloud.dispose();
  rmSync(folder, { recursive: true });
});

/** A build of the pages, which names its script by its content. */
function built(release: string, more: Record<string, string> = {}): string {
  const site = join(folder, release);
  const files = {
    "index.html": `<!doctype html><head>${POLICY}${STAGE}<script type="module" src="/assets/main-${release}.js"></script></head><p>${release}</p>`,
    [`assets/main-${release}.js`]: `document.title = ${JSON.stringify(release.repeat(400))};`,
    "assets/shared-1.css": "p { color: red }",
    "icon.svg": `<svg xmlns="http://www.w3.org/2000/svg"/><!-- ${release} -->`,
    ...more,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(site, name)), { recursive: true });
    writeFileSync(join(site, name), text);
  }
  return site;
}

const publish = async (site: string, signal = new AbortController().signal) => {
  const published = await publishLocally({ ...cloud, stage: cloud.facts.stage }, readSite(site), signal);
  // The edge forgets when the invalidation is through.
  await clock.advance(10_000);
  return published;
};
const get = (path: string, init?: RequestInit) => fetch(cloud.pages + path, init);
const text = async (path: string) => (await get(path)).text();
const Bucket = "dropclip-pages-dev";
/** S3 as the operator. */
async function s3(command: any): Promise<any> {
  const { region, credentials, endpoints } = cloud;
  const systemClockOffset = clock.now() - Date.now();
  const client = new S3Client({ endpoint: endpoints.s3, region, credentials, forcePathStyle: true, systemClockOffset });
  return await client.send(command).finally(() => client.destroy());
}
const tags = async (Key: string) => (await s3(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet;
const keys = async () =>
  ((await s3(new ListObjectsV2Command({ Bucket, Prefix: "assets/" }))).Contents ?? []).map(({ Key }: any) => Key);

describe("the pages of a running cloud", () => {
  it("are nothing but a refusal before they are published", async () => {
    expect((await get(`/e/${DEMO_EVENT_ID}`)).status).toBe(403);
  });
});

describe("published pages", () => {
  beforeEach(() => publish(built("one")));

  it("are answered by index.html wherever no file is", async () => {
    for (const path of ["/", "/index.html", `/e/${DEMO_EVENT_ID}`, "/c/x?tab=1", "/callback?code=a&state=b"]) {
      const answer = await get(path);
      expect([path, answer.status, answer.headers.get("content-type")]).toEqual([
        path,
        200,
        "text/html; charset=utf-8",
      ]);
      expect(await answer.text()).toContain("<p>one</p>");
    }
  });

  it("have headers that let nobody else's script run, and nobody frame them", async () => {
    for (const path of ["/", `/e/${DEMO_EVENT_ID}`, "/assets/main-one.js"]) {
      const { headers } = await get(path);
      expect(headers.get("content-security-policy")).toMatch(
        /script-src 'self';.*frame-ancestors 'none'; require-trusted-types-for 'script'/,
      );
      expect(Object.fromEntries(headers)).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "strict-origin-when-cross-origin",
        "strict-transport-security": "max-age=31536000",
        "cross-origin-opener-policy": "same-origin",
      });
      expect([...headers.keys()].filter((name) => name.startsWith("x-amz-") && !name.startsWith("x-amz-cf-"))).toEqual(
        [],
      );
      expect(headers.has("access-control-allow-origin")).toBe(false);
    }
  });

  it("are kept by browsers as long as they hold: what is named by its content for ever, all else for no time", async () => {
    const kept = async (path: string) => (await get(path)).headers.get("cache-control");
    expect(await kept("/assets/main-one.js")).toBe("public, max-age=31536000, immutable");
    for (const path of ["/", "/icon.svg", `/e/${DEMO_EVENT_ID}`, "/assets/none.js"])
      expect(await kept(path)).toBe("public, max-age=0, s-maxage=60, must-revalidate");
  });

  it("are compressed", async () => {
    const answer = await get("/assets/main-one.js", { headers: { "accept-encoding": "br" } });
    expect(answer.headers.get("content-encoding")).toBe("br");
    expect(await answer.text()).toContain("document.title");
  });

  it("know their stage, and may reach its hosts only", async () => {
    const page = await text("/");
    const told = JSON.parse(/<script type="application\/json" id="stage">(.*?)<\/script>/.exec(page)![1]!);
    const { api, cdn, issuer, signIn, region, endpoints } = cloud;
    const clientId = cloud.facts.userPools[0]!.clients[0]!.id;
    expect(told).toEqual({ api, cdn, signIn, clientId, issuer, region, stage: "dev" });
    const policy = /http-equiv="Content-Security-Policy" content="(.*?)"/.exec(page)![1]!;
    expect(policy.split("; ")).toEqual([
      `connect-src 'self' ${[api, signIn, endpoints.s3, cdn].join(" ")}`,
      `img-src 'self' blob: ${cdn} ${endpoints.s3}`,
      `media-src 'self' blob: ${cdn} ${endpoints.s3}`,
    ]);
  });

  it("answer a script that is not there with what no browser runs as one", async () => {
    const answer = await get("/assets/main-older.js");
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    // It comes as soon as it is there.
    await publish(built("older"));
    expect((await get("/assets/main-older.js")).headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  });

  it("are read, and read only, through their distribution", async () => {
    const refused = [
      fetch(`${cloud.endpoints.s3}/dropclip-pages-dev/index.html`),
      fetch(`${cloud.endpoints.s3}/dropclip-pages-dev?list-type=2`),
      fetch(`${cloud.endpoints.s3}/dropclip-pages-dev/index.html`, { method: "PUT", body: "mine" }),
      get("/index.html", { method: "PUT", body: "mine" }),
      get("/index.html", { method: "POST", body: "mine" }),
      get("/index.html", { method: "DELETE" }),
      get("/", { method: "OPTIONS" }),
    ];
    for (const answer of await Promise.all(refused)) expect([answer.url, answer.status]).toEqual([answer.url, 403]);
    expect(await text("/")).toContain("<p>one</p>");
    // Nor does the media's own edge lead there, nor this one to media.
    expect((await fetch(`${cloud.cdn}/index.html`)).status).toBe(403);
  });

  it("show nothing of the bucket at the root, whatever is asked for", async () => {
    for (const path of ["/?list-type=2&prefix=", "/?acl", "/?tagging", "//", "/%2F"])
      expect(await text(path), path).toContain("<p>one</p>");
  });
});

describe("the addresses of the pages", () => {
  it("are let in by the API and by the bucket that takes files", async () => {
    const preflight = (url: string, origin: string, method: string) =>
      fetch(url, { method: "OPTIONS", headers: { origin, "access-control-request-method": method } });
    const uploads = `${cloud.endpoints.s3}/dropclip-uploads-dev/events/x`;
    for (const [url, method] of [
      [`${cloud.api}/events`, "POST"],
      [uploads, "PUT"],
      [`${cloud.endpoints.s3}/dropclip-images-dev`, "POST"],
    ] as const) {
      const own = await preflight(url, cloud.pages, method);
      expect([url, own.headers.get("access-control-allow-origin")]).toEqual([url, cloud.pages]);
      for (const other of [cloud.cdn, "https://evil.example", `https://${cloud.facts.distributions[1]!.domainName}`])
        expect((await preflight(url, other, method)).headers.has("access-control-allow-origin")).toBe(false);
    }
  });

  it("are where sign-in and sign-out lead back to", async () => {
    const client_id = cloud.facts.userPools[0]!.clients[0]!.id;
    const out = (logout_uri: string) =>
      fetch(`${cloud.signIn}/logout?${new URLSearchParams({ client_id, logout_uri })}`, { redirect: "manual" });
    expect((await out(`${cloud.pages}/`)).headers.get("location")).toBe(`${cloud.pages}/`);
    expect((await out(`${cloud.cdn}/`)).status).toBe(400);
    const enter = (redirect_uri: string) =>
      fetch(
        `${cloud.signIn}/oauth2/authorize?${new URLSearchParams({
          ...{ client_id, redirect_uri, response_type: "code", scope: "openid", state: "s" },
          ...{ code_challenge: "A".repeat(43), code_challenge_method: "S256" },
        })}`,
        { redirect: "manual" },
      );
    expect((await enter(`${cloud.pages}/callback`)).headers.get("location")).toMatch(/\/login/);
    expect((await enter(`${cloud.cdn}/callback`)).status).toBe(400);
  });
});

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
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    cpSync(built(release), join(root, "packages/web/site"), { recursive: true });
    return { root, builds: () => readFileSync(join(root, "packages/web/builds"), "utf8").length };
  }
  const start = async (root: string) => {
    const logs: LogEntry[] = [];
    const pages = localPages({ root, log: (entry) => logs.push(entry) });
    const url = await pages.publish({ ...cloud, stage: "dev" });
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
    const through = { ...cloud, stage: "dev", endpoints: { ...cloud.endpoints, states: cut.url } };
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
    const other = { ...cloud, stage: "dev", endpoints: { ...cloud.endpoints, states: cut.url } };
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
