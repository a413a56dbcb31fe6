import { bearer } from "../session/bearer.ts";
import { session } from "../session/session.ts";
import type { paths } from "./.generated/schema.ts";
import { address, type Query } from "./address.ts";
import { ask, taken } from "./early.ts";
import { Problem } from "./problem.ts";

type Method = "get" | "post" | "put" | "patch" | "delete";
type Json<T> = { content: { "application/json": T } };
type Taking<M extends Method> = { [P in keyof paths]: paths[P][M] extends object ? P : never }[keyof paths];
type Answer<O> = O extends { responses: { 200: Json<infer T> } | { 201: Json<infer T> } } ? T : undefined;
type Asked<O> = (O extends { parameters: { path: infer P } } ? { path: P } : unknown) &
  (O extends { parameters: { query?: infer Q } } ? { query?: Q } : unknown) &
  (O extends { requestBody: Json<infer B> } ? { body: B } : unknown) & {
    idempotencyKey?: string;
    signal?: AbortSignal;
  };

/**
 * Calls one route of the API, with the user's token where somebody is signed in. Throws a `Problem` when it says no.
 */
export async function call<M extends Method, P extends Taking<M>>(
  method: M,
  route: P,
  asked: Asked<paths[P][M]>,
): Promise<Answer<paths[P][M]>> {
  const { path = {}, query = {}, body, idempotencyKey, signal } = asked as Loose;
  const url = address(route, path, query);
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["content-type"] = "application/json";
  if (idempotencyKey) headers["idempotency-key"] = idempotencyKey;
  const user = session.value?.userId;
  const tokenOf = async (renew: boolean) => {
    const token = await bearer({ renew });
    // What one user began never goes on in the name of another who signed in meanwhile.
    if (session.value?.userId !== user) throw new Problem(401);
    return token;
  };
  const send = (token: string | undefined) =>
    ask(url, {
      method: method.toUpperCase(),
      headers: token ? { ...headers, authorization: `Bearer ${token}` } : headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    } as RequestInit);

  const needsUser = user !== undefined && !PUBLIC.test(`${method} ${route}`);
  const early = method === "get" && !needsUser ? taken(url) : undefined;
  let response = await (early ?? send(needsUser ? await tokenOf(false) : undefined));
  // The token was withdrawn, or this machine's clock was set meanwhile: one new token, one more time.
  if (response.status === 401 && needsUser) response = await send(await tokenOf(true));
  if (response.status === 204) return undefined as never;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, answer);
  return answer;
}

interface Loose {
  path?: Record<string, string>;
  query?: Query;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** What everybody may read is asked without a token: it needs no preflight and works when the session has ended. */
const PUBLIC =
  /^get \/(events(\/\{eventId\}(\/media)?)?|collections\/\{collectionId\}|profiles\/\{userId\}|uploads\/.+\/download)$/;
