import type { Card } from "./card.ts";

/** What a page says of itself before it has a card: the card takes its place. */
const OWN =
  /[ \t]*<(?:title\b[^>]*>[^<]*<\/title|meta\b[^>]*\b(?:property="og:|name="(?:description"|twitter:))[^>]*)>(?:[ \t]*\n)?/gi;
const HEAD_END = /[ \t]*<\/head\s*>/i;

/** The page with the card in its head, where those look who do not run scripts. */
export function withCard(page: string, card: Card): string {
  const bare = page.replace(OWN, "");
  const at = bare.search(HEAD_END);
  if (at < 0) throw new Error("The page has no </head>, before which its card belongs.");
  return `${bare.slice(0, at)}${tags(card)}${bare.slice(at)}`;
}

function tags({ title, description, url, image, first }: Card): string {
  const properties = [
    ["og:type", "website"],
    ["og:site_name", "dropclip"],
    ["og:title", title],
    ["og:description", description],
    ["og:url", url],
    ...(image ? [["og:image", image]] : []),
  ];
  const names = [
    ["description", description],
    ["twitter:card", image ? "summary_large_image" : "summary"],
  ];
  const lines = [
    `<title>${escaped(title)}</title>`,
    ...properties.map(([name, value]) => `<meta property="${name}" content="${escaped(value!)}">`),
    ...names.map(([name, value]) => `<meta name="${name}" content="${escaped(value!)}">`),
  ];
  // The browser need not wait for the app to ask for it.
  if (first) lines.push(`<link rel="preload" as="image" href="${escaped(first)}" fetchpriority="high">`);
  return `${lines.join("\n")}\n`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
/** As text of an element or of an attribute in quotes. */
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
