import type { Rows } from "../upload/rows.ts";
import { Urls } from "../urls.ts";
import { UPLOAD } from "./news.ts";
import type { Told } from "./schemas.ts";

type MediaRow = Rows["media"][number];

/**
 * The event that tells one piece of news, of the rows as they are now; undefined when something newer is told instead,
 * or when there is nothing to see any more.
 */
export function eventOf({ upload, media }: Rows, key: string): Told | undefined {
  const [of = "", status = ""] = key.split("/");
  if (upload.status === "deleted") return undefined;
  if (of === UPLOAD) return status === upload.status ? completed({ upload, media }) : undefined;
  const found = media.find(({ mediaId }) => mediaId === of);
  if (status === "complete") return found && published(upload, found);
  if (status === "rejected") return found && rejected(upload, found);
  return found && failed(upload, found);
}

const ids = ({ uploadId, eventId, fanId, creativeId }: Rows["upload"]) => ({ uploadId, eventId, fanId, creativeId });

const head = (upload: Rows["upload"], { mediaId, contentType }: MediaRow, status: string, at: string | undefined) => ({
  id: `${upload.uploadId}/${mediaId}/${status}`,
  at: at ?? upload.createdAt,
  ...ids(upload),
  mediaId,
  contentType,
});

function completed({ upload, media }: Rows): Told {
  const { uploadId, status, contentType, createdAt } = upload;
  const at = media
    .flatMap(({ timeline }) => timeline.map((step) => step.at ?? ""))
    .sort()
    .at(-1);
  return {
    type: "Upload Completed",
    detail: {
      id: `${uploadId}/${status}`,
      at: at || createdAt,
      ...ids(upload),
      contentType,
      status,
      media: media.map(({ mediaId, contentType, status, visibility }) => ({
        ...{ mediaId, contentType, status },
        ...(status === "complete" && visibility === "waiting" ? { waiting: true } : {}),
      })),
    },
  };
}

function published(upload: Rows["upload"], media: MediaRow): Told | undefined {
  const { mediaId, width, height, durationMs, visibility = "public" } = media;
  // Hidden before anybody was told: there is nothing at its URLs.
  if (media.status !== "complete" || visibility !== "public") return undefined;
  return {
    type: "Media Published",
    detail: {
      ...head(upload, media, "complete", media.shownAt),
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
      ...(durationMs === undefined ? {} : { durationMs }),
      urls: Urls.of({ ...upload, mediaId }),
    },
  };
}

function rejected(upload: Rows["upload"], media: MediaRow): Told | undefined {
  const { code, message } = media.reason ?? {};
  if (media.status !== "rejected" || !code || !message) return undefined;
  const detail = { ...head(upload, media, "rejected", stepAt(media, "rejected")), reason: { code, message } };
  return { type: "Media Rejected", detail };
}

/** Told also where it has gone on since: that it failed is true. */
function failed(upload: Rows["upload"], media: MediaRow): Told {
  const error = media.failure?.error;
  const detail = { ...head(upload, media, "failed", stepAt(media, "failed")), ...(error ? { error } : {}) };
  return { type: "Media Failed", detail };
}

const stepAt = ({ timeline }: MediaRow, step: string) => timeline.findLast((one) => one.step === step)?.at;
