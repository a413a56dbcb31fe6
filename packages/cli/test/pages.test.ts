import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fill } from "../src/pages/fill.ts";
import { hostingOf } from "../src/pages/hosting.ts";
import { cacheControl, contentType, readSite } from "../src/pages/site.ts";
import { User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";

const OUTPUTS = {
  ...{ stage: "show", region: "eu-west-1", clientId: "client", userPoolId: "eu-west-1_Pool" },
  ...{ api: "https://api.example.com", cdn: "https://media.example.com", signIn: "https://sign-in.example.com" },
  issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool",
};
const HOSTING = {
  ...{ ...OUTPUTS, pages: "https://example.com", pagesBucket: "pages", pagesDistribution: "E1" },
  ...{ uploads: "https://u.s3.eu-west-1.amazonaws.com", content: "https://c.s3.eu-west-1.amazonaws.com" },
  images: "http://127.0.0.1:4102/images",
};
const PAGE = `<head><meta
  content="connect-src 'self';img-src 'self' blob: data:; media-src 'self' blob:; font-src 'none'" http-equiv="content-security-policy" />
<script id="stage" type="application/json"> {} </script></head>`;

const stageIn = (page: string) => /<script type="application\/json" id="stage">(.*?)<\/script>/s.exec(page)![1]!;

describe("the page that is published", () => {
  it("is told where its stage is, and nothing else", () => {
    const { api, cdn, signIn, clientId, issuer, region, stage } = HOSTING;
    expect(JSON.parse(stageIn(fill(PAGE, HOSTING)))).toEqual({ api, cdn, signIn, clientId, issuer, region, stage });
  });

  it("is told in a way that ends no script, whatever stands in it", () => {
    const clientId = "</script><script>alert(1)</script><!--<script>&\u2028$&$1";
    const page = fill(PAGE, { ...HOSTING, clientId });
    expect(page.match(/<\/?script|<!--/g)).toEqual(["<script", "</script"]);
    expect(JSON.parse(stageIn(page)).clientId).toBe(clientId);
  });

  it("may reach the stage's hosts besides what it asks for itself, each once", () => {
    const [, policy] = /<meta http-equiv="Content-Security-Policy" content="(.*?)">/.exec(fill(PAGE, HOSTING))!;
    const media = "https://media.example.com https://c.s3.eu-west-1.amazonaws.com http://127.0.0.1:4102";
    const signIn = "https://sign-in.example.com https://cognito-idp.eu-west-1.amazonaws.com";
    expect(policy!.split("; ")).toEqual([
      `connect-src 'self' https://api.example.com ${signIn} https://u.s3.eu-west-1.amazonaws.com ${media}`,
      `img-src 'self' blob: data: ${media}`,
      `media-src 'self' blob: ${media}`,
      "font-src 'none'",
    ]);
  });

  it("opens lines to the API and the media before the app asks for anything", () => {
    const lines = [...fill(PAGE, HOSTING).matchAll(/<link rel="preconnect" href="([^"]*)"( crossorigin)?>/g)];
    expect(lines.map(([, host, cors]) => [host, cors !== undefined])).toEqual([
      ["https://api.example.com", true],
      ["https://media.example.com", false],
    ]);
  });

  it("is of a stage that has a place for it", () => {
    expect(hostingOf({ ...HOSTING, more: 1 } as never).pagesBucket).toBe("pages");
    expect(() => hostingOf(OUTPUTS)).toThrow(
      "stage show has no pages yet: deploy it again with `npx sst deploy --stage show`",
    );
  });
});

describe("a file of the pages", () => {
  it.each([
    ["index.html", "text/html; charset=utf-8"],
    ["assets/main-1.js", "text/javascript; charset=utf-8"],
    ["assets/main-1.JS", "text/javascript; charset=utf-8"],
    ["icon.svg", "image/svg+xml"],
    ["what.is-this", "application/octet-stream"],
  ])("%s is %s", (key, type) => expect(contentType(key)).toBe(type));

  it("is kept for ever where its name says what is in it, and asked for each time else", () => {
    expect(cacheControl("assets/main-1.js")).toContain("immutable");
    for (const key of ["index.html", "icon.svg", "my/assets/x.js"]) expect(cacheControl(key)).toContain("max-age=0");
  });
});

describe("dropclip pages publish", () => {
  let cloud: TestCloud;
  let user: User;
  beforeEach(async () => {
    cloud = await TestCloud.start();
    user = new User();
  });
  afterEach(async () => {
    user.leave();
    await cloud.stop();
  });
  const site = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(user.folder, "site", name)), { recursive: true });
      writeFileSync(join(user.folder, "site", name), text);
    }
    return join(user.folder, "site");
  };
  const publish = (...args: string[]) => {
    const keys = { AWS_ACCESS_KEY_ID: "AKIAUSER", AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL: cloud.base };
    return user.run(["pages", "publish", ...args], { env: { ...user.env, ...keys } });
  };

  it("wants a cloud that runs, or a stage that has pages, before it builds anything", async () => {
    expect((await publish()).stderr).toBe("dropclip: no local cloud is running: start it with `npm start`\n");
    cloud.parameters.set("/dropclip/beta/outputs", JSON.stringify(cloud.outputs("beta")));
    expect((await publish("--stage", "beta")).stderr).toMatch(
      /^dropclip: stage beta has no pages yet: deploy it again/,
    );
    expect(cloud.calls).toEqual(["GetParameter"]);
  });

  it("says what is wrong with a build", () => {
    expect(() => readSite(join(user.folder, "none"))).toThrow("none cannot be read: ENOENT");
    expect(() => readSite(site({ "assets/a.js": "" }))).toThrow("has no index.html: build the pages first");
    expect(() => readSite(site({ "index.html": "", "e/x": "" }))).toThrow("would hide a page");
    rmSync(join(user.folder, "site/e"), { recursive: true });
    const index = '<script src="/assets/a.js"></script><link href="/assets/b%20c.css"><a href="/e/assets/d">';
    expect(() => readSite(site({ "index.html": index }))).toThrow(
      "is half a build: index.html names assets/b c.css, which is not there",
    );
    expect(readSite(site({ "assets/b c.css": "" })).assets).toHaveLength(2);
  });

  it("sorts a build by when it is put", () => {
    const { assets, others, index } = readSite(site({ "index.html": "i", "assets/b/c.js": "c", "icon.svg": "s" }));
    expect([assets, others, [index]].map((files) => files.map(({ key }) => key))).toEqual([
      ...[["assets/b/c.js"], ["icon.svg"], ["index.html"]],
    ]);
  });
});
