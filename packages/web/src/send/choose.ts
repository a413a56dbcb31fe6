import { bytes, clock, list } from "../text/format.ts";
import { t } from "../text/index.ts";
import { contentTypeOf, type Refusal, refusal } from "./check.ts";
import { durationOf } from "./length.ts";
import type { Outbox } from "./outbox.ts";

/** More are a whole disk rather than a show. */
export const MOST_AT_ONCE = 500;

/** A file that is not taken, and why. */
export interface Refused {
  id: string;
  name: string;
  why: string;
}

/** Puts chosen files into the outbox, each looked at first; those that are not taken come back. */
export async function choose(outbox: Outbox, files: File[]): Promise<Refused[]> {
  const refused: Refused[] = [];
  const rest = files[MOST_AT_ONCE];
  if (rest) refused.push({ id: crypto.randomUUID(), name: rest.name, why: t.refusal.tooManyAtOnce(MOST_AT_ONCE) });
  for (const file of files.slice(0, MOST_AT_ONCE)) {
    const found = await refusalOf(outbox, file);
    const why = found ?? (outbox.add(file) ? undefined : { kind: "twice" as const });
    if (why) refused.push({ id: crypto.randomUUID(), name: file.name, why: words(why) });
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
