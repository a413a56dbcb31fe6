import { join } from "node:path";
import pLimit from "p-limit";
import { createCaller } from "../api/caller.ts";
import { createApi } from "../api/client.ts";
import type { Media, Upload } from "../api/schemas.ts";
import type { Context } from "../context.ts";
import type { MediaFile } from "../files/media-file.ts";
import type { Session } from "../identity/session.ts";
import { patienceOf } from "../net/patience.ts";
import { configDirectory } from "../paths.ts";
import { createProgress } from "../progress/create.ts";
import type { FileProgress } from "../progress/progress.ts";
import type { Screen } from "../progress/screen.ts";
import type { Delivery } from "../send/delivery.ts";
import { type Journal, type JournalFile, openJournal } from "../send/journal.ts";
import { PARALLEL_REQUESTS, sendAll } from "../send/send.ts";
import { begin, mediaOf } from "./begin.ts";
import { follow, hasEnded } from "./follow.ts";

export interface UploadInput {
  api: string;
  eventId: string;
  session: Session;
  files: MediaFile[];
}

/** A finished upload, and the media that each file became. */
export interface Finished {
  upload: Upload;
  mediaIds: string[];
}

/**
 * Sends the files as one upload, continuing what an earlier run left, and follows it until every media has ended.
 * Throws a `Refusal` when the API refuses it, a `CliError` when it fails; the journal then keeps what was sent.
 */
export async function upload(context: Context, screen: Screen, input: UploadInput): Promise<Finished> {
  const paths = input.files.map(({ path }) => path);
  const key = { ...input, userId: input.session.user.userId, paths };
  // Real time, whatever the injected clock: it is compared with the times of files.
  const journal = openJournal(join(configDirectory(context), "uploads"), key, Date.now());
  try {
    const finished = await sendAndFollow(context, screen, input, journal);
    journal.remove();
    return finished;
  } finally {
    journal.close();
  }
}

async function sendAndFollow(
  context: Context,
  screen: Screen,
  input: UploadInput,
  journal: Journal,
): Promise<Finished> {
  const { clock, signal } = context;
  const { eventId, session, files } = input;
  const patience = patienceOf(context, screen);
  const api = createApi(createCaller(input.api, patience, session));
  const say = (line: string) => screen.line(line);
  const { upload, entry } = await begin({ api, journal, eventId, files, say });
  const progress = createProgress(screen, clock);
  try {
    const slot = pLimit(PARALLEL_REQUESTS);
    const sends = files.map((file) => {
      const state = entry.files.find(({ path }) => path === file.path)!;
      return { file, state, progress: progress.file(file.name, file.bytes) };
    });
    const deliveries = sends.flatMap((send): Delivery[] => {
      const { state } = send;
      const { status, transfer } = mediaOf(upload, state.mediaId);
      if (state.sent || status !== "pending" || !transfer) {
        send.progress.sent();
        return [];
      }
      const remember = (change: Partial<JournalFile>) => {
        Object.assign(state, change);
        journal.write(entry);
      };
      return [{ ...send, api, uploadId: entry.uploadId, transfer, remember, slot, patience }];
    });
    await sendAll(deliveries, signal);
    const read = (etag?: string) => api.read(entry.uploadId, etag);
    const ended = await follow(context, read, (seen) => {
      for (const send of sends) show(mediaOf(seen, send.state.mediaId), send.progress);
    });
    return { upload: ended, mediaIds: sends.map(({ state }) => state.mediaId) };
  } finally {
    progress.stop();
  }
}

function show(media: Media, progress: FileProgress) {
  if (hasEnded(media)) progress.ended(media.status);
  else if (media.status === "processing") progress.processing(media.progress);
}
