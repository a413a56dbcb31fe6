import { type Api, ApiRefusal } from "../api/client.ts";
import type { Media, Upload } from "../api/schemas.ts";
import { CliError } from "../errors.ts";
import { isUnchanged, type MediaFile } from "../files/media-file.ts";
import { clean } from "../format.ts";
import type { Entry, Journal } from "../send/journal.ts";

export interface Beginning {
  api: Api;
  journal: Journal;
  eventId: string;
  fanId: string;
  files: MediaFile[];
  say: (line: string) => void;
}

/** The upload these files belong to: the one an earlier run left unfinished, or a new one. */
export async function begin(beginning: Beginning): Promise<{ upload: Upload; entry: Entry }> {
  return (await takeUp(beginning)) ?? (await create(beginning));
}

async function takeUp({ api, journal, fanId, files, say }: Beginning) {
  const entry = journal.read();
  if (!entry) return undefined;
  const changed = files.find((file) => {
    const known = entry.files.find(({ path }) => path === file.path);
    return !known || known.bytes !== file.bytes || known.mtimeMs !== file.mtimeMs;
  });
  if (changed) {
    say(`${clean(changed.name)} has changed since it was last sent: starting anew`);
    return undefined;
  }
  const upload = await find(api, entry.uploadId, fanId);
  if (!upload || upload.status === "expired" || upload.status === "deleted") {
    say("the upload begun earlier is gone: starting anew");
    return undefined;
  }
  say("going on with the upload begun earlier");
  return { upload, entry };
}

async function find(api: Api, uploadId: string, fanId: string): Promise<Upload | undefined> {
  try {
    return (await api.read(uploadId, fanId))?.upload;
  } catch (error) {
    if (error instanceof ApiRefusal && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  }
}

async function create({ api, journal, eventId, fanId, files }: Beginning) {
  const offered = files.map(({ name, type, bytes }) => ({ name, type, bytes }));
  const upload = await api.create(eventId, fanId, offered);
  const mediaIds = mediaIdsOf(files);
  const entry: Entry = {
    version: 1,
    uploadId: upload.uploadId,
    files: files.map(({ path, bytes, mtimeMs }, index) => ({ path, bytes, mtimeMs, mediaId: mediaIds[index]! })),
  };
  journal.write(entry);
  for (const { mediaId, bytes } of entry.files) {
    if (mediaOf(upload, mediaId).bytes !== bytes) throw new CliError(`the API has another size for ${mediaId}`);
  }
  const changed = files.find((file) => !isUnchanged(file));
  if (changed) throw new CliError(`${clean(changed.name)} is being changed: run the command again once it is at rest`);
  return { upload, entry };
}

/** An upload's media in the order of its files: the video is `video`, the images count from `image1`. */
function mediaIdsOf(files: MediaFile[]): string[] {
  let images = 0;
  return files.map(({ type }) => (type.startsWith("video/") ? "video" : `image${++images}`));
}

export function mediaOf(upload: Upload, mediaId: string): Media {
  const media = upload.media.find((each) => each.mediaId === mediaId);
  if (!media) throw new CliError(`the API's record lacks ${mediaId}`);
  return media;
}
