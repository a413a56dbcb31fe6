export * as Multipart from "./multipart.ts";

import { isDone } from "../store/database.ts";
import { MediaEntity } from "../store/media.entity.ts";
import { conflictFree } from "../store/transaction.ts";

/**
 * Notes S3's id of the multipart upload that is to send a pending media, in place of `before`, the one noted so far.
 * False when the media is no longer pending, or when another call noted a different one first.
 */
export const note = (
  { uploadId, mediaId }: { uploadId: string; mediaId: string },
  s3UploadId: string,
  before: string | undefined,
): Promise<boolean> =>
  isDone(
    conflictFree(() =>
      MediaEntity.patch({ uploadId, mediaId })
        .set({ s3UploadId })
        .where((media, { eq, notExists }) =>
          [
            eq(media.status, "pending"),
            before === undefined ? notExists(media.s3UploadId) : eq(media.s3UploadId, before),
          ].join(" AND "),
        )
        .go(),
    ),
  );
