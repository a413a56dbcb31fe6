import { Cursor } from "../store/cursor.ts";
import { countsOf, grouped, sum } from "./count.ts";
import type { OfMedia } from "./schemas.ts";
import type { Count } from "./tally.ts";

type Row = { uploadId: string; mediaId: string } & { [Name in keyof Count]?: number | undefined };

const viewsOf = ({ plays, opens }: Count) => plays + opens;
const nameOf = ({ uploadId, mediaId }: { uploadId: string; mediaId: string }) => `${uploadId}/${mediaId}`;

/** Media by their views, the most first; those without any are left out. Rows of the same media are added up. */
export function ranked(rows: Row[]): OfMedia[] {
  return grouped(rows, nameOf)
    .map(([, same]) => ({ uploadId: same[0]!.uploadId, mediaId: same[0]!.mediaId, ...sum(same.map(countsOf)) }))
    .filter((one) => viewsOf(one) > 0)
    .sort((a, b) => viewsOf(b) - viewsOf(a) || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** A page of a ranking. Counts go on meanwhile: what overtakes another one between two pages may be missed. */
export function pageOf(ranking: OfMedia[], { cursor, limit }: Cursor.Page, purpose: string) {
  const [views = Infinity, name = ""] = place(Cursor.open(cursor, purpose));
  const rest = ranking.filter((one) => viewsOf(one) < views || (viewsOf(one) === views && nameOf(one) > name));
  const media = rest.slice(0, limit);
  const last = media.at(-1);
  const next = last && rest.length > limit ? Cursor.seal(`${viewsOf(last)} ${nameOf(last)}`, purpose) : undefined;
  return { media, ...(next ? { cursor: next } : {}) };
}

function place(text: string | null): [views?: number, name?: string] {
  if (text === null) return [];
  const [views, name = ""] = text.split(" ");
  return [Number(views), name];
}
