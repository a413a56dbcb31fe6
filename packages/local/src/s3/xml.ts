import { XMLParser } from "fast-xml-parser";
import { malformedXml } from "./errors.ts";

const XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/";

/** An element's content: text, child elements, or a list for an element that repeats; undefined and empty lists leave no trace. */
export type Content = string | number | boolean | undefined | { [name: string]: Content | Content[] };

/** A whole document; S3's errors have no namespace. */
export function document(name: string, content: Content, { namespace = true } = {}): string {
  const open = namespace ? `<${name} xmlns="${XMLNS}">` : `<${name}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${open}${render(content)}</${name}>`;
}

function render(content: Content): string {
  if (content === undefined) return "";
  if (typeof content !== "object") return escapeText(String(content));
  return Object.entries(content)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const))
    .filter(([, one]) => one !== undefined)
    .map(([name, one]) => `<${name}>${render(one)}</${name}>`)
    .join("");
}

const NAMED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Control characters become references, as S3 writes them, though XML 1.0 has no place for most of them. */
const escapeText = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold any of them
  text.replace(/[&<>"\u0000-\u001f\u007f]/g, (char) => NAMED[char] ?? `&#x${char.charCodeAt(0).toString(16)};`);

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
