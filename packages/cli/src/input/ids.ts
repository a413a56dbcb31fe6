import * as v from "valibot";
import { DEMO_EVENT_ID } from "../demo.ts";
import { CliError } from "../errors.ts";

/** The event id for a name: `demo` is the seeded event. */
export function eventOf(name: string, what = "event"): string {
  return name === "demo" ? DEMO_EVENT_ID : idOf(what, name);
}

/** `what` is its name for the user: an option, or an argument's name in the help. */
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
  // The API checks the id; a text of another form could lead to another of its paths.
  if (/^(video|image\d+)$/.test(mediaId)) return mediaId;
  throw new CliError(`media ${text}: neither video nor image1, image2 …`);
}

/** Media in the form that tables show: `UPLOAD/video`, `UPLOAD/image3`. */
export function mediaOf(text: string): MediaRef {
  const [uploadId, mediaId, ...more] = text.split("/");
  if (!uploadId || !mediaId || more.length > 0)
    throw new CliError(`media ${text}: not like UPLOAD/video or UPLOAD/image1`);
  return { uploadId: idOf("upload", uploadId), mediaId: mediaIdOf(mediaId) };
}

/** One file of an upload, or all that the command is about. */
export interface SomeMedia {
  uploadId: string;
  mediaId?: string;
}

/** Media in that form, or a whole upload. */
export const someMediaOf = (text: string): SomeMedia =>
  text.includes("/") ? mediaOf(text) : { uploadId: idOf("upload", text) };

export function refText({ uploadId, mediaId }: MediaRef): string {
  return `${uploadId}/${mediaId}`;
}
