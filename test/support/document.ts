/** As far as the tests look at a page; jsdom comes without types. */
interface Node {
  tagName: string;
  textContent: string | null;
  getAttribute(name: string): string | null;
  getAttributeNames(): string[];
  querySelector(selector: string): Node | null;
  querySelectorAll(selector: string): Iterable<Node>;
}
export interface Page extends Node {
  title: string;
}

const { JSDOM } = await import("jsdom" as string);

/** The page as a browser reads it; nothing in it runs. */
export const parse = (html: string): Page => new JSDOM(html).window.document;
