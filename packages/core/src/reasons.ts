/** Why a fan's file was refused, as the record keeps it. */
export interface Reason {
  code: string;
  message: string;
  /** The words of who refused it, where it was a person and they said any. */
  said?: string;
}

/** The event's creative looked at the file and does not publish it; in their own words, where they said any. */
export const RefusedByPerformer = (said?: string): Reason => ({
  code: "media.refused",
  message: `The performer did not take this file${said ? `: ${said}` : "."}`,
  ...(said ? { said } : {}),
});

/** What arrived has another size than was announced. */
export const SizeMismatch = (bytes: number, declared: number): Reason => ({
  code: "media.size_mismatch",
  message: `The file that arrived has ${bytes} bytes, but ${declared} were announced. Please upload it again.`,
});

/** The content is nothing we know, or not what it was announced as. */
export const TypeMismatch = (announced: string): Reason => ({
  code: "media.type_mismatch",
  message: `This file does not contain ${announced === "image" ? "a picture" : "a video"} we can read. It may be another kind of file with a changed name. Please choose the ${announced === "image" ? "photo" : "video"} itself.`,
});

/** The file cannot be read. */
export const Corrupt = (contentType: string): Reason => ({
  code: "media.corrupt",
  message: `This ${contentType === "image" ? "picture" : "video"} is damaged or incomplete and cannot be read. Please upload it again from the device that took it.`,
});

/** The picture may be whole, but its format is none that can be converted. */
export const UnsupportedFormat = (format: string): Reason => ({
  code: "media.unsupported_format",
  message: `This picture is stored as ${format}, which cannot be converted. Your phone can send it as JPEG: export or share it as JPEG and upload that.`,
});

/** There is no picture track in the file. */
export const NoVideo = (): Reason => ({
  code: "media.no_video",
  message: "This file has sound but no moving picture. Please choose a video.",
});

/** The codec is none that can be converted; `codec` by the name people know it by, where it is known. */
export const UnsupportedCodec = (codec: string | undefined): Reason => ({
  code: "media.unsupported_codec",
  message: `${codec ? `This video is recorded as ${codec}, which cannot be converted.` : "This video is recorded in a way that cannot be converted."} Please send it as MP4 (H.264): the app that recorded it can usually export or share it so.`,
});

/** The event takes shorter clips only. */
export const TooLong = (seconds: number, limit: number): Reason => ({
  code: "media.too_long",
  message: `This video lasts ${clock(seconds)}; this event takes at most ${clock(limit)}. Please trim it and upload it again.`,
});

/** More minutes of video than are taken from one fan in a day; the next one begins at `endsAt` (ISO 8601). */
export const VideoDayUsedUp = (limit: number, endsAt: string): Reason => ({
  code: "media.day_used_up",
  message: `At most ${limit} minutes of video are taken from one fan in a day. Please upload this one again after ${endsAt.slice(0, 16).replace("T", " ")} UTC.`,
});

/** A flyer or profile picture is none that browsers show. */
export const NotAPicture = (taken: string[]): Reason => ({
  code: "image.not_a_picture",
  message: `This file does not contain a picture browsers can show. Taken are: ${taken.join(", ")}.`,
});

/** More flyers of an event, or pictures of a user, than are looked at in a day. */
export const TooManyPictures = (limit: number): Reason => ({
  code: "image.day_used_up",
  message: `At most ${limit} pictures are taken here in a day. Please try again tomorrow (UTC).`,
});

/** What arrived as a flyer or profile picture is larger than is taken. */
export const PictureTooLarge = (bytes: number, limit: number): Reason => ({
  code: "image.too_large",
  message: `The picture that arrived has ${bytes} bytes; the limit is ${limit}.`,
});

/** The picture is too large to be worked on. */
export const TooManyPixels = (width: number, height: number, megapixels: number): Reason => ({
  code: "media.too_many_pixels",
  message: `This picture measures ${width} × ${height}; the limit is ${megapixels} megapixels. Please send a smaller copy of it.`,
});

/** The animation has more pictures than are worked on. */
export const TooManyFrames = (frames: number, limit: number): Reason => ({
  code: "image.too_many_frames",
  message: `This animation has ${frames} pictures; the limit is ${limit}.`,
});

/** The picture is too small to be shown. */
export const TooFewPixels = (width: number, height: number, limit: number): Reason => ({
  code: "media.too_few_pixels",
  message: `This video measures ${width} × ${height}; each side must be at least ${limit}. Please choose a larger one.`,
});

const clock = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")} minutes`;
