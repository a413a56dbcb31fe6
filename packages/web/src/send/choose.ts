import { bytes, clock, list } from "../text/format.ts";
import { t } from "../text/index.ts";
import { contentTypeOf, type Refusal, refusal } from "./check.ts";
import { durationOf } from "./length.ts";
import type { Outbox } from "./outbox.ts";

/** More are a whole disk rather than a show. */
export const MOST_AT_ONCE = 500;
/** So many are listed in one go; in between the page answers its user. */
const IN_ONE_GO = 25;
const rest = () => new Promise((resolve) => setTimeout(resolve));

/** A file that is not taken, and why. */
export interface Refused {
  id: string;
  name: string;
  why: string;
}

/** Puts chosen files into the outbox, each looked at first; those that are not taken come back. */
export async function choose(outbox: Outbox, files: File[]): Promise<Refused[]> {
  const refused: Refused[] = [];
  const refuse = ({ name }: File, why: string) => refused.push({ id: crypto.randomUUID(), name, why });
  const beyond = files[MOST_AT_ONCE];
  if (beyond) refuse(beyond, t.refusal.tooManyAtOnce(MOST_AT_ONCE));
  for (let at = 0; at < Math.min(files.length, MOST_AT_ONCE); at += IN_ONE_GO) {
    const taken: File[] = [];
    for (const file of files.slice(at, Math.min(at + IN_ONE_GO, MOST_AT_ONCE))) {
      const why = await refusalOf(outbox, file);
      if (why) refuse(file, words(why));
      else taken.push(file);
    }
    for (const file of outbox.add(taken)) refuse(file, t.refusal.twice);
    await rest();
  }
  return refused;
}

async function refusalOf({ event }: Outbox, file: File): Promise<Refusal | undefined> {
  const picked = { name: file.name, type: file.type, bytes: file.size };
  const plain = refusal(picked, event);
  if (plain || contentTypeOf(picked) !== "video") return plain;
  const url = URL.createObjectURL(file);
  const durationMs = await durationOf(url);
  URL.revokeObjectURL(url);
  return refusal({ ...picked, durationMs }, event);
}

function words(why: Refusal): string {
  switch (why.kind) {
    case "type":
      return t.refusal.type(list(why.taken));
    case "tooLarge":
      return t.refusal.tooLarge(bytes(why.bytes), bytes(why.limit));
    case "tooLong":
      return t.refusal.tooLong(clock(why.ms), clock(why.limitMs));
    default:
      return t.refusal[why.kind];
  }
}
