import { useRef } from "preact/hooks";
import type { Upload, UploadMedia } from "../api/types.ts";
import { bytes, moment } from "../text/format.ts";
import { t } from "../text/index.ts";
import { reason } from "../text/problem.ts";
import { stateOf } from "../text/record.ts";
import { Icon } from "../ui/icons.tsx";
import { Progress } from "../ui/progress.tsx";
import type { Mine } from "./list.ts";

/** One upload: its files, where each stands, and the ways to delete it or to send again what did not work. */
export function Sent({ upload, mine }: { upload: Upload; mine: Mine }) {
  const { eventId, createdAt, media } = upload;
  const title = mine.titles.value[eventId];
  return (
    <li class="card sent">
      <div class="row">
        <h2>
          {title ? (
            <a href={`/e/${eventId}`} dir="auto">
              {title}
            </a>
          ) : (
            title === "" && t.mine.unknownShow
          )}
        </h2>
        <p class="soft">
          <time dateTime={createdAt}>{t.mine.sentAt(moment(createdAt))}</time>
        </p>
      </div>
      <ul>
        {media.map((one) => (
          <File key={one.mediaId} upload={upload} media={one} />
        ))}
      </ul>
      <div class="row">
        {title && <Again upload={upload} />}
        <Delete upload={upload} mine={mine} />
      </div>
    </li>
  );
}

function File({ upload, media }: { upload: Upload; media: UploadMedia }) {
  const { status, fileName, urls, contentType, hidden, progress } = media;
  const isPublic = status === "complete" && urls && !hidden;
  const words = status === "rejected" && media.reason ? reason(media.reason) : stateOf(media);
  const name = <span dir="auto">{fileName}</span>;
  return (
    <li class="file" data-state={status}>
      <div class="preview">
        {isPublic ? (
          <img src={urls.thumbnail} alt="" loading="lazy" />
        ) : (
          <Icon name={contentType === "video" ? "film" : "photo"} />
        )}
      </div>
      <div class="what">
        <p class="name">
          {isPublic ? <a href={`/e/${upload.eventId}/${upload.uploadId}/${media.mediaId}`}>{name}</a> : name}
        </p>
        <p class="soft">{bytes(media.bytes)}</p>
        <p class="state">{words}</p>
        {status === "processing" && <Progress share={progress / 100} label={fileName} />}
      </div>
    </li>
  );
}

/**
 * What was not sent whole goes on where it was chosen; what was not taken is chosen anew there, unless it is a person
 * who did not take it.
 */
function Again({ upload: { eventId, media } }: { upload: Upload }) {
  const has = (...states: UploadMedia["status"][]) =>
    media.some(({ status, reason }) => states.includes(status) && reason?.code !== "media.refused");
  if (!has("pending", "rejected", "expired")) return null;
  return (
    <a class="button plain" href={`/e/${eventId}/send`}>
      {has("pending") ? t.mine.resume : t.mine.again}
    </a>
  );
}

function Delete({ upload, mine }: { upload: Upload; mine: Mine }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = `delete-${upload.uploadId}`;
  return (
    <>
      <button type="button" class="button plain" onClick={() => dialog.current?.showModal()}>
        <Icon name="bin" />
        {t.mine.delete}
      </button>
      <dialog ref={dialog} class="card" aria-labelledby={title}>
        <h2 id={title}>{t.mine.deleteTitle}</h2>
        <p class="soft">{t.mine.deleteWhy}</p>
        <div class="row">
          <button type="button" class="button plain" onClick={() => dialog.current?.close()}>
            {t.general.cancel}
          </button>
          <button
            type="button"
            class="button bad"
            onClick={() => {
              dialog.current?.close();
              void mine.remove(upload.uploadId);
            }}
          >
            {t.mine.delete}
          </button>
        </div>
      </dialog>
    </>
  );
}
