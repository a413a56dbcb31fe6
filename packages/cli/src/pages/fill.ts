import { CliError } from "../errors.ts";
import type { Hosting } from "./hosting.ts";

const STAGE_SLOT = /<script\b[^>]*\bid="stage"[^>]*>[^<]*<\/script>/gi;
const POLICY_SLOT = /<meta\b[^>]*\bhttp-equiv="Content-Security-Policy"[^>]*>/gi;

/** Writes a stage's addresses into the built page; a `CliError` where it has no place for them. */
export function fill(html: string, hosting: Hosting): string {
  // The pages of events and collections are made of this one on the stage itself, where nobody would be told.
  if (!/<\/head\s*>/i.test(html))
    throw new CliError("index.html must have a </head>, before which links are described");
  const stage = `<script type="application/json" id="stage">${inScript(told(hosting))}</script>${connected(hosting)}`;
  const filled = replaceOnly(html, STAGE_SLOT, '<script type="application/json" id="stage">', () => stage);
  return replaceOnly(filled, POLICY_SLOT, '<meta http-equiv="Content-Security-Policy" content="…">', (meta) => {
    const policy = withHosts(/\bcontent="([^"]*)"/i.exec(meta)?.[1] ?? "", hostsOf(hosting));
    return `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  });
}

/** What the pages are told. */
const told = ({ api, cdn, signIn, clientId, issuer, region, stage }: Hosting) => ({
  ...{ api, cdn, signIn, clientId, issuer, region, stage },
});

/** Lines to the API and the media are open by the time the app has something to ask. */
const connected = ({ api, cdn }: Hosting) =>
  `<link rel="preconnect" href="${new URL(api).origin}" crossorigin><link rel="preconnect" href="${new URL(cdn).origin}">`;

/** As text of a script, which ends at the first `</script` and may begin a comment by `<!--`, whatever it holds. */
const inScript = (value: unknown) =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${code}`;
  });

/** The hosts that each directive takes besides what the page itself asks for. */
function hostsOf({ api, cdn, signIn, issuer, uploads, content, images }: Hosting): Record<string, string[]> {
  const seen = [cdn, content, images];
  return { "connect-src": [api, signIn, issuer, uploads, ...seen], "img-src": seen, "media-src": seen };
}

function withHosts(policy: string, hosts: Record<string, string[]>): string {
  const directives = policy.split(";").flatMap((one) => one.trim() || []);
  const named = new Map(directives.map((one) => [one.split(/\s+/)[0]!.toLowerCase(), one]));
  for (const [name, urls] of Object.entries(hosts)) {
    const own = named.get(name);
    if (own === undefined) throw new CliError(`the page's Content-Security-Policy has no ${name}`);
    const origins = new Set(urls.map((url) => new URL(url).origin));
    named.set(name, [own, ...origins].join(" "));
  }
  return [...named.values()].join("; ");
}

function replaceOnly(html: string, slot: RegExp, looks: string, by: (found: string) => string): string {
  const found = html.match(slot) ?? [];
  if (found.length !== 1)
    throw new CliError(`index.html must have exactly one ${looks} for the stage's addresses, and has ${found.length}`);
  return html.replace(slot, by);
}
