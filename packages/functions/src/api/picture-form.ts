export * as Pictures from "./pictures.ts";

import { Artwork } from "@dropclip/core/artwork";
import { config } from "@dropclip/core/config";
import { type Source, system } from "@dropclip/core/ids";
import type { ArtworkOwner } from "@dropclip/core/keys";
import { Signer } from "../aws/signer.ts";

/** Notes a new flyer or profile picture and gives the form to post it with, straight into the images bucket. */
export async function form(
  file: { name: string; bytes: number },
  owner: ArtworkOwner,
  identity: Signer.Identity,
  source: Source = system,
) {
  const { version, key, type } = await Artwork.offer(file, owner, source);
  const object = { bucket: config.imagesBucket, key, type, bytes: file.bytes };
  return { ...(await Signer.postForm(identity, object, source.now())), version };
}
