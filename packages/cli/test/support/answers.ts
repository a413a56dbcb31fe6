/** An answer of a test's server. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export function json(status: number, body: unknown, type = "application/json"): Answer {
  return { status, headers: { "content-type": type }, body: JSON.stringify(body) };
}

export const nothing: Answer = { status: 204 };

/** An error in the API's form. */
export function problem(status: number, code: string, message: string, headers: Record<string, string> = {}): Answer {
  const answer = json(status, { code, message, details: {}, requestId: "r-1" });
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** An error in the form of AWS's JSON services. */
export function awsError(status: number, type: string, message: string): Answer {
  return json(status, { __type: type, message }, "application/x-amz-json-1.1");
}

/** A page of a list: the cursor is where the next page begins. */
export function page(name: string, all: unknown[], query: URLSearchParams, most: number): Record<string, unknown> {
  const from = Number(query.get("cursor") ?? 0);
  const to = from + Math.min(most, Number(query.get("limit") ?? 20));
  return { [name]: all.slice(from, to), ...(to < all.length && { cursor: String(to) }) };
}
