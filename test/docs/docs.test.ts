import { describe, expect, it } from "vitest";
import { missingRoute, problemsOf } from "./commands.ts";
import { documents, read } from "./documents.ts";
import { brokenLink, isVerb, missingPaths } from "./places.ts";

/** Documents that name verbs of the domain: `Upload.create`. */
const OF_THE_DOMAIN = /^docs\/|^packages\/(?:core|functions)\//;
const VERB = /^([A-Z]\w+)\.([a-z]\w+)$/;
/** The local cloud's documents, as the other documents call them. */
const ROUTES_OF_OTHERS = /^POST \/$/;

const all = documents();
const ofTheDomain = all.filter(({ file }) => OF_THE_DOMAIN.test(file));

describe.each(all.map((document) => [document.file, document] as const))("%s", (_, document) => {
  it("links to what is there", () => {
    const broken = document.links.map((link) => brokenLink(link, document)).filter((why) => why !== undefined);
    expect(broken).toEqual([]);
  });

  it("names files that are there", () => {
    expect(document.code.flatMap((line) => missingPaths(line, document))).toEqual([]);
  });

  it("names commands that can be run", () => {
    expect(document.code.flat().flatMap(problemsOf)).toEqual([]);
  });

  it("names routes that the API has", () => {
    const named = document.code.flat().filter((code) => !ROUTES_OF_OTHERS.test(code));
    expect(named.map(missingRoute).filter((why) => why !== undefined)).toEqual([]);
  });
});

it.each(ofTheDomain.map((document) => [document.file, document] as const))(
  "%s names verbs that there are",
  (_, document) => {
    const named = document.code.flat().flatMap((code) => (VERB.test(code) ? [VERB.exec(code)!] : []));
    expect(named.filter(([, noun, verb]) => !isVerb(noun!, verb!)).map(([name]) => name)).toEqual([]);
  },
);

describe("the check of the documents", () => {
  it("finds links, files and headings that are not there", () => {
    const document = read("docs/x.md", "# A `b`, c\n[a](../README.md) [b](nowhere.md) [c](#a-b-c) [d](#none)");
    expect(document.links.map((link) => brokenLink(link, document))).toEqual([
      undefined,
      "there is no docs/nowhere.md",
      "there is no docs/x.md",
      "there is no docs/x.md",
    ]);
    expect(brokenLink("../README.md#nowhere", document)).toBe("README.md has no heading #nowhere");
    expect(brokenLink("../README.md#try-it", document)).toBeUndefined();
    expect(missingPaths(["node packages/core/src/none.ts --x"], document)).toEqual(["packages/core/src/none.ts"]);
    expect(missingPaths(["packages/<name>/src/limits.ts", "none.ts"], document)).toEqual(["none.ts"]);
    expect(missingPaths(["stacks/", "ingest.asl.ts", "outputs.mjs"], document)).toEqual(["outputs.mjs"]);
  });

  it.each([
    ["npm run nothing", "package.json has no script nothing"],
    ["npx nothing --help", "nothing that is installed is called nothing"],
    ["npx dropclip nothing", "dropclip has no command nothing"],
    ["`dropclip` is; dropclip events vanish EVENT", "dropclip events has no command vanish"],
    ["npx dropclip events list --nothing", "dropclip events list has no option --nothing"],
    [
      "npm run bench && npx dropclip flyer set EVENT poster.jpg --nothing",
      "dropclip flyer set has no option --nothing",
    ],
  ])("finds in %j that %s", (line, why) => expect(problemsOf(line)).toEqual([why]));

  it.each([
    "npm test",
    "npm run e2e -- --stage production",
    "npx dropclip upload clip.mov photo.heic --event demo   # then a comment: npx dropclip nothing",
    "npx dropclip … --stage NAME",
  ])("has nothing against %j", (line) => expect(problemsOf(line)).toEqual([]));

  it("finds routes and verbs that are not there", () => {
    expect(missingRoute("GET /nothing")).toBe("openapi.json has no GET /nothing");
    expect(missingRoute("GET /health")).toBeUndefined();
    expect([isVerb("Upload", "create"), isVerb("Upload", "vanish"), isVerb("Nothing", "create")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
