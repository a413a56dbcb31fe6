import * as v from "valibot";
import { DEMO_EVENT_ID } from "../demo.ts";
import { CliError } from "../errors.ts";

/** The event behind the name: `demo` is the seeded one. */
export function eventOf(name: string, what = "event"): string {
  return name === "demo" ? DEMO_EVENT_ID : idOf(what, name);
}

/** `what` is what the user calls it: an option, or the word the help has for an argument. */
export function idOf(what: string, value: string): string {
  if (v.is(v.pipe(v.string(), v.uuid()), value)) return value.toLowerCase();
  throw new CliError(`${what} ${value}: not a UUID`);
}

/** One file of an upload. */
export interface MediaRef {
  uploadId: string;
  mediaId: string;
}

export function mediaIdOf(text: string): string {
  const mediaId = text.toLowerCase();
  // The API has the last word; what is not even alike might lead to another of its paths.
  if (/^(video|image\d+)$/.test(mediaId)) return mediaId;
  throw new CliError(`media ${text}: neither video nor image1, image2 …`);
}

/** Media as the tables have it: `UPLOAD/video`, `UPLOAD/image3`. */
export function mediaOf(text: string): MediaRef {
  const [uploadId, mediaId, ...more] = text.split("/");
  if (!uploadId || !mediaId || more.length > 0)
    throw new CliError(`media ${text}: not like UPLOAD/video or UPLOAD/image1`);
  return { uploadId: idOf("upload", uploadId), mediaId: mediaIdOf(mediaId) };
}

export function refText({ uploadId, mediaId }: MediaRef): string {
  return `${uploadId}/${mediaId}`;
}
