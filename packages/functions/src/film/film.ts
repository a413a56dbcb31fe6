export * as Film from "./film.ts";

import { config } from "@dropclip/core/config";
import { Keys, type MediaRef } from "@dropclip/core/keys";
import { Media } from "@dropclip/core/media";
import { objectsBelow, readWhole } from "../aws/objects.ts";
import { object } from "./object.ts";
import { Playlist } from "./playlist.ts";
import { remux } from "./remux.ts";
import { Rendition } from "./rendition.ts";

/**
 * Writes `video.mp4`: the pictures of the stream's highest rung and its sound, as MediaConvert made them, in one file.
 * MediaConvert would encode the same once more, for a quarter of what a clip of 1080 lines costs. A stream that is
 * shown mirrored is so in the file too. Safe to repeat: the same stream makes the same file.
 */
export async function write(media: MediaRef): Promise<void> {
  const Bucket = config.contentBucket;
  const main = Keys.stream(media);
  const folder = main.replace(/[^/]+$/, "");
  const bytesOf = new Map<string, number>();
  for await (const { key, bytes } of objectsBelow(Bucket, folder)) bytesOf.set(key, bytes);
  const text = async (key: string) => new TextDecoder().decode(await readWhole(Bucket, key));
  const open = async (playlist: string) => {
    const pieces = Playlist.files(await text(folder + playlist)).map((name) => {
      const key = folder + name;
      const bytes = bytesOf.get(key);
      if (bytes === undefined) throw new Error(`The playlist ${folder + playlist} names ${name}, which is not there.`);
      return { key, bytes };
    });
    return Rendition.reader(pieces, (key) => readWhole(Bucket, key));
  };
  const { video, audio } = Playlist.best(await text(main));
  const made = object({ Bucket, Key: Keys.video(media), ContentType: "video/mp4" });
  try {
    const ready = await remux(await open(video), audio === undefined ? undefined : await open(audio), made.body);
    // A repeated call was faster: written once more, the file would lose the tag of one that was hidden since.
    if (!(await Media.isComplete(media))) await made.finish(ready);
  } finally {
    await made.settled();
  }
}
