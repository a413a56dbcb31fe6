import type { PictureOwner } from "../keys.ts";
import type { Reason } from "../reasons.ts";
import { isDone } from "../store/database.ts";
import { CLOSED, EventEntity, OPEN } from "../store/event.entity.ts";
import { ProfileEntity } from "../store/profile.entity.ts";
import type { Offer } from "./schemas.ts";

/** The members of an event's or user's row that concern their picture. */
export interface Row {
  revision: number;
  picture?: { version: string; extension: string; sequencer: string; thumbnail?: boolean | undefined } | undefined;
  offer?: OfferRow | undefined;
  retired?: string[] | undefined;
  looks?: { day: string; count: number } | undefined;
  state?: string | undefined;
}

interface OfferRow {
  version: string;
  extension: string;
  status: Offer["status"];
  sequencer?: string | undefined;
  reason?: Partial<Reason> | undefined;
}

/** The owner's row; undefined when it has none; `deleted` when the event or the account is. */
export async function find({ kind, id }: PictureOwner): Promise<Row | "deleted" | undefined> {
  const { data } =
    kind === "profile"
      ? await ProfileEntity.get({ userId: id }).go({ consistent: true })
      : await EventEntity.get({ eventId: id }).go({ consistent: true });
  if (data?.deletedAt) return "deleted";
  return data ?? undefined;
}

/** The owner's row; undefined when it has none, or is deleted. */
export async function read(owner: PictureOwner): Promise<Row | undefined> {
  const row = await find(owner);
  return row === "deleted" ? undefined : row;
}

export interface Change {
  /** Null takes it away. */
  offer?: OfferRow | null;
  /** Null takes it away. */
  picture?: NonNullable<Row["picture"]> | null;
  retired?: string[];
  looks?: { day: string; count: number };
  /** Whether pictures are still to be removed. */
  due?: boolean;
}

/** Changes the row if it is still as it was read; returns whether it was. */
export async function write({ kind, id }: PictureOwner, row: Row | undefined, change: Change) {
  const { picture, offer, retired, looks, due } = change;
  const set = {
    ...(picture ? { picture } : {}),
    ...(offer ? { offer } : {}),
    ...(retired ? { retired } : {}),
    ...(looks ? { looks } : {}),
    ...(due === undefined ? {} : { state: due ? OPEN : CLOSED }),
  };
  const gone = (["picture", "offer"] as const).filter((name) => change[name] === null);
  if (kind === "flyer")
    return isDone(
      EventEntity.patch({ eventId: id })
        .set(set)
        .remove(gone)
        .add({ revision: 1 })
        .where(({ revision }, { eq }) => eq(revision, row?.revision ?? 0))
        .go(),
    );
  if (!row) return isDone(ProfileEntity.create({ userId: id, revision: 0, state: CLOSED, ...set }).go());
  return isDone(
    ProfileEntity.patch({ userId: id })
      .set(set)
      .remove(gone)
      .add({ revision: 1 })
      .where(({ revision }, { eq }) => eq(revision, row.revision))
      .go(),
  );
}
