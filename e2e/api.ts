/** What the API answered; `body` parsed where it is JSON. */
export interface Answer {
  status: number;
  body: any;
  headers: Headers;
}

/** Calls the API, as one user or as nobody, and parses its answer. */
export type Api = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** The API at `base`, with a token or without. */
export const apiOf =
  (base: string, token?: string): Api =>
  async (method, path, body, more = {}) => {
    const headers = {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...more,
    };
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${base}${path}`, { method, headers, ...init });
    return { status: response.status, body: parsed(await response.text()), headers: response.headers };
  };

/** Whoever is asked by mistake answers with a page: that is for the message then. */
function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
