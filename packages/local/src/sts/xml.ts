/** An element's content: text, or its children in order. */
export type Xml = string | number | { [name: string]: Xml };

/** What XML 1.0 has no way to write; error messages quote what a caller sent, whatever that was. */
const UNWRITABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#xD;" };

/** A document in STS's namespace. */
export function writeXml(root: string, content: Xml): string {
  return `<${root} xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${inner(content)}</${root}>\n`;
}

function inner(content: Xml): string {
  if (typeof content !== "object") {
    return String(content)
      .replace(UNWRITABLE, "\u{FFFD}")
      .replace(/[&<>"\r]/g, (char) => ENTITIES[char]!);
  }
  return Object.entries(content)
    .map(([name, value]) => `<${name}>${inner(value)}</${name}>`)
    .join("");
}
