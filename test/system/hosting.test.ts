import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { appClient } from "../support/app-client.ts";
import type { TestCloud } from "../support/cloud.ts";
import { openStand, type Stand } from "../support/stand.ts";

let stand: Stand;
let cloud: TestCloud;
let { built, publish, get, text } = {} as Stand;
beforeAll(async () => {
  stand = await openStand();
  ({ cloud, built, publish, get, text } = stand);
});
afterAll(() => stand.close());

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
    const clientId = appClient(cloud.facts).id;
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
    const client_id = appClient(cloud.facts).id;
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
