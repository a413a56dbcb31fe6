export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * An element's content: text, or children in order, a list being an element that repeats. Undefined and empty lists
 * leave no trace.
 */
export type Xml = string | number | boolean | undefined | { [name: string]: Xml | Xml[] };

export interface XmlOptions {
  /** Namespace of the root element. */
  namespace?: string;
  /** `<?xml …?>` with the line break after it, where the service writes one. */
  declaration?: string;
  /** `references` writes control characters as S3 does, though XML 1.0 has no place for most of them. */
  controls?: "references" | "replaced";
}

/** A whole document. */
export function writeXml(root: string, content: Xml, options: XmlOptions = {}): string {
  const { namespace, declaration = "", controls = "replaced" } = options;
  const open = namespace === undefined ? root : `${root} xmlns="${namespace}"`;
  const quote = controls === "references" ? withReferences : withReplacements;
  return `${declaration}<${open}>${inner(content, quote)}</${root}>`;
}

function inner(content: Xml, quote: (text: string) => string): string {
  if (content === undefined) return "";
  if (typeof content !== "object") return quote(String(content));
  return Object.entries(content)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const))
    .filter(([, one]) => one !== undefined)
    .map(([name, one]) => `<${name}>${inner(one, quote)}</${name}>`)
    .join("");
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#xD;" };

const withReferences = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: S3's keys may hold any of them
  text.replace(/[&<>"\u0000-\u001f\u007f]/g, (char) =>
    char !== "\r" && Object.hasOwn(ENTITIES, char) ? ENTITIES[char]! : `&#x${char.charCodeAt(0).toString(16)};`,
  );

/** What XML 1.0 has no way to write; error messages quote what a caller sent, whatever that was. */
const UNWRITABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const withReplacements = (text: string) =>
  text.replace(UNWRITABLE, "\u{FFFD}").replace(/[&<>"\r]/g, (char) => ENTITIES[char]!);
