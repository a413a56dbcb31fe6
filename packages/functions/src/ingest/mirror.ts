import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { config } from "@dropclip/core/config";
import { Keys, type MediaRef } from "@dropclip/core/keys";
import { Metadata as Names } from "../aws/metadata.ts";
import { keysBelow, s3 } from "../aws/objects.ts";
import { each } from "../each.ts";
import { rewrite } from "./rewrite.ts";
import { TrackHeader } from "./track-header.ts";

/** The same quality as MediaConvert's, for the second encoding. */
const JPEG_QUALITY = 85;
const MIRRORED = { [Names.mirrored]: "true" };

/**
 * Mirrors MediaConvert's outputs left to right, because MediaConvert cannot: the stream by the matrix in its headers,
 * which players follow, the frames by their pixels. Safe to repeat.
 */
export async function mirror(media: MediaRef): Promise<void> {
  const Bucket = config.contentBucket;
  let shown = 0;
  for (const key of await headersOf(media))
    await rewrite(Bucket, key, (file) => {
      const changed = TrackHeader.mirror(file);
      if (changed !== undefined) shown++;
      return changed === true;
    });
  if (shown === 0) throw new Error(`MediaConvert wrote no header of pictures into the stream of ${media.uploadId}.`);
  const { default: sharp } = await import("sharp");
  await each(keysBelow(Bucket, Keys.frames(media)), async (Key) => {
    const { Body, Metadata } = await s3().send(new GetObjectCommand({ Bucket, Key }));
    const frame = await Body!.transformToByteArray();
    if (Metadata?.[Names.mirrored]) return;
    const flopped = await sharp(frame).flop().jpeg({ quality: JPEG_QUALITY }).toBuffer();
    await s3().send(
      new PutObjectCommand({ Bucket, Key, Body: flopped, ContentType: "image/jpeg", Metadata: MIRRORED }),
    );
  });
}

/** Keys of the header files of all renditions, audio too, as the playlists name them. */
async function headersOf(media: MediaRef): Promise<string[]> {
  const Bucket = config.contentBucket;
  const folder = Keys.stream(media).replace(/[^/]+$/, "");
  const headers = new Set<string>();
  for await (const Key of keysBelow(Bucket, folder)) {
    if (!Key.endsWith(".m3u8")) continue;
    const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key }));
    const playlist = await Body!.transformToString();
    for (const [, uri] of playlist.matchAll(/^#EXT-X-MAP:.*?URI="([^"]+)"/gm)) headers.add(folder + uri);
  }
  return [...headers];
}
