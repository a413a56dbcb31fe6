import type { Pool } from "../pool.ts";

/** Cognito's own parameters, and what `/signup` adds; others it does not know and passes over. */
const KNOWN = [
  "client_id",
  "code_challenge",
  "code_challenge_method",
  "login_hint",
  "nonce",
  "prompt",
  "redirect_uri",
  "response_type",
  "scope",
  "screen_hint",
  "state",
];

/** The query as the library gets it: a client that asks for no scopes gets all of its own. */
export function authorizeQuery({ facts }: Pool, given: URLSearchParams): URLSearchParams {
  const known = [...given].filter(
    ([name, value]) => KNOWN.includes(name) && !(name === "scope" && value.trim() === ""),
  );
  const query = new URLSearchParams(known);
  const client = facts.clients.find(({ id }) => id === query.get("client_id"));
  if (client && !query.has("scope")) query.set("scope", client.scopes.join(" "));
  // The library ignores scopes that do not exist; Cognito refuses them.
  const scopes = query.get("scope")?.split(" ").filter(Boolean) ?? [];
  if (client && scopes.some((scope) => !client.scopes.includes(scope))) query.set("scope", REFUSED);
  return query;
}

/** Contains a character that no scope may have: refused with `invalid_scope`. */
const REFUSED = '"';
