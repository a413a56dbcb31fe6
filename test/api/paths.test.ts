import { request } from "node:http";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signIn, type TestCloud, testCloud } from "../support/cloud.ts";
import {
  bodyOf,
  changes,
  forgetCalls,
  keysIn,
  type Operation,
  operations,
  picture,
  records,
  troubles,
  UPLOADS,
} from "./support.ts";

let cloud: TestCloud;
let tokens: Record<Operation["access"], string>;

beforeAll(async () => {
  cloud = await testCloud();
  tokens = { public: "", user: await signIn(cloud, "fan"), creative: await signIn(cloud, "creative") };
});
afterAll(() => cloud.dispose());
beforeEach(forgetCalls);

/** The path just as given: nothing is tidied up. */
function ask(method: string, path: string, token: string, body?: string, more: Record<string, string> = {}) {
  const { hostname, port } = new URL(cloud.api);
  const headers = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
    ...more,
  };
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve({ status: answer.statusCode!, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const MARK = "Zq7mark";
/** What has no place in an id, each with a mark that must not come back. */
const TRICKS = [
  ...["..", "%2e%2e", "%2E%2E%2F", ".%2e", "..%2f..%2f", "%2f", "%5c..%5c", "..;", ".", "%252e%252e%252f"],
  ...[
    `${DEMO_EVENT_ID}%00`,
    `${DEMO_EVENT_ID}%0a`,
    `${DEMO_EVENT_ID}%20`,
    `${DEMO_EVENT_ID}.json`,
    `%20${DEMO_EVENT_ID}`,
  ],
  ...[DEMO_EVENT_ID.toUpperCase().replace("0001", "000A"), `{${DEMO_EVENT_ID}}`, DEMO_EVENT_ID.replaceAll("-", "")],
  ...[
    "%F0%9F%8E%B7",
    "%E2%80%AE",
    "%EF%BC%90",
    "%C3%28",
    "%00",
    "%",
    "%zz",
    "x".repeat(1024),
    "%F0%9F%8E%B7".repeat(256),
  ],
  ...[
    "constructor",
    "__proto__",
    "undefined",
    "null",
    "0",
    "-1",
    "*",
    "$%7Baws:PrincipalTag%7D",
    "%27%20OR%201=1--",
    "%3Cscript%3E",
  ],
].map((trick) => `${trick}${MARK}`);

const withId = operations.filter(({ path }) => path.includes("{"));
const bodyFor = ({ requestBody }: Operation) => (requestBody ? "{}" : undefined);

describe.each(withId)("$method $path", (operation) => {
  it("answers every trick in an id with a plain refusal that repeats nothing of it", async () => {
    const { method, path, access } = operation;
    const before = await records(cloud);
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    for (const trick of TRICKS)
      for (const name of names) {
        const place = path.replace(/\{(\w+)\}/g, (_, one) =>
          one === name ? trick : one === "mediaId" ? "image1" : DEMO_EVENT_ID,
        );
        const { status, text } = await ask(method, place, tokens[access], bodyFor(operation));
        // A slash makes another path, for which there may be no route, or a public one.
        expect([place, status]).toEqual([place, expect.toBeOneOf([400, 404, 401, 403])]);
        expect(text).not.toContain(MARK);
        const { message, ...rest } = JSON.parse(text);
        expect(message).toEqual(expect.any(String));
        expect(Object.keys(rest).toSorted()).toEqual(expect.toBeOneOf([[], ["code", "details", "requestId"]]));
      }
    expect(changes(before, await records(cloud))).toEqual([]);
  });
});

describe("paths that lead out of a route", () => {
  it.each([
    [`/events/${DEMO_EVENT_ID}/../${DEMO_EVENT_ID}`],
    [`/events/${DEMO_EVENT_ID}/%2e%2e/${DEMO_EVENT_ID}/uploads`],
    [`/events/x/../../me`],
    [`/events//${DEMO_EVENT_ID}`],
    [`//events/${DEMO_EVENT_ID}`],
    [`/events/${DEMO_EVENT_ID}/media/`],
    [`/EVENTS/${DEMO_EVENT_ID}`],
    [`/events/${DEMO_EVENT_ID}%2fuploads`],
    [`/events/${DEMO_EVENT_ID}/uploads%2f..%2f`],
    ["/events;x=1"],
    ["/.env"],
    ["/openapi.json/../events/x"],
  ])("answer nothing but what they are to nobody: %s", async (path) => {
    const { status, text } = await ask("GET", path, "");
    expect([401, 404, 400, 200]).toContain(status);
    // What answers is a public route at most.
    if (status === 200)
      expect(JSON.parse(text)).toEqual(expect.toBeOneOf([expect.objectContaining({ eventId: DEMO_EVENT_ID })]));
    else expect(Object.keys(JSON.parse(text))).toContain("message");
  });

  it("a route with a user stays one, however it is written", async () => {
    for (const path of [
      "/me",
      "/%6de",
      "/me?x=/events",
      "/./me",
      "/me/",
      "/me%2f",
      "/ME",
      "/me;x",
      "/events/../me",
      "//me",
    ])
      expect([path, (await ask("GET", path, "")).status]).toEqual([path, expect.toBeOneOf([401, 404])]);
    expect(
      (await ask("GET", "/me", "", undefined, { "x-original-url": "/health", "x-rewrite-url": "/health" })).status,
    ).toBe(401);
    expect((await ask("POST", "/me", "", "{}", { "x-http-method-override": "GET" })).status).toBe(404);
  });

  it("takes no user from anywhere but the token", async () => {
    for (const headers of [
      { "x-amzn-oidc-identity": cloud.fanId },
      { cookie: `token=${tokens.user}` },
      { "x-forwarded-user": cloud.fanId },
    ] as Record<string, string>[])
      expect((await ask("GET", "/me", "", undefined, headers)).status).toBe(401);
    expect((await ask("GET", `/me?access_token=${tokens.user}`, "")).status).toBe(401);
    const me = JSON.parse((await ask("GET", `/me?userId=${cloud.creativeId}`, tokens.user)).text);
    expect(me.userId).toBe(cloud.fanId);
  });
});

describe("file names", () => {
  it.each([
    ["\u202egnp.exe\u202c.png", "gnp.exe.png"],
    ["  .png", ".png"],
    ["a\u0000.png", "a.png"],
    ["a.png\u0000", "a.png"],
    ["a\r\nx.png", "a x.png"],
    ["a\u0085.png", "a.png"],
    ["a\ud83c.png", "a\ufffd.png"],
  ])("are cleaned of what could make them look like others: %j", async (name, shown) => {
    const files = [{ name, bytes: 1 }];
    const upload = bodyOf(await cloud.call("POST", `/events/${DEMO_EVENT_ID}/uploads`, { files }), 201);
    expect(upload.media[0].fileName).toBe(shown);
  });

  it.each([
    ["../../../../etc/passwd.png"],
    ["..\\..\\windows\\win.png"],
    ["%2e%2e%2f%2e%2e%2fx.png"],
    ["/absolute.png"],
    ["C:\\photo.png"],
    ["🎷🎺.png"],
    ["\u200f\u0645\u0631\u062d\u0628\u0627.png"],
    ["e\u0301.png"],
    [`${"a".repeat(251)}.png`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what S3 forms put for a name
    ["${filename}.png"],
    ["<script>alert(1)</script>.png"],
    ["'; drop table uploads; --.png"],
    [".png"],
    ["a.tar.png"],
    ["CON.png"],
  ])("are kept as they are and are no part of any key: %s", async (name) => {
    const file = await picture();
    const upload = bodyOf(
      await cloud.call("POST", `/events/${DEMO_EVENT_ID}/uploads`, { files: [{ name, bytes: file.length }] }),
      201,
    );
    expect(upload.media[0].fileName).toBe(name);
    const { requests } = bodyOf(
      await cloud.call("POST", `/uploads/${upload.uploadId}/sign`, { mediaId: "image1", operation: "PutObject" }),
    );
    expect(requests[0].key).toBe(`events/${DEMO_EVENT_ID}/uploads/${cloud.fanId}/${upload.uploadId}/images/image1.png`);
    expect(new URL(requests[0].url).pathname).toBe(`/${UPLOADS}/${requests[0].key}`);
    expect(bodyOf(await cloud.call("GET", `/uploads/${upload.uploadId}`)).media[0].fileName).toBe(name);
  });

  it.each([[`${"\u{1F3B7}".repeat(126)}.png`], [`${"x".repeat(1020)}.png`], [`${"\u00e9".repeat(1024)}.png`]])(
    "are refused when they are no text or too long: %j",
    async (name) => {
      const { status, text } = await ask(
        "POST",
        `/events/${DEMO_EVENT_ID}/uploads`,
        tokens.user,
        JSON.stringify({ files: [{ name, bytes: 9 }] }),
      );
      expect([status, JSON.parse(text).code]).toEqual([400, "request.invalid"]);
      expect(JSON.parse(text).details).toEqual({ field: "files.0.name" });
    },
  );

  it("do not decide of what is published", async () => {
    expect((await keysIn(cloud, UPLOADS)).filter((key) => !/^[-0-9a-z/.]+$/.test(key))).toEqual([]);
  });
});

describe("errors", () => {
  it.each<[string, string, string, object, Record<string, string>]>([
    ["creative", "POST", "/events", { title: `${MARK}\u0000` }, {}],
    ["creative", "POST", "/events", { title: { [MARK]: MARK } }, {}],
    ["creative", "POST", "/events", { title: "x", startsAt: MARK }, {}],
    ["creative", "POST", "/events", { title: "x", contentTypes: [MARK] }, {}],
    ["creative", "POST", "/events", { title: "x", [MARK]: MARK, uploadsPerFan: MARK }, {}],
    ["creative", "POST", "/events", { title: "x" }, { "idempotency-key": `${MARK} ${MARK}` }],
    ["creative", "PATCH", `/events/${DEMO_EVENT_ID}`, { title: "x" }, { "if-match": `"${MARK}"` }],
    ["creative", "POST", `/events/${DEMO_EVENT_ID}/flyer`, { name: MARK, bytes: 1 }, {}],
    ["creative", "POST", "/collections", { title: "x", description: [MARK] }, {}],
    ["user", "POST", `/events/${DEMO_EVENT_ID}/uploads`, { files: [{ name: `a.${MARK}`, bytes: 1 }] }, {}],
    ["user", "POST", `/events/${DEMO_EVENT_ID}/uploads`, { files: MARK }, {}],
    ["user", "POST", `/uploads/${DEMO_EVENT_ID}/sign`, { mediaId: MARK, operation: MARK }, {}],
    ["user", "POST", "/me/picture", { name: `x.${MARK}`, bytes: MARK }, {}],
  ])("repeat nothing of what they were sent: as %s, %s %s %j %j", async (who, method, path, body, headers) => {
    const { status, text } = await ask(method, path, tokens[who as "user"], JSON.stringify(body), headers);
    expect([400, 404, 412, 415]).toContain(status);
    expect(text).not.toContain(MARK);
    expect(text).not.toMatch(/valibot|electro|dynamo|lambda|node_modules|at \w+ \(/i);
  });

  it.each([`cursor=${MARK}`, `limit=${MARK}`, `creativeId=${MARK}`, `${MARK}=1&limit=0`])(
    "nor of a query: %s",
    async (query) => {
      const { status, text } = await ask("GET", `/events?${query}`, "");
      expect([status, text.includes(MARK)]).toEqual([400, false]);
    },
  );

  it("nor of a body that is none", async () => {
    for (const body of [MARK, `{"${MARK}"`, `["${MARK}"]`, `"${MARK}"`, "", "null"]) {
      const { status, text } = await ask("POST", "/events", tokens.creative, body);
      expect([body, status, text.includes(MARK)]).toEqual([body, 400, false]);
    }
  });

  it("never were one of ours", () => expect(troubles(cloud)).toEqual([]));
});
