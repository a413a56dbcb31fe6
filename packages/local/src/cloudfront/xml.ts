import { XMLParser } from "fast-xml-parser";
import { AwsError } from "../world.ts";

const parser = new XMLParser({ parseTagValue: false, trimValues: true, ignoreAttributes: true, removeNSPrefix: true });

/** Parses a request body; `MalformedXML` when it is none. */
export function parseXml(body: Buffer): Record<string, unknown> {
  try {
    return parser.parse(body.toString("utf8"), true) as Record<string, unknown>;
  } catch {
    throw new AwsError("MalformedXML", "1 validation error detected: the request body is not well-formed XML.");
  }
}
