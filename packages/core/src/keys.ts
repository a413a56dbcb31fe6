export * as Keys from "./keys.ts";

import { EXTENSIONS } from "./files/file-types.ts";

/** One media of one upload: what every key of it is made of. */
export interface MediaRef {
  eventId: string;
  fanId: string;
  uploadId: string;
  /** `video`, or `image1` … `image20`. */
  mediaId: string;
  /** What is made of it lies where the edge cannot read it, until its event's creative has looked at it. */
  held?: boolean | undefined;
}

const ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const MEDIA_ID = /^(video|image([1-9]|1\d|20))$/;
const STAGED = new RegExp(
  `^events/(${ID})/uploads/(${ID})/(${ID})/(?:(video)|images/(image(?:[1-9]|1\\d|20)))\\.(${EXTENSIONS.join("|")})$`,
);

export const isMediaId = (text: string) => MEDIA_ID.test(text);

/** `events/{eventId}/uploads/{fanId}/{uploadId}`: holds everything of one upload, in each of the buckets. */
export const directory = (ref: Omit<MediaRef, "mediaId">) =>
  `events/${ref.eventId}/uploads/${ref.fanId}/${ref.uploadId}`;

/** The same of what waits for its event's creative: no bucket lets the edge read below it. */
export const waitingRoom = (ref: Omit<MediaRef, "mediaId">) =>
  `events/${ref.eventId}/waiting/${ref.fanId}/${ref.uploadId}`;

/** Where what is made of a media lies. */
export const place = (ref: Omit<MediaRef, "mediaId">) => (ref.held ? waitingRoom(ref) : directory(ref));

const name = ({ mediaId }: MediaRef) => (mediaId === "video" ? "video" : `images/${mediaId}`);

/** Uploads bucket: where the fan's bytes arrive. `extension` is one of `EXTENSIONS`. */
export const staged = (ref: MediaRef, extension: string) => `${directory(ref)}/${name(ref)}.${extension}`;

/** The media a staged key is that of; undefined for every key `staged` does not build. */
export function parseStaged(key: string): (MediaRef & { extension: string }) | undefined {
  const match = STAGED.exec(key);
  if (!match) return undefined;
  const [, eventId, fanId, uploadId, video, image, extension] = match as unknown as string[];
  return { eventId: eventId!, fanId: fanId!, uploadId: uploadId!, mediaId: video ?? image!, extension: extension! };
}

/** Content bucket: the video as one file. */
export const video = (ref: MediaRef) => `${place(ref)}/video.mp4`;
/** Content bucket: the HLS master playlist. */
export const stream = (ref: MediaRef) => `${place(ref)}/hls/index.m3u8`;
/** Content bucket: the picture that stands for the video. */
export const thumbnail = (ref: MediaRef) => `${place(ref)}/thumbnail.jpg`;
/** Content bucket: the frames for scrubbing; MediaConvert adds `.0000000.jpg` and so on. */
export const frames = (ref: MediaRef) => `${place(ref)}/frames/frame`;
/** One of them, by its number as MediaConvert writes it: seven digits. */
export const frame = (ref: MediaRef, number: string) => `${frames(ref)}.${number}.jpg`;

/** Images bucket: the published picture. */
export const image = (ref: MediaRef) => `${place(ref)}/${name(ref)}.jpg`;
export const imageThumbnail = (ref: MediaRef) => `${place(ref)}/${name(ref)}.thumbnail.webp`;

const IMAGE_ID = "image(?:[1-9]|1\\d|20)";
/**
 * What a published file is of its media, by its name within the upload: what a `play` or an `open` begins with, another
 * `part` of the same, or what shows beside it in a list (`preview`). The first that fits counts.
 */
const FILES = {
  play: "video\\.mp4|hls/index\\.m3u8",
  open: `images/${IMAGE_ID}\\.jpg`,
  part: "hls/.+",
  preview: `thumbnail\\.jpg|frames/.+|images/${IMAGE_ID}\\.thumbnail\\.webp`,
};
type File = keyof typeof FILES;
const KINDS = Object.keys(FILES) as File[];
const PUBLISHED = new RegExp(
  `^events/(?<eventId>${ID})/uploads/(?<fanId>${ID})/(?<uploadId>${ID})/` +
    `(?:${KINDS.map((kind) => `(?<${kind}>${FILES[kind]})`).join("|")})$`,
);

