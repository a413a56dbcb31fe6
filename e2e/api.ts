/** The API's answer; `body` is parsed where it is JSON. */
export interface Answer {
  status: number;
  body: any;
  headers: Headers;
}

/** Calls the API, as one user or without a token, and parses the answer. */
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

/** Another server may answer with a page of HTML: the text is kept for the error message. */
function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
