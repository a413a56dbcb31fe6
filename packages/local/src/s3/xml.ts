import { XMLParser } from "fast-xml-parser";
import { malformedXml } from "./errors.ts";

/** An element as read: its text where it has no children, else its children by name. */
export type Element = string | { [name: string]: Element | Element[] };

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  // Blanks are part of a key.
  trimValues: false,
  removeNSPrefix: true,
  htmlEntities: true,
});

/** The root element of a request's document; throws MalformedXML unless it is a `root`. */
export function parseXml(text: string, root: string): { [name: string]: Element | Element[] } {
  // Nothing S3 reads has a document type; what has one wants entities expanded.
  if (/<!DOCTYPE/i.test(text)) throw malformedXml();
  let parsed: Record<string, Element>;
  try {
    parsed = parser.parse(text, true);
  } catch {
    throw malformedXml();
  }
  const element = parsed[root];
  if (element === undefined || typeof element === "string") throw malformedXml();
  return element;
}

/** The elements of one name, however many there are. */
export function list(element: { [name: string]: Element | Element[] }, name: string): Element[] {
  const value = element[name];
  return value === undefined ? [] : [value].flat();
}

/** The text of an element's only child of that name; undefined when there is none. */
export function text(element: Element, name: string): string | undefined {
  if (typeof element === "string") throw malformedXml();
  const value = element[name];
  if (value !== undefined && typeof value !== "string") throw malformedXml();
  return value;
}
