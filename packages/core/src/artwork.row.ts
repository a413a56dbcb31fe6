import type { Offer } from "./artwork.ts";
import { isDone } from "./database.ts";
import type { Reason } from "./errors.ts";
import { EventEntity } from "./event.entity.ts";
import type { ArtworkOwner } from "./keys.ts";
import { ProfileEntity } from "./profile.entity.ts";

/** Of an event or a user: what concerns their picture. */
export interface Row {
  revision: number;
  artwork?: { version: string; extension: string; sequencer: string } | undefined;
  offer?: OfferRow | undefined;
  retired?: string[] | undefined;
}

interface OfferRow {
  version: string;
  extension: string;
  status: Offer["status"];
  sequencer?: string | undefined;
  reason?: Partial<Reason> | undefined;
}

/** The owner's row; undefined when it has none, or the event is deleted. */
export async function read({ kind, id }: ArtworkOwner): Promise<Row | undefined> {
  if (kind === "picture") return (await ProfileEntity.get({ userId: id }).go({ consistent: true })).data ?? undefined;
  const { data } = await EventEntity.get({ eventId: id }).go({ consistent: true });
  return data && !data.deletedAt ? data : undefined;
}

export interface Change {
  offer?: OfferRow;
  /** Null takes it away. */
  artwork?: NonNullable<Row["artwork"]> | null;
  retired?: string[];
}

/** Changes the row as long as it is the one that was read. */
export async function write({ kind, id }: ArtworkOwner, row: Row | undefined, { artwork, ...change }: Change) {
  const set = { ...change, ...(artwork ? { artwork } : {}) };
  const gone = artwork === null ? (["artwork"] as const) : [];
  if (kind === "flyer")
    return isDone(
      EventEntity.patch({ eventId: id })
        .set(set)
        .remove([...gone])
        .add({ revision: 1 })
        .where(({ revision }, { eq }) => eq(revision, row?.revision ?? 0))
        .go(),
    );
  if (!row) return isDone(ProfileEntity.create({ userId: id, revision: 0, ...set }).go());
  return isDone(
    ProfileEntity.patch({ userId: id })
      .set(set)
      .remove([...gone])
      .add({ revision: 1 })
      .where(({ revision }, { eq }) => eq(revision, row.revision))
      .go(),
  );
}
