import "./viewer.css";
import { useEffect, useRef } from "preact/hooks";
import type { Gallery } from "../event/gallery.ts";
import { nameOf } from "../event/merge.ts";
import { Performer } from "../event/performer.tsx";
import { name as named } from "../event/words.ts";
import { t } from "../text/index.ts";
import { said } from "../text/problem.ts";
import { Icon } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";
import { persist } from "../ui/persist.ts";
import { go, isAbove } from "../ui/router.tsx";
import { Actions } from "./actions.tsx";
import { useCalm } from "./calm.ts";
import { Photo } from "./photo.tsx";
import { Player } from "./player.tsx";
import { swiping } from "./swipe.ts";

interface Props {
  gallery: Gallery;
  base: string;
  title: string;
  /** `{uploadId}/{mediaId}`, as the address has it. */
  name: string;
}

/** One media on the whole screen, with those before and behind it a key, a swipe or a click away. */
export function Viewer({ gallery, base, title, name }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const latest = useRef(name);
  latest.current = name;
  const list = gallery.media.value ?? [];
  const index = list.findIndex((one) => nameOf(one) === name);
  const media = list[index];
  useEffect(() => {
    dialog.current?.showModal();
    // Not its first button: what has the focus stays in sight while a clip plays.
    dialog.current?.focus();
    // The grid is under the viewer all the time: its place is where one comes back to.
    return () => document.querySelector<HTMLElement>(`[data-media="${latest.current}"]`)?.focus();
  }, []);
  // Linked media may be far down the list; and before the end is reached there is more to go on to.
  const isAtEnd = index < 0 || index >= list.length - 3;
  useEffect(() => {
    if (isAtEnd && gallery.hasMore.value && !gallery.error.value) void gallery.more();
  }, [name, list.length]);

  const close = () => (isAbove() ? history.back() : go(base, { replace: true, stay: true }));
  const step = (by: number) => {
    const next = list[index + by];
    if (next) go(`${base}/${nameOf(next)}`, { replace: true, stay: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement) return;
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") step(event.key === forward ? 1 : -1);
  };
  const isCalm = useCalm(dialog, media?.contentType === "video");
  return (
    <dialog
      ref={dialog}
      tabIndex={-1}
      class={isCalm ? "viewer calm" : "viewer"}
      aria-label={media ? named(media, index) : t.general.loading}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onKeyDown={onKeyDown}
      {...swiping({ step, close })}
    >
      <div class="bar">
        <button type="button" class="round" aria-label={t.general.close} onClick={close}>
          <Icon name="close" />
        </button>
        <p class="from">{media && <Performer key={media.fanId} userId={media.fanId} label={t.viewer.from} />}</p>
        {media && <Actions media={media} title={`${title} ${index + 1}`} />}
      </div>
      {media ? (
        media.contentType === "video" ? (
          <Player key={name} media={media} />
        ) : (
          <Photo key={name} media={media} label={named(media, index)} next={list[index + 1]} />
        )
      ) : (
        <Unfound key={list.length} gallery={gallery} />
      )}
      <Side name="back" label={t.viewer.previous} isThere={index > 0} go={() => step(-1)} />
      <Side name="forward" label={t.viewer.next} isThere={index >= 0 && index < list.length - 1} go={() => step(1)} />
    </dialog>
  );
}

/** Looked for down to the end of the list before it is said to be gone. */
function Unfound({ gallery }: { gallery: Gallery }) {
  const { hasMore, media, error, more } = gallery;
  const isLooking = hasMore.value || media.value === undefined;
  useEffect(() => (isLooking ? persist(more, () => error.value) : undefined), []);
  if (!isLooking) return <Notice isPart title={t.media.gone} text={t.media.goneWhy} />;
  if (!error.value) return <Notice isPart title={t.general.loading} isBusy />;
  return <Notice isPart title={said(error.value)} text={t.general.noConnectionWhy} />;
}

const Side = ({
  name,
  label,
  isThere,
  go,
}: {
  name: "back" | "forward";
  label: string;
  isThere: boolean;
  go: () => void;
}) => (
  <button type="button" class={`round side ${name}`} aria-label={label} hidden={!isThere} onClick={go}>
    <Icon name={name} />
  </button>
);
