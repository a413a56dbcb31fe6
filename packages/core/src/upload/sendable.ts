export * as Sendable from "./sendable.ts";

import { config } from "@dropclip/core/config";
import { MediaNotFound, MediaNotPending, UploadExpired, UploadNotFound, WrongTransfer } from "@dropclip/core/errors";
import { FileTypes } from "@dropclip/core/file-types";
import type { Id, Source } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import { Upload } from "@dropclip/core/upload";
import { User } from "@dropclip/core/user";
import * as v from "valibot";
import type { Signer } from "../aws/signer.ts";

/** `video`, or `image1` … `image20`. */
export const MediaId = v.pipe(v.string(), v.check(Keys.isMediaId, "must be video or image1 to image20"));

/** A file whose bytes are awaited: where they go, and whose rights send them. */
export interface Sendable {
  bucket: string;
  key: string;
  /** Its MIME type, by the name it was announced with. */
  type: string;
  bytes: number;
  /** S3's id of the multipart upload that was begun for it. */
  s3UploadId: string | undefined;
  identity: Signer.Identity;
}

/**
 * A file that its own fan may send now, and by this method. `UploadNotFound`, `MediaNotFound`, `MediaNotPending`,
 * `UploadExpired`, `WrongTransfer`.
 */
export async function find(
  { uploadId, mediaId, ...caller }: { uploadId: Id; mediaId: string } & User.Caller,
  wanted: "put" | "multipart",
  source: Source,
): Promise<Sendable> {
  const { upload, media } = await Upload.look(uploadId);
  if (upload.fanId !== caller.userId) throw UploadNotFound();
  const file = media.find((one) => one.mediaId === mediaId);
  if (!file) throw MediaNotFound();
  if (file.status !== "pending") throw MediaNotPending(file.status);
  if (new Date(source.now()).toISOString() > upload.expiresAt) throw UploadExpired(upload.expiresAt);
  const { method } = Upload.transferOf(file.bytes);
  if (method !== wanted) throw WrongTransfer(method);
  return {
    bucket: config.uploadsBucket,
    key: Keys.staged({ ...upload, mediaId }, file.extension),
    type: FileTypes.byName(`.${file.extension}`)!.type,
    bytes: file.bytes,
    s3UploadId: file.s3UploadId,
    identity: identityOf(upload, caller),
  };
}

/** A creative at their own event signs as its creative, everybody else as a fan. */
function identityOf(
  upload: { eventId: string; fanId: string; creativeId: string },
  caller: User.Caller,
): Signer.Identity {
  const { eventId, fanId, creativeId } = upload;
  return User.isCreativeOf(upload, caller)
    ? { roleArn: config.creativeRole, tags: { eventId, creativeId } }
    : { roleArn: config.fanRole, tags: { eventId, fanId } };
}
