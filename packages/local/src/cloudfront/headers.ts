/** Response headers as an ordered list under lower-case names; a name may come more than once. */
export class Headers {
  #pairs: [string, string][] = [];

  /** From node's `rawHeaders`. */
  static fromRaw(raw: string[]): Headers {
    const headers = new Headers();
    for (let at = 0; at + 1 < raw.length; at += 2) headers.append(raw[at]!, raw[at + 1]!);
    return headers;
  }

  /** All values of the name, comma-joined; undefined when it is absent. */
  get(name: string): string | undefined {
    const values = this.#pairs.filter(([other]) => other === name).map(([, value]) => value);
    return values.length > 0 ? values.join(", ") : undefined;
  }

  has(name: string): boolean {
    return this.#pairs.some(([other]) => other === name);
  }

  append(name: string, value: string) {
    this.#pairs.push([name.toLowerCase(), value]);
  }

  set(name: string, value: string) {
    this.delete(name);
    this.append(name, value);
  }

  delete(...names: string[]) {
    const gone = new Set(names.map((name) => name.toLowerCase()));
    this.#pairs = this.#pairs.filter(([name]) => !gone.has(name));
  }

  /** Adds a member to a list header such as Vary unless it is already there. */
  include(name: string, member: string) {
    const members = (this.get(name) ?? "").split(",").map((item) => item.trim());
    const present = members.filter(Boolean);
    if (present.some((item) => item === "*" || item.toLowerCase() === member.toLowerCase())) return;
    this.set(name, [...present, member].join(", "));
  }

  copy(): Headers {
    const other = new Headers();
    other.#pairs = this.#pairs.map(([name, value]) => [name, value]);
    return other;
  }

  /** As `ServerResponse.writeHead` takes them. */
  toRaw(): string[] {
    return this.#pairs.flat();
  }
}

/** Hop-by-hop fields, and what CloudFront never passes on from an origin or sets itself. */
const DROPPED = [
  "age",
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-connection",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
  "x-amz-cf-id",
  "x-amz-cf-pop",
  "x-cache",
];

/** The origin's headers as CloudFront keeps them: everything but hop-by-hop fields, cookies and its own. */
export function keptHeaders(raw: string[]): Headers {
  const headers = Headers.fromRaw(raw);
  const named = (headers.get("connection") ?? "").toLowerCase().split(",");
  headers.delete(...DROPPED, ...named.map((name) => name.trim()).filter(Boolean));
  return headers;
}
