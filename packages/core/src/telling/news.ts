import { isClosed, type MediaStatus, type UploadStatus } from "../upload/status.ts";

/** One thing that other programs are to be told of an upload: `video/complete`, `image3/failed`, `upload/partial`. */
export type News = `${string}/${MediaStatus | UploadStatus}`;

/** What a change of one media makes known. `shown`: it can be seen now, for the first time. */
export function newsOf(
  media: { mediaId: string; from: MediaStatus; to: MediaStatus; shown: boolean },
  upload: { from: UploadStatus; to: UploadStatus },
): News[] {
  const { mediaId, from, to, shown } = media;
  return [
    ...(shown ? [`${mediaId}/complete` as const] : []),
    ...(from !== to && (to === "rejected" || to === "failed") ? [`${mediaId}/${to}` as const] : []),
    ...(upload.from !== upload.to && isClosed(upload.to) ? [`${UPLOAD}/${upload.to}` as const] : []),
  ];
}

/** Stands for the whole upload where others have a media's id. */
export const UPLOAD = "upload";
