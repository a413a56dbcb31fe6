import { Media } from "@dropclip/core/media";

/**
 * The route for a media whose file is no longer there: `gone` when its upload was deleted meanwhile. Otherwise our side
 * has lost the file, and this throws.
 */
export async function endOf(media: Media.Work): Promise<{ route: "gone" }> {
  if (!(await Media.isDeleted(media)))
    throw new Error(`The object ${media.key} is gone, although its upload was not deleted.`);
  return { route: "gone" };
}
