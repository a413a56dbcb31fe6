import { XMLParser } from "fast-xml-parser";
import { AwsError } from "../../world.ts";

/** Namespace of the API version. */
export const NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

/** An element's content: text, children in order, or a list of elements. */
export type Xml = string | number | { [name: string]: Xml | Xml[] };

const parser = new XMLParser({ parseTagValue: false, trimValues: true, ignoreAttributes: true, removeNSPrefix: true });

/** Parses a request body; `MalformedXML` when it is none. */
export function parseXml(body: Buffer): Record<string, unknown> {
  try {
    return parser.parse(body.toString("utf8"), true) as Record<string, unknown>;
  } catch {
    throw new AwsError("MalformedXML", "1 validation error detected: the request body is not well-formed XML.");
  }
}

/** Writes a document with the API's namespace on its root. */
export function writeXml(root: string, content: Xml): string {
  return `<?xml version="1.0"?>\n<${root} xmlns="${NAMESPACE}">${inner(content)}</${root}>`;
}

function inner(content: Xml): string {
  if (typeof content !== "object") return escapeText(String(content));
  return Object.entries(content)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `<${name}>${inner(one)}</${name}>`),
    )
    .join("");
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