/** The media that a published file is of, and what it is of it. Undefined for every other key. */
export function parsePublished(key: string): (MediaRef & { file: File }) | undefined {
  const found = PUBLISHED.exec(key)?.groups;
  const file = KINDS.find((kind) => found?.[kind] !== undefined);
  if (!found || !file) return undefined;
  const { eventId = "", fanId = "", uploadId = "" } = found;
  const mediaId = /^images\/(image\d+)/.exec(found[file]!)?.[1] ?? "video";
  return { eventId, fanId, uploadId, mediaId, file };
}

/** Paths of published files of these kinds, of all where none is named, for engines that name no groups. */
export const publishedPaths = (...kinds: File[]) =>
  `^/events/${ID}/uploads/${ID}/${ID}/(?:${(kinds.length ? kinds : KINDS).map((kind) => FILES[kind]).join("|")})$`;

/** Whose flyer or profile picture: an event's, a user's. */
export interface PictureOwner {
  kind: "flyer" | "profile";
  id: string;
}

/** What keys begin with, as policies, rules and the edge's behaviours name them. */
export const PATTERNS = {
  /** Everything that belongs to events: uploads in every bucket, and flyers. */
  events: "events/*",
  /** Published photos, in the images bucket. */
  photos: "events/*/uploads/*/images/*",
  /** What is made of videos, in the content bucket. */
  ofVideo: "events/*/uploads/*",
  /** What waits for an event's creative, in both served buckets. */
  waiting: "events/*/waiting/*",
  flyers: "events/*/flyer/*",
  pictures: "profiles/*",
  /** Pages of events and of collections, in the pages bucket. */
  eventPages: "e/*",
  collectionPages: "c/*",
} as const;

/** Pages bucket: the page of an event or a collection, which is its path too. */
export const page = (owner: { eventId: string } | { collectionId: string }) =>
  "eventId" in owner ? `e/${owner.eventId}` : `c/${owner.collectionId}`;
/** Pages bucket: the page that answers every path without one of its own. */
export const INDEX_PAGE = "index.html";

/** The tag of objects that the edge may not read: the bucket policies deny it. */
export const HIDDEN_TAG = { key: "hidden", value: "true" };

/** Images bucket: a flyer or profile picture. A new version has a new key, so caches never serve the old one for it. */
export const picture = ({ kind, id }: PictureOwner, { version, extension }: { version: string; extension: string }) =>
  kind === "flyer" ? `${flyers(id)}${version}.${extension}` : `${profilePictures(id)}${version}.${extension}`;

/** Images bucket: a small copy of the flyer or profile picture at this key. */
export const pictureThumbnail = (key: string) => key.replace(/\.\w+$/, ".thumbnail.webp");

/** Images bucket: all of a flyer or profile picture that is served. */
export function ofPicture(
  owner: PictureOwner,
  { thumbnail = false, ...named }: { version: string; extension: string; thumbnail?: boolean | undefined },
): string[] {
  const key = picture(owner, named);
  return thumbnail ? [key, pictureThumbnail(key)] : [key];
}

/** Images bucket: what the keys of an event's flyers begin with. */
export const flyers = (eventId: string) => `events/${eventId}/flyer/`;

/** Images bucket: what the keys of a user's profile pictures begin with. */
export const profilePictures = (userId: string) => `profiles/${userId}/`;

const PICTURE = new RegExp(
  `^(?:events/(?<event>${ID})/flyer|profiles/(?<user>${ID}))/(?<version>${ID})\\.(?<extension>${EXTENSIONS.join("|")})$`,
);

/** The owner and version a key is that of; undefined for every key `picture` does not build. */
export function parsePicture(key: string) {
  const { event, user, version, extension } = PICTURE.exec(key)?.groups ?? {};
  const id = event ?? user;
  if (!id || !version || !extension) return undefined;
  const owner: PictureOwner = { kind: event ? "flyer" : "profile", id };
  return { owner, version, extension };
}

/** What the keys of everything that is made of one held media begin with, in the bucket that is to serve it. */
export const heldBelow = (ref: MediaRef) =>
  ref.mediaId === "video" ? `${waitingRoom(ref)}/` : `${waitingRoom(ref)}/${name(ref)}.`;

/** Where the file of a held media is served from once it is published. */
export const released = (heldKey: string) => heldKey.replace(/^(events\/[^/]+)\/waiting\//, "$1/uploads/");

/**
 * Everything of one published media, in the bucket that serves it: keys, and beginnings of keys that end in a slash.
 */
export const published = (ref: MediaRef): string[] =>
  ref.mediaId === "video"
    ? [video(ref), thumbnail(ref), `${place(ref)}/hls/`, `${place(ref)}/frames/`]
    : [image(ref), imageThumbnail(ref)];
