import type { Card } from "@dropclip/core/card";
import { withCard } from "@dropclip/core/card/html";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../../test/support/document.ts";
import { describeCollection, describeEvent } from "../src/card/words.ts";

const INDEX = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="connect-src 'self'" />
    <meta name="description" content="Clips and photos." />
    <meta property="og:title" content="dropclip" />
    <title>dropclip</title>
    <script type="application/json" id="stage">{"api":"https://api.example"}</script>
    <script type="module" src="/assets/main-1.js"></script>
  </head>
  <body><div id="app"></div></body>
</html>
`;
const card: Card.Card = { title: "A night", description: "Kater.", url: "https://pages.example/e/1" };

/** What a crawler reads, in a browser's own reading of the page. */
function read(page: string) {
  const document = parse(page);
  const metas = [...document.querySelectorAll("meta[property], meta[name]")].map((meta) => [
    meta.getAttribute("property") ?? meta.getAttribute("name"),
    meta.getAttribute("content"),
  ]);
  const shape = [...document.querySelectorAll("*")].map((one) => `${one.tagName} ${one.getAttributeNames()}`);
  return { document, title: document.title, metas, shape };
}

describe("the card of a page", () => {
  it("takes the place of what the page said of itself, in its head, and leaves all else", () => {
    const [image, first] = ["https://cdn.example/a.jpg", "https://cdn.example/a.thumbnail.webp"];
    const page = withCard(INDEX, { ...card, image, first });
    const { document, metas } = read(page);
    expect([...document.querySelectorAll("title")].map((one) => one.textContent)).toEqual(["A night"]);
    expect(metas).toEqual([
      ["og:type", "website"],
      ["og:site_name", "dropclip"],
      ["og:title", "A night"],
      ["og:description", "Kater."],
      ["og:url", "https://pages.example/e/1"],
      ["og:image", "https://cdn.example/a.jpg"],
      ["description", "Kater."],
      ["twitter:card", "summary_large_image"],
    ]);
    const early = document.querySelector("head > link[rel=preload][as=image]");
    expect(early!.getAttribute("href")).toBe(first);
    expect([...document.querySelectorAll("head > meta, head > title")]).toHaveLength(metas.length + 3);
    const kept = INDEX.split("\n").filter((line) => !/<title|"description"|og:title/.test(line));
    for (const line of kept) expect(page).toContain(line);
  });

  it("is small where there is no picture", () => {
    const { metas } = read(withCard(INDEX, card));
    expect(metas).toContainEqual(["twitter:card", "summary"]);
    expect(metas.map(([name]) => name)).not.toContain("og:image");
  });

  it("says what it is told and nothing else, whatever that holds", () => {
    const plain = read(withCard(INDEX, { ...card, image: "x", first: "x" })).shape;
    const hostile = fc.constantFrom(
      ...["</title>", "<script>alert(1)</script>", '">', "'>", "-->", "<!--", "</head>", "&lt;", "&amp", "$&", "$1"],
      ...["<meta http-equiv=refresh content=0>", "<![CDATA[", "\u2028", "{{", "<body onload=x>", "𝒳", "é\u0301"],
    );
    const text = fc
      .array(fc.oneof(hostile, fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" })))
      .map((parts) => parts.join(""))
      // What a title cannot hold: HTML makes others of these (no control characters: `Text` in schemas.ts).
      .map((all) => all.replace(/[\p{Cc}\p{Cs}]/gu, "").trim())
      .filter((all) => all !== "");
    fc.assert(
      fc.property(text, text, text, (title, description, image) => {
        const { document, metas, shape } = read(withCard(INDEX, { ...card, title, description, image, first: image }));
        expect(shape).toEqual(plain);
        expect(document.querySelector("title")!.textContent).toBe(title);
        expect(metas).toContainEqual(["og:title", title]);
        expect(metas).toContainEqual(["og:description", description]);
        expect(metas).toContainEqual(["og:image", image]);
      }),
      { numRuns: 60 },
    );
  });

  it("is refused a page without a head", () => {
    expect(() => withCard("<p>", card)).toThrow("no </head>");
  });
});

describe("an event in words", () => {
  it.each([
    [{}, "Clips and photos from fans."],
    [{ venue: "Kater" }, "Kater. Clips and photos from fans."],
    [{ performer: "Mina", venue: "Kater" }, "Mina, Kater. Clips and photos from fans."],
    [
      { venue: "Kater\nBlau", startsAt: "2026-06-12T20:00:00.000Z" },
      "Kater Blau, 12 June 2026, 20:00 UTC. Clips and photos from fans.",
    ],
    [
      { startsAt: "2026-06-12T20:00:00.000Z", endsAt: "2026-06-12T23:30:00.000Z" },
      "12 June 2026, 20:00–23:30 UTC. Clips and photos from fans.",
    ],
    [
      { startsAt: "2026-06-12T20:00:00.000Z", endsAt: "2026-06-13T02:00:00.000Z" },
      "12 June 2026, 20:00 – 13 June 2026, 02:00 UTC. Clips and photos from fans.",
    ],
  ])("%j", (event, words) => expect(describeEvent(event)).toBe(words));
});

describe("a collection in words", () => {
  it("has the creative's own, in one line and cut between characters where they are many", () => {
    expect(describeCollection({})).toBe("A collection of clips and photos from fans.");
    expect(describeCollection({ description: "One\ntwo" })).toBe("One two");
    const family = "👨\u200D👩\u200D👧";
    expect(describeCollection({ description: family.repeat(200) })).toBe(family.repeat(200));
    expect(describeCollection({ description: family.repeat(201) })).toBe(`${family.repeat(199)}…`);
  });
});
