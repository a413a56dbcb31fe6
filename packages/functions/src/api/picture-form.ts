export * as PictureForm from "./picture-form.ts";

import { config } from "@dropclip/core/config";
import { type Source, system } from "@dropclip/core/ids";
import type { PictureOwner } from "@dropclip/core/keys";
import { Picture } from "@dropclip/core/picture";
import type { Signable } from "@dropclip/core/signable";
import { Signer } from "../aws/signer.ts";

/** Notes a new flyer or profile picture and gives the form to post it with, straight into the images bucket. */
export async function make(
  file: { name: string; bytes: number },
  owner: PictureOwner,
  identity: Signable.Identity,
  source: Source = system,
) {
  const { version, key, type } = await Picture.offer(file, owner, source);
  const object = { bucket: config.imagesBucket, key, type, bytes: file.bytes };
  return { ...(await Signer.postForm(identity, object, source.now())), version };
}
