import type { Call } from "../api/caller.ts";
import { parse } from "../api/caller.ts";
import { type Flyer, PostForm } from "../api/schemas.ts";
import type { Context } from "../context.ts";
import { CliError, Refusal } from "../errors.ts";
import { inspect, type MediaFile } from "../files/media-file.ts";
import { clean } from "../format.ts";
import type { Patience } from "../net/retry.ts";
import { createProgress } from "../progress/create.ts";
import type { Screen } from "../progress/screen.ts";
import { sendForm } from "./form.ts";

const POLL_MS = 250;
const LONGEST_POLL_MS = 2_000;
const BACK_OFF = 1.5;
/** Checking a picture takes a second or two; after this time something else is wrong. */
const LONGEST_MS = 2 * 60_000;

/** A flyer or profile picture in its owner's record. */
export interface Picture {
  /** The one that is served now. */
  served?: Flyer["flyer"];
  /** The one that was sent last. */
  offer?: Flyer["upload"];
}

export interface SetPicture {
  call: Call;
  patience: Patience;
  screen: Screen;
  /** The API path that returns forms. */
  path: string;
  /** Reads the owner's record. */
  read: () => Promise<Picture>;
}

/** The picture file that the user named; a `CliError` when it is not a picture. */
export function inspectPicture(path: string): MediaFile {
  const [file] = inspect([path]);
  if (!file!.type.startsWith("image/")) throw new CliError(`${clean(file!.name)} is a video, not a picture`);
  return file!;
}

/** Sends a picture and waits until the record shows it. Throws a `Refusal` with the reason when it is not accepted. */
export async function setPicture(context: Context, set: SetPicture, file: MediaFile): Promise<Picture> {
  const { call, patience, screen, path } = set;
  const { name, bytes } = file;
  const form = parse(PostForm, await call("POST", path, { body: { name, bytes } }));
  const progress = createProgress(screen, context.clock);
  try {
    const shown = progress.file(name, bytes);
    await sendForm(patience, form, file, shown);
    shown.sent();
    const picture = await settled(set, form.version, name, () => shown.processing(undefined));
    shown.ended("complete");
    return picture;
  } finally {
    progress.stop();
  }
}

async function settled({ patience, read }: SetPicture, version: string, name: string, onWait: () => void) {
  const { clock, signal } = patience;
  const end = clock.now() + LONGEST_MS;
  for (let waitMs = POLL_MS; ; waitMs = Math.min(waitMs * BACK_OFF, LONGEST_POLL_MS)) {
    const picture = await read();
    const { served, offer } = picture;
    if (served?.version === version) return picture;
    if (offer?.version !== version) throw new CliError(`${clean(name)}: another picture was set meanwhile`);
    if (offer.status === "complete") return picture;
    if (offer.status === "rejected") {
      const { code, message } = offer.reason ?? { code: "image.rejected", message: "It was not accepted." };
      throw new Refusal(`refused: ${clean(name)}: ${message} (${code})`);
    }
    if (clock.now() >= end) throw new CliError(`${clean(name)} was sent, but is not processed yet`);
    onWait();
    await clock.sleep(waitMs, signal);
  }
}
