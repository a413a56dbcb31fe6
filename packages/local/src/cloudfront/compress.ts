import { constants, createBrotliCompress, createGzip } from "node:zlib";
import type { CacheBehavior } from "@dropclip/synth/cloud";
import type { Headers } from "./headers.ts";

/** Sizes CloudFront compresses (developer guide, "Serve compressed files"). */
const SMALLEST_BYTES = 1_000;
const LARGEST_BYTES = 10_000_000;

/** The types CloudFront compresses, from the same page. */
const TYPES = new Set(
  `application/dash+xml application/eot application/font application/font-sfnt application/javascript application/json
  application/opentype application/otf application/pkcs7-mime application/protobuf application/rss+xml
  application/truetype application/ttf application/vnd.apple.mpegurl application/vnd.mapbox-vector-tile
  application/vnd.ms-fontobject application/wasm application/xhtml+xml application/xml application/x-font-opentype
  application/x-font-truetype application/x-font-ttf application/x-httpd-cgi application/x-javascript
  application/x-mpegurl application/x-opentype application/x-otf application/x-perl application/x-ttf font/eot
  font/opentype font/otf font/ttf image/svg+xml text/css text/csv text/html text/javascript text/js text/plain
  text/richtext text/tab-separated-values text/xml text/x-component text/x-java-source text/x-script
  vnd.apple.mpegurl`.split(/\s+/),
);

export type Encoding = "br" | "gzip";

/** Whether CloudFront compresses this answer for viewers that take it: by behaviour, type and a stated size. */
export function compressible(behavior: CacheBehavior, status: number, headers: Headers): boolean {
  const { gzip, brotli } = behavior.cachePolicy;
  if (!behavior.compress || !(gzip || brotli) || status !== 200 || headers.has("content-encoding")) return false;
  const type = (headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  const bytes = Number(headers.get("content-length") ?? Number.NaN);
  return TYPES.has(type) && bytes >= SMALLEST_BYTES && bytes <= LARGEST_BYTES;
}

/** The encoding for a normalised Accept-Encoding; Brotli when the viewer takes both. */
export function chooseEncoding(acceptEncoding: string): Encoding | undefined {
  if (acceptEncoding.includes("br")) return "br";
  return acceptEncoding.includes("gzip") ? "gzip" : undefined;
}

/** Quality 5: what an edge can afford per request; Brotli's default of 11 takes seconds for a few megabytes. */
export function compressor(encoding: Encoding) {
  return encoding === "gzip" ? createGzip() : createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
}

/** Headers of the compressed form: a weak ETag, since the bytes are no longer the origin's. */
export function compressedHeaders(headers: Headers, encoding: Encoding): Headers {
  const compressed = headers.copy();
  compressed.delete("content-length", "accept-ranges");
  compressed.set("content-encoding", encoding);
  const etag = headers.get("etag");
  if (etag?.startsWith('"')) compressed.set("etag", `W/${etag}`);
  else if (etag !== undefined && !etag.startsWith("W/")) compressed.delete("etag");
  return compressed;
}
