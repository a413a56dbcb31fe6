import { match } from "../ui/match.ts";
import { address, type Query } from "./address.ts";
import { hear } from "./clock.ts";

/** How many media a page of a list asks for at once. */
export const MEDIA = 60;
/** How many shows the first page asks for at once. */
export const SHOWS = 30;

/** What pages read first of all, by the addresses that they have themselves; the first that fits counts. */
const READS: [pattern: string, ...reads: [route: string, query?: Query][]][] = [
  ["/", ["/events", { limit: SHOWS }]],
  ["/e/:eventId/send", ["/events/{eventId}"]],
  ["/e/:eventId/:uploadId?/:mediaId?", ["/events/{eventId}"], ["/events/{eventId}/media", { limit: MEDIA }]],
  ["/c/:collectionId/:uploadId?/:mediaId?", ["/collections/{collectionId}", { limit: MEDIA }]],
];

/** Asks each time, and is told when nothing has changed: the browser sends the ETag it knows. */
export async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(url, { ...init, cache: "no-cache" });
  hear(answer);
  return answer;
}

const begun = new Map<string, Promise<Response>>();
const place = location.pathname;

/** Begins what the page at this address will read, while the app that reads it is still on its way. */
export function begin() {
  for (const [pattern, ...reads] of READS) {
    const path = match(pattern, place);
    if (!path) continue;
    for (const [route, query] of reads) {
      const url = address(route, path, query);
      const answer = ask(url);
      // Whoever takes it is told.
      answer.catch(() => {});
      begun.set(url, answer);
    }
    return;
  }
}

/** The answer to a read that was begun: once, and only on the page it was begun for. Later it would be old. */
export function taken(url: string): Promise<Response> | undefined {
  const answer = location.pathname === place ? begun.get(url) : undefined;
  begun.delete(url);
  return answer;
}
