import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { build } from "vite";
import { ROOT, type TestCloud } from "../cloud.ts";

const WEB = join(ROOT, "packages/web");
/** Where pages are served from while they are developed: the API, the buckets and the user pool know this address. */
const ORIGIN = "http://localhost:3000";
const CSP =
  "script-src 'self'; style-src 'self'; require-trusted-types-for 'script'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export interface Pages {
  url: string;
  /** Lets a browser reach them. */
  args: string[];
  close(): void;
}

let built: Promise<Map<string, string>> | undefined;
/** The pages' files by their path, built once. */
function files(): Promise<Map<string, string>> {
  built ??= build({ root: WEB, logLevel: "error", build: { write: false } }).then((result) => {
    const { output } = result as unknown as {
      output: { fileName: string; code?: string; source?: string | Uint8Array }[];
    };
    const all = output.map(({ fileName, code, source }) => [`/${fileName}`, code ?? `${source}`] as const);
    return new Map([...all, ["/icon.svg", readFileSync(join(WEB, "public/icon.svg"), "utf8")]]);
  });
  return built;
}

/** The pages of a cloud: its addresses filled in, served with the headers they have on the edge. */
export async function pagesOf({ api, cdn, signIn, issuer, region, endpoints }: TestCloud): Promise<Pages> {
  const all = await files();
  const { components } = (await (await fetch(`${api}/openapi.json`)).json()) as any;
  const clientId = components.securitySchemes.user["x-clientId"];
  const stage = { api, cdn, signIn, clientId, issuer, region, stage: "local" };
  const html = all
    .get("/index.html")!
    .replace(/(<script type="application\/json" id="stage">)[^<]*/, `$1${JSON.stringify(stage)}`)
    .replace("connect-src 'self'", `connect-src 'self' ${api} ${cdn} ${endpoints.s3} ${signIn}`)
    .replace("img-src 'self'", `img-src 'self' ${cdn}`)
    .replace("media-src 'self'", `media-src 'self' ${cdn}`);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", ORIGIN);
    const found = pathname === "/index.html" ? undefined : all.get(pathname);
    response.setHeader("content-type", TYPES[found ? extname(pathname) : ".html"] ?? "application/octet-stream");
    response.setHeader("content-security-policy", CSP);
    response.setHeader("cache-control", found ? "public, max-age=31536000, immutable" : "no-cache");
    response.end(found ?? html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  // Several may be there at once, each for its own browser, while the address they are known by is one.
  const args = [`--host-resolver-rules=MAP ${new URL(ORIGIN).host} 127.0.0.1:${port}`];
  return { url: ORIGIN, args, close: () => void server.close() };
}
