import { describe, expect, it } from "vitest";
import { hostsOf, keepSuffix, pageOrigins, parseOptions, signInPages } from "../options.ts";
import { isStage } from "../stage.ts";

const at = (environment: Record<string, string>, stage = "show") => parseOptions(stage, environment);

describe("what a deployment may ask for", () => {
  it("is nothing by default, and an empty variable is as good as none", () => {
    const nothing = {
      ...{ bucketSuffix: "", domain: undefined, webOrigins: [], cliSignIn: false, waf: false, mail: undefined },
      ...{ athena: false, alarmEmail: undefined, budget: undefined, webhook: undefined },
      reserve: true,
    };
    expect(at({})).toEqual(nothing);
    const names = [
      "BUCKET_SUFFIX",
      "WEB_ORIGINS",
      "CLI_SIGN_IN",
      "WAF",
      "ATHENA",
      "EMAIL_FROM",
      "RESERVED_CONCURRENCY",
      "DOMAIN",
      "ALARM_EMAIL",
      "BUDGET",
      "WEBHOOK",
    ];
    expect(at(Object.fromEntries(names.map((name) => [`DROPCLIP_${name}`, " "])))).toEqual(nothing);
    expect(hostsOf(at({}))).toBeUndefined();
  });

  it("is turned on by 1 and off by 0", () => {
    expect(at({ DROPCLIP_ATHENA: "1" })).toMatchObject({ athena: true });
    expect(at({ DROPCLIP_WAF: "1", DROPCLIP_CLI_SIGN_IN: " 1 " })).toMatchObject({ waf: true, cliSignIn: true });
    expect(at({ DROPCLIP_RESERVED_CONCURRENCY: "0", DROPCLIP_WAF: "0" })).toMatchObject({ reserve: false, waf: false });
  });

  it.each([
    [{ DROPCLIP_WAF: "yes" }, 'DROPCLIP_WAF is "yes". Use 1, or leave it out: then it is off.'],
    [{ DROPCLIP_RESERVED_CONCURRENCY: "no" }, 'DROPCLIP_RESERVED_CONCURRENCY is "no". Use 0,'],
    [{ DROPCLIP_BUCKET_SUFFIX: "Acme_1" }, 'DROPCLIP_BUCKET_SUFFIX is "Acme_1". Use at most 20 lower-case letters'],
    [{ DROPCLIP_WEB_ORIGINS: "https://a.example/" }, 'DROPCLIP_WEB_ORIGINS names "https://a.example/", which is no'],
    [{ DROPCLIP_WEB_ORIGINS: "https://a.example,b" }, 'DROPCLIP_WEB_ORIGINS names "b", which is no origin'],
    [
      { DROPCLIP_DOMAIN: "https://clips.example.com" },
      'DROPCLIP_DOMAIN is "https://clips.example.com". Use a bare name',
    ],
    [{ DROPCLIP_ALARM_EMAIL: "ops" }, 'DROPCLIP_ALARM_EMAIL is "ops". Use a bare address'],
    ...["0", "12.5", "-3", "12 USD"].map((amount): [Record<string, string>, string] => [
      { DROPCLIP_BUDGET: amount },
      `DROPCLIP_BUDGET is "${amount}". Use whole US dollars`,
    ]),
    ...["example.com/a", "http://example.com", "https://me:secret@example.com", "https://example.com/#a"].map(
      (url): [Record<string, string>, string] => [
        { DROPCLIP_WEBHOOK: url },
        `DROPCLIP_WEBHOOK is "${url}". Use an address`,
      ],
    ),
    [{ DROPCLIP_EMAIL_FROM: "Dropclip <hello@example.com>" }, "Use a bare address"],
  ])("is refused in a sentence that names it: %j", (environment: Record<string, string>, sentence) => {
    expect(() => at(environment)).toThrow(sentence);
  });

  it("takes a webhook by HTTPS, or on this machine but not in production", () => {
    const [safe, local] = ["https://example.com/a?b=c", "http://localhost:4000/hook"];
    expect(at({ DROPCLIP_WEBHOOK: safe }, "production").webhook).toBe(safe);
    expect(at({ DROPCLIP_WEBHOOK: local }).webhook).toBe(local);
    expect(() => at({ DROPCLIP_WEBHOOK: local }, "production")).toThrow("In production it must begin with https.");
  });

  it("takes origins as people write them", () => {
    expect(at({ DROPCLIP_WEB_ORIGINS: " https://a.example , https://b.example," }).webOrigins).toEqual([
      "https://a.example",
      "https://b.example",
    ]);
  });
});

