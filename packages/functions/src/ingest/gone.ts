import { Media } from "@dropclip/core/media";

/**
 * Where a media whose file is no longer there ends: quietly when it was deleted meanwhile. Else the file was lost,
 * which is thrown.
 */
export async function endOf(media: Media.Work): Promise<{ route: "gone" }> {
  if (!(await Media.isDeleted(media)))
    throw new Error(`The object ${media.key} is gone, and nobody deleted its upload.`);
  return { route: "gone" };
}
