export * as Download from "./download.ts";

import * as v from "valibot";
import { config } from "../config.ts";
import { Event } from "../event/event.ts";
import { DownloadName } from "../files/download-name.ts";
import { fn } from "../fn.ts";
import { Id } from "../ids.ts";
import { Keys } from "../keys.ts";
import type { Signable } from "../signable.ts";
import { MediaId } from "../upload/schemas.ts";
import { Gallery } from "./gallery.ts";

const Input = v.object({ uploadId: Id, mediaId: MediaId });

/**
 * The S3 call that gives one published media as a file, with the name it is to have. S3 itself, not the edge: it alone
 * names a file as it is asked to, and only who signs may ask (AWS: GetObject). The role refuses what was hidden since.
 * `MediaNotFound`, whatever the reason, since everybody may ask; `EventNotFound`.
 */
export const call = fn(Input, async (wanted): Promise<Signable.Signable & { fileName: string }> => {
  const { publishedAt, ...ref } = await Gallery.find(wanted);
  const { title } = await Event.get(ref.eventId);
  const fileName = DownloadName.of({ title, publishedAt, mediaId: ref.mediaId });
  const [bucket, key] =
    ref.contentType === "video" ? [config.contentBucket, Keys.video(ref)] : [config.imagesBucket, Keys.image(ref)];
  return {
    fileName,
    identity: { roleArn: config.downloadRole, tags: { eventId: ref.eventId } },
    calls: [
      { method: "GET", bucket, key, query: { "response-content-disposition": DownloadName.disposition(fileName) } },
    ],
  };
});
