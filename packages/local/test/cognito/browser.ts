interface Cookie {
  name: string;
  value: string;
  path: string;
}

/** As much of a browser as signing in needs: cookies by path, redirects followed until they leave the domain, forms. */
export class Browser {
  readonly #domain: string;
  cookies: Cookie[] = [];
  url: URL;
  status = 0;
  headers = new Headers();
  html = "";
  /** Where the last redirect away from the domain led; nothing is sent there. */
  left: URL | undefined;

  constructor(domain: string) {
    this.#domain = domain;
    this.url = new URL(domain);
  }

  async open(path: string, query: Record<string, string> = {}) {
    const url = new URL(path, this.url);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    await this.#go(url, {});
    return this;
  }

  /** Fills in and sends the form with that action (the first one), with its hidden fields. */
  async submit(fields: Record<string, string>, { action, headers = {} }: { action?: string; headers?: object } = {}) {
    const forms = [...this.html.matchAll(/<form method="post" action="([^"]*)">(.*?)<\/form>/gs)];
    const form = forms.find(([, to]) => action === undefined || to?.endsWith(action));
    if (!form) throw new Error(`no form${action ? ` ${action}` : ""} on the page: ${this.html}`);
    const [, to = "", inner = ""] = form;
    const inputs = [...inner.matchAll(/<input([^>]*)>/gs)].map(([, attributes = ""]) => attributes);
    const of = (attributes: string, name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
    const names = inputs.map((attributes) => of(attributes, "name"));
    const strange = Object.keys(fields).find((name) => !names.includes(name));
    if (strange) throw new Error(`the form has no field ${strange}`);
    const body = new URLSearchParams();
    for (const attributes of inputs) body.set(of(attributes, "name"), of(attributes, "value"));
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    await this.#go(new URL(to, this.url), { method: "POST", body, headers: { origin: this.#domain, ...headers } });
    return this;
  }

  /** The parameters the app was called back with. */
  calledBack(): Record<string, string> {
    if (!this.left) throw new Error(`the browser is still at ${this.url} (${this.status}): ${this.text()}`);
    return Object.fromEntries(this.left.searchParams);
  }

  /** The message of the page that says what went wrong. */
  get error(): string | undefined {
    return unescaped(/role="alert"[^>]*>([^<]*)</.exec(this.html)?.[1]);
  }

  get title(): string | undefined {
    return /<h1>([^<]*)</.exec(this.html)?.[1];
  }

  text(): string {
    const body = this.html.replace(/<style>.*?<\/style>/s, "").replace(/<[^>]*>/g, " ");
    return unescaped(body.replace(/\s+/g, " ").trim()) ?? "";
  }

  cookie(name: string): Cookie | undefined {
    return this.cookies.find((cookie) => cookie.name === name);
  }

  async #go(url: URL, init: RequestInit & { headers?: object }) {
    this.left = undefined;
    const sent = this.cookies.filter(
      ({ path }) => url.pathname === path || url.pathname.startsWith(path.replace(/\/?$/, "/")),
    );
    const cookie = sent.map(({ name, value }) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { cookie, ...init.headers } });
    this.url = url;
    this.status = response.status;
    this.headers = response.headers;
    this.html = await response.text();
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get("location");
    if (location === null) return;
    const next = new URL(location, url);
    if (next.origin !== new URL(this.#domain).origin) this.left = next;
    else await this.#go(next, {});
  }

  #keep(line: string) {
    const [pair = "", ...attributes] = line.split(/;\s*/);
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? "/";
    const over = attributes.some((one) => /^expires=Thu, 01 Jan 1970/i.test(one));
    this.cookies = this.cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    if (!over) this.cookies.push({ name, value, path });
  }
}

function unescaped(text: string | undefined): string | undefined {
  return text
    ?.replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
