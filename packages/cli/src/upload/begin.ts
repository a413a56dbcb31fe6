import { randomUUID } from "node:crypto";
import { ApiRefusal } from "../api/caller.ts";
import type { Api } from "../api/client.ts";
import type { Media, Upload } from "../api/schemas.ts";
import { CliError } from "../errors.ts";
import { isUnchanged, type MediaFile } from "../files/media-file.ts";
import { clean } from "../format.ts";
import type { Entry, Journal } from "../send/journal.ts";

export interface Beginning {
  api: Api;
  journal: Journal;
  eventId: string;
  files: MediaFile[];
  say: (line: string) => void;
}

/** What the API has returned about an upload. */
export type Begun = Entry & { uploadId: string };

/** The upload of these files: the one that an earlier run left unfinished, or a new one. */
export async function begin(beginning: Beginning): Promise<{ upload: Upload; entry: Begun }> {
  const entry = left(beginning);
  if (!entry) return create(beginning, newEntry(beginning.files));
  const { api, files, say } = beginning;
  // The earlier run asked for an upload and got no answer: with the same key, the API does not make a second one.
  if (!entry.uploadId) return create(beginning, entry);
  const upload = await find(api, entry.uploadId);
  if (!upload || upload.status === "expired" || upload.status === "deleted") {
    say("the earlier upload no longer exists: starting again");
    return create(beginning, newEntry(files));
  }
  say("continuing the earlier upload");
  return { upload, entry: { ...entry, uploadId: entry.uploadId } };
}

/** The journal that an earlier run left for exactly these files. */
function left({ journal, files, say }: Beginning): Entry | undefined {
  const entry = journal.read();
  const changed =
    entry &&
    files.find((file) => {
      const known = entry.files.find(({ path }) => path === file.path);
      return !known || known.bytes !== file.bytes || known.mtimeMs !== file.mtimeMs;
    });
  if (!changed) return entry;
  if (entry.uploadId) say(`${clean(changed.name)} has changed since it was last sent: starting again`);
  return undefined;
}

async function find(api: Api, uploadId: string): Promise<Upload | undefined> {
  try {
    return (await api.read(uploadId))?.upload;
  } catch (error) {
    if (error instanceof ApiRefusal && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  }
}

async function create({ api, journal, eventId, files }: Beginning, entry: Entry) {
  journal.write(entry);
  // In the order of the entry: with another order of files, the same key would ask for another upload.
  const offered = entry.files.map(({ path }) => {
    const { name, type, bytes } = files.find((file) => file.path === path)!;
    return { name, type, bytes };
  });
  const upload = await created(api, journal, eventId, entry.idempotencyKey, offered);
  const begun = { ...entry, uploadId: upload.uploadId };
  journal.write(begun);
  for (const { mediaId, bytes } of begun.files) {
    if (mediaOf(upload, mediaId).bytes !== bytes) throw new CliError(`the API has another size for ${mediaId}`);
  }
  const changed = files.find((file) => !isUnchanged(file));
  if (changed)
    throw new CliError(`${clean(changed.name)} is still changing: run the command again when it no longer changes`);
  return { upload, entry: begun };
}

async function created(api: Api, journal: Journal, ...[eventId, key, files]: Parameters<Api["create"]>) {
  try {
    return await api.create(eventId, key, files);
  } catch (error) {
    // No upload was made: the next run asks with a new key.
    if (error instanceof ApiRefusal) journal.remove();
    throw error;
  }
}

function newEntry(files: MediaFile[]): Entry {
  const mediaIds = mediaIdsOf(files);
  return {
    version: 2,
    idempotencyKey: randomUUID(),
    files: files.map(({ path, bytes, mtimeMs }, index) => ({ path, bytes, mtimeMs, mediaId: mediaIds[index]! })),
  };
}

/** An upload's media in the order of its files: the video is `video`, images are numbered from `image1`. */
function mediaIdsOf(files: MediaFile[]): string[] {
  let images = 0;
  return files.map(({ type }) => (type.startsWith("video/") ? "video" : `image${++images}`));
}

export function mediaOf(upload: Upload, mediaId: string): Media {
  const media = upload.media.find((each) => each.mediaId === mediaId);
  if (!media) throw new CliError(`the API's record lacks ${mediaId}`);
  return media;
}
