import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { CliError } from "../errors.ts";

/** One file of the built pages. */
export interface SiteFile {
  /** The key in the bucket, which is also the path below the pages' address. */
  key: string;
  body: Buffer;
}

/** The built pages by when they are put: what `index.html` names must be there before it. */
export interface Site {
  /** Named by their content: they never change. */
  assets: SiteFile[];
  /** Icons and the like, which keep their name when they change. */
  others: SiteFile[];
  index: SiteFile;
}

/** Marks what the pages no longer name. The bucket's lifecycle removes it 30 days after it was marked. */
export const RETIRED = { key: "retired", value: "true" };

export const INDEX = "index.html";
/** Where the build puts what it names by its content. */
export const ASSETS = "assets/";

/** Reads what a build left in a folder; a `CliError` says what is wrong with it. */
export function readSite(folder: string): Site {
  const files = walk(folder).map((path) => ({
    key: relative(folder, path).split(sep).join("/"),
    body: readFileSync(path),
  }));
  const index = files.find(({ key }) => key === INDEX);
  if (!index) throw new CliError(`${folder} has no ${INDEX}: build the pages first, \`npm run build -w packages/web\``);
  const [assets, others] = [files.filter(isAsset), files.filter((file) => file !== index && !isAsset(file))];
  // A path of the app's own must not become a file: what has no extension is one.
  const nameless = others.find(({ key }) => extname(key) === "");
  if (nameless) throw new CliError(`${join(folder, nameless.key)}: a file without an extension would hide a page`);
  const keys = new Set(assets.map(({ key }) => key));
  const missing = namedIn(index).find((key) => !keys.has(key));
  if (missing) throw new CliError(`${folder} is half a build: ${INDEX} names ${missing}, which is not there`);
  return { assets, others, index };
}

/** The assets that a page names. */
const namedIn = ({ body }: SiteFile) =>
  [...body.toString("utf8").matchAll(/["'(]\/(assets\/[^"'()?#]+)/g)].map(([, key]) => decodeURI(key!));

const isAsset = ({ key }: SiteFile) => key.startsWith(ASSETS);

function walk(folder: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(folder).toSorted();
  } catch (error) {
    throw new CliError(`${folder} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  return entries.flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/** Browsers are told not to guess: a file of an unknown kind is one to save. */
export const contentType = (key: string) => TYPES[extname(key).toLowerCase()] ?? "application/octet-stream";

const YEAR_SECONDS = 365 * 24 * 60 * 60;
/** How long the edge may show an old page where it was not told to forget it. Browsers ask each time. */
const EDGE_SECONDS = 60;

export const cacheControl = (key: string) =>
  key.startsWith(ASSETS)
    ? `public, max-age=${YEAR_SECONDS}, immutable`
    : `public, max-age=0, s-maxage=${EDGE_SECONDS}, must-revalidate`;
