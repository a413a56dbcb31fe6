import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { bytes, percent } from "../text/format.ts";
import { t } from "../text/index.ts";
import { reason, said } from "../text/problem.ts";
import { stateOf } from "../text/record.ts";
import { Icon, type IconName } from "../ui/icons.tsx";
import { Progress } from "../ui/progress.tsx";
import type { Entry } from "./entry.ts";
import { hasEnded } from "./follow.ts";
import type { Outbox } from "./outbox.ts";

interface Props {
  entry: Entry;
  outbox: Outbox;
  take: (files: File[]) => void;
}

/** One file: what it is, where it stands, and what can be done with it. */
export function Row({ entry, outbox, take }: Props) {
  const { name, bytes: size, transfer } = entry.kept.value;
  const watch = entry.isVideo ? t.send.watch : t.send.see;
  const state = entry.state.value;
  const share = size > 0 ? entry.gone.value / size : 0;
  const record = entry.record.value;
  const isMoving = state === "sending" || state === "paused";
  const isWorking = state === "sent" && record && !hasEnded(record);
  return (
    <li class="file card" data-state={state === "sent" ? (record?.status ?? "sent") : state}>
      <Preview entry={entry} />
      <div class="what">
        <p class="name" dir="auto">
          {name}
        </p>
        <p class="soft">
          {isMoving && share > 0 ? t.send.of(bytes(entry.gone.value), bytes(size)) : bytes(size)}
          {isMoving && ` · ${percent(share)}`}
        </p>
        <p class="state">
          {words(entry)}
          {record?.status === "complete" && !record.waiting && transfer && (
            <a
              href={`/e/${outbox.event.eventId}/${transfer.uploadId}/${transfer.mediaId}`}
              aria-label={`${watch}: ${name}`}
            >
              {watch}
            </a>
          )}
        </p>
        {isMoving && <Progress share={share} label={name} />}
        {isWorking && <Progress share={record.progress / 100} label={name} />}
      </div>
      <Doing entry={entry} outbox={outbox} take={take} />
    </li>
  );
}

function words(entry: Entry): string {
  const state = entry.state.value;
  const record = entry.record.value;
  // What is ready with an error waits for its fan to sign in again.
  if (state === "failed" || (state === "ready" && entry.error.value)) return said(entry.error.value);
  if (state === "lost") return t.send.chooseAgainWhy;
  if (state !== "sent") return t.status[state];
  if (!record || record.status === "pending") return t.status.arrived;
  return record.status === "rejected" && record.reason ? reason(record.reason) : stateOf(record);
}

/** What this browser shows of the file. Of one it cannot decode, most often HEIC, its kind, until a copy is made. */
function Preview({ entry }: { entry: Entry }) {
  const isShown = useSignal(true);
  const hide = () => {
    isShown.value = false;
  };
  const { preview, isVideo } = entry;
  if (!preview || !isShown.value) return <Undecoded entry={entry} />;
  return (
    <div class="preview">
      {isVideo ? (
        // The first moment is often black.
        <video
          src={`${preview}#t=0.1`}
          preload="metadata"
          muted
          playsInline
          tabIndex={-1}
          aria-hidden="true"
          onError={hide}
        />
      ) : (
        <img src={preview} alt="" loading="lazy" decoding="async" onError={hide} />
      )}
    </div>
  );
}

function Undecoded({ entry }: { entry: Entry }) {
  const made = entry.record.value?.urls?.thumbnail;
  if (made)
    return (
      <div class="preview">
        <img src={made} alt="" />
      </div>
    );
  return (
    <div class="preview kind" aria-hidden="true">
      <Icon name={entry.isVideo ? "film" : "photo"} />
      <span>{/\.(\w{2,4})$/.exec(entry.kept.value.name)?.[1]}</span>
    </div>
  );
}

function Doing({ entry, outbox, take }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const { name } = entry.kept.value;
  const state = entry.state.value;
  const remove = () => outbox.remove(entry);
  return (
    <div class="doing">
      {state === "lost" && (
        <>
          <input
            ref={input}
            type="file"
            hidden
            onChange={({ currentTarget }) => take([...(currentTarget.files ?? [])])}
          />
          <Do icon="again" label={t.send.chooseAgain} name={name} act={() => input.current?.click()} />
        </>
      )}
      {["waiting", "sending", "retrying"].includes(state) && (
        <Do icon="pause" label={t.send.pause} name={name} act={() => outbox.pause(entry)} />
      )}
      {state === "paused" && <Do icon="play" label={t.send.resume} name={name} act={() => outbox.resume([entry])} />}
      {state === "failed" && <Do icon="again" label={t.send.retry} name={name} act={() => outbox.retry(entry)} />}
      <Do
        icon="close"
        label={state === "sent" ? t.send.dismiss : state === "ready" ? t.send.remove : t.send.cancel}
        name={name}
        act={remove}
      />
    </div>
  );
}

const Do = ({ icon, label, name, act }: { icon: IconName; label: string; name: string; act: () => void }) => (
  <button type="button" class="button plain round" aria-label={`${label}: ${name}`} onClick={act}>
    <Icon name={icon} />
  </button>
);
