import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** A request as the gateway reads it. */
export interface Incoming {
  method: string;
  /** Decoded: HTTP APIs, unlike function URLs, decode the path before they route it and pass it on. */
  path: string;
  /** As sent, without the question mark. */
  query: string;
  /** Lower-case names, several values joined by commas; without Cookie. */
  headers: Record<string, string>;
  cookies: string[];
  sourceIp: string;
  protocol: string;
  /** As the `apigw-requestid` header and the event carry it. */
  requestId: string;
}

/** Fields between two hops, which the integration does not see. */
const HOP = new Set(["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]);

/** Reads the head of a request; undefined when its path cannot be decoded (400). */
export function readHead(request: IncomingMessage): Incoming | undefined {
  const { method = "", url = "/", httpVersion } = request;
  const mark = url.indexOf("?");
  const path = decodePath(mark < 0 ? url : url.slice(0, mark));
  if (path === undefined) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    if (!HOP.has(name) && name !== "cookie") headers[name] = values.join(",");
  }
  const sourceIp = (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
  headers["x-forwarded-for"] = [headers["x-forwarded-for"], sourceIp].filter(Boolean).join(", ");
  headers["x-forwarded-port"] = "443";
  headers["x-forwarded-proto"] = "https";
  headers["x-amzn-trace-id"] ??= `Root=1-${randomBytes(4).toString("hex")}-${randomBytes(12).toString("hex")}`;
  return {
    method,
    path,
    query: mark < 0 ? "" : url.slice(mark + 1),
    headers,
    cookies: (request.headers.cookie ?? "").split(/;\s*/).filter(Boolean),
    sourceIp,
    protocol: `HTTP/${httpVersion}`,
    requestId: newRequestId(),
  };
}

/** An id in the form of the gateway's: 16 characters with one `=`. */
export function newRequestId(): string {
  return randomBytes(11).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** An absolute URL as target is taken by its path; what follows a decoded question mark is cut off, as AWS does. */
function decodePath(raw: string): string | undefined {
  const path = raw.replace(/^https?:\/\/[^/]*/i, "") || "/";
  if (!path.startsWith("/")) return undefined;
  try {
    return decodeURIComponent(path).split("?")[0];
  } catch {
    return undefined;
  }
}