describe("a domain of one's own", () => {
  it("has the pages, and names below it for media and the API", () => {
    expect(hostsOf(at({ DROPCLIP_DOMAIN: " clips.example.com " }))).toEqual({
      ...{ pages: "clips.example.com", media: "media.clips.example.com", api: "api.clips.example.com" },
    });
  });
  it("is a name, in lower case, that leaves room for those below it", () => {
    const long = `${"a".repeat(60)}.`.repeat(4);
    const refused = ["example", "Example.com", "example.com.", "-a.example.com", "a..example.com", "*.example.com"];
    for (const domain of [...refused, "example.com/", "example.com:443", "127.0.0.1", `${long}example.com`])
      expect(() => at({ DROPCLIP_DOMAIN: domain }), domain).toThrow("DROPCLIP_DOMAIN");
    for (const domain of ["example.com", "a-1.example.co.uk", `${long}ab`])
      expect(at({ DROPCLIP_DOMAIN: domain }).domain).toBe(domain);
  });
});

describe("pages", () => {
  const [own, cli] = ["https://d1.cloudfront.net", ["http://localhost:4180/callback"]];
  const origins = (stage: string, environment: Record<string, string>) => pageOrigins(stage, at(environment, stage));

  it("are the app's own and those that are named, of a developer's machine not in production", () => {
    expect(origins("dev", {})).toEqual(["http://localhost:3000"]);
    expect(origins("production", {})).toEqual([]);
    expect(origins("production", { DROPCLIP_CLI_SIGN_IN: "1" })).toEqual([]);
    expect(origins("production", { DROPCLIP_WEB_ORIGINS: "https://a.example" })).toEqual(["https://a.example"]);
  });
  it("are where sign-in leads back to, or the command line, which production must be asked for", () => {
    const pages = (stage: string, environment: Record<string, string>) =>
      signInPages(stage, at(environment, stage), own, cli);
    expect(pages("dev", {})).toEqual({
      callbackUrls: [`${own}/callback`, "http://localhost:3000/callback", ...cli],
      logoutUrls: [`${own}/`, "http://localhost:3000/"],
    });
    const production = { callbackUrls: [`${own}/callback`], logoutUrls: [`${own}/`] };
    expect(pages("production", {})).toEqual(production);
    expect(pages("production", { DROPCLIP_CLI_SIGN_IN: "1" })).toEqual({
      ...{ ...production, callbackUrls: [`${own}/callback`, ...cli] },
    });
  });
});

describe("a stage's name", () => {
  it("is one AWS takes in every name made of it", () => {
    const long = "a-stage-of-more-than-20";
    const refused = ["Show", "show_1", "1show", "show-", long, "pull_request", "Dev", "my-aws", "cognito", ""];
    expect(refused.filter(isStage)).toEqual([]);
    for (const stage of refused) expect(() => at({}, stage)).toThrow(`The stage "${stage}" cannot be used`);
    const taken = ["a", "dev", "production", "pr-12", "anna-2", "just-twenty-letters1"];
    expect(taken.filter(isStage)).toEqual(taken);
  });
});

describe("a bucket suffix", () => {
  it("is the one asked for at a new stage, and stays that of the stage", () => {
    expect([keepSuffix("show", "acme", undefined), keepSuffix("show", "", undefined)]).toEqual(["acme", ""]);
    expect([keepSuffix("show", "acme", "acme"), keepSuffix("show", "", "acme")]).toEqual(["acme", "acme"]);
  });
  it("is refused when the stage was deployed with another, or with none", () => {
    const end = "Its buckets would be replaced";
    expect(() => keepSuffix("show", "other", "acme")).toThrow(
      `was deployed with DROPCLIP_BUCKET_SUFFIX=acme, and now it is other. ${end}`,
    );
    expect(() => keepSuffix("show", "other", "")).toThrow(`was deployed with no DROPCLIP_BUCKET_SUFFIX, and now`);
  });
});
