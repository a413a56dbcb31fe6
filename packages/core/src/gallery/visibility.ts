export * as Visibility from "./visibility.ts";

import * as v from "valibot";
import { MediaNotComplete, MediaWaiting, UploadNotFound } from "../errors.ts";
import { fn } from "../fn.ts";
import { Id, type Source, system } from "../ids.ts";
import type { MediaRef } from "../keys.ts";
import { MediaEntity } from "../store/media.entity.ts";
import type { Visibility as State } from "../upload/status.ts";
import { type Change, transition } from "../upload/transition.ts";
import { Upload } from "../upload/upload.ts";

export { isUnsettled } from "../upload/status.ts";

const SetHiddenInput = v.object({ uploadId: Id, mediaId: v.string(), creativeId: Id, hidden: v.boolean() });

/**
 * Hides a complete media of the creative's own event from the public, or shows it again. Hidden, it leaves the gallery
 * at once; S3 and the edge follow by `settled`. Safe to repeat: true as long as they have not followed yet.
 * `UploadNotFound`, `MediaNotFound`, `MediaNotComplete`, `MediaWaiting`.
 */
export const set = fn(SetHiddenInput, async (input, source: Source = system): Promise<boolean> => {
  const rows = await Upload.readForChange(input.uploadId);
  const { upload } = rows;
  if (upload.creativeId !== input.creativeId) throw UploadNotFound();
  const found = Upload.mediaOf(rows, input.mediaId);
  const change: Change = input.hidden
    ? { visibility: { from: ["public", "showing"], to: "hiding" }, step: "hidden", link: "remove", ...STAYS }
    : { visibility: { from: ["hidden", "hiding"], to: "showing" }, step: "shown", ...STAYS };
  const outcome = await transition({ ...upload, mediaId: input.mediaId }, change, source);
  // It was not complete, or was deleted in between.
  if (outcome === "stale") throw MediaNotComplete(found.status === "complete" ? "deleted" : found.status);
  if (outcome === "done") return true;
  const state = await get({ ...upload, mediaId: input.mediaId });
  if (state === "waiting") throw MediaWaiting();
  return state === "hiding" || state === "showing";
});

const STAYS = { from: ["complete"], to: "complete", set: {} } satisfies Partial<Change>;

/** Whether the public may see the media; undefined when it is neither complete nor refused by its event's creative. */
export const get = async (ref: MediaRef): Promise<State | undefined> => (await read(ref)).state;

/** The same, and whether the media was held: only then can there be files where it waits. */
export async function read({ uploadId, mediaId }: MediaRef): Promise<{ state: State | undefined; held: boolean }> {
  const { data } = await MediaEntity.get({ uploadId, mediaId }).go({ consistent: true });
  const { status, visibility, held = false } = data ?? {};
  const complete = status === "complete" ? (visibility ?? "public") : undefined;
  return { state: status === "rejected" ? visibility : complete, held };
}

/**
 * S3 and the edge are as the record wants them: `hiding → hidden`; `showing → public`, in the gallery; `refusing →
 * refused`.
 */
export const settled = (ref: MediaRef, was: keyof typeof SETTLED, source: Source = system) =>
  transition(ref, SETTLED[was], source);

const SETTLED = {
  hiding: { ...STAYS, visibility: { from: ["hiding"], to: "hidden" } },
  showing: { ...STAYS, visibility: { from: ["showing"], to: "public" }, link: "add" },
  refusing: { from: ["rejected"], to: "rejected", visibility: { from: ["refusing"], to: "refused" }, set: {} },
} satisfies Record<string, Change>;
