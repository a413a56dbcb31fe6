import { type Exchange, Refused, redirect } from "./exchange.ts";
import type { Hosted } from "./hosted.ts";

/**
 * Ends the session of the hosted pages, then leads to one of the client's sign-out addresses, or to a new sign-in.
 * Refresh tokens stay good. https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
export async function signOut(hosted: Hosted, exchange: Exchange) {
  const { searchParams, search } = exchange.url;
  const client = hosted.pool.facts.clients.find(({ id }) => id === searchParams.get("client_id"));
  if (!client) throw new Refused(400, "invalid_client", "The sign-out names no client of this user pool.");
  const logoutUri = searchParams.get("logout_uri");
  if (logoutUri === null && !searchParams.has("redirect_uri")) {
    throw new Refused(400, "invalid_request", "The sign-out names no address to lead to.");
  }
  if (logoutUri !== null && !client.logoutUrls.includes(logoutUri)) {
    throw new Refused(400, "redirect_mismatch", "The client has no such sign-out address.");
  }
  await endSession(hosted, exchange);
  redirect(exchange, 302, logoutUri ?? `/oauth2/authorize${search}`);
}

async function endSession({ provider }: Hosted, { request, response }: Exchange) {
  const context = provider.createContext(request, response);
  await (await provider.Session.get(context)).destroy();
  context.cookies.set(provider.cookieName("session"), null, { path: "/", signed: true });
}
