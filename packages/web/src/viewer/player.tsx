import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Media } from "../api/types.ts";
import { clock } from "../text/format.ts";
import { t } from "../text/index.ts";
import { Icon, type IconName } from "../ui/icons.tsx";
import { Seek } from "./seek.tsx";
import { sourceOf } from "./source.ts";

const STEP_SECONDS = 5;
/** A shorter wait for the next pictures is not told. */
const PATIENCE_MS = 700;

/** A clip that plays at once. Where the browser does not let it sound unasked, it plays silently. */
export function Player({ media }: { media: Media }) {
  const ref = useRef<HTMLVideoElement>(null);
  const isPaused = useSignal(true);
  const isMuted = useSignal(false);
  const isBroken = useSignal(false);
  const isLate = useSignal(false);
  const late = useRef(0);
  const at = useSignal(0);
  const length = useSignal((media.durationMs ?? 0) / 1000);
  const video = () => ref.current!;

  // What a clip tells may come after it was left, and `ref` is empty then: whoever listens goes by the clip itself.
  const play = async () => {
    const clip = video();
    await clip.play().catch((error: DOMException) => {
      if (error.name !== "NotAllowedError" || clip.muted) return;
      clip.muted = true;
      return clip.play().catch(() => {});
    });
  };
  const wait = (is: boolean) => {
    clearTimeout(late.current);
    isLate.value = false;
    if (!is) return;
    late.current = window.setTimeout(() => {
      isLate.value = true;
    }, PATIENCE_MS);
  };
  const toggle = () => (video().paused ? void play() : video().pause());
  const mute = () => {
    video().muted = !video().muted;
  };
  const full = () =>
    document.fullscreenElement ? document.exitFullscreen() : video().closest("dialog")?.requestFullscreen?.();
  const seek = (seconds: number) => {
    video().currentTime = Math.min(Math.max(seconds, 0), length.value);
    at.value = video().currentTime;
  };

  useEffect(() => {
    void play();
    const dialog = video().closest("dialog");
    const onKey = (event: KeyboardEvent) => {
      const isOnButton = event.target instanceof HTMLButtonElement;
      const acts: Record<string, () => void> = {
        k: toggle,
        m: mute,
        f: full,
        j: () => seek(at.value - STEP_SECONDS),
        l: () => seek(at.value + STEP_SECONDS),
      };
      if (!isOnButton) acts[" "] = toggle;
      const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : acts[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    dialog?.addEventListener("keydown", onKey);
    return () => {
      clearTimeout(late.current);
      dialog?.removeEventListener("keydown", onKey);
    };
  }, []);
  useTick(ref, at);

  const line = (navigator as { connection?: { saveData?: boolean; downlink?: number } }).connection;
  const playsHls = document.createElement("video").canPlayType("application/vnd.apple.mpegurl") !== "";
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button below does the same */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys k and space do the same everywhere in the viewer */}
      <div class="stage" onClick={toggle}>
        {/* biome-ignore lint/a11y/useMediaCaption: nobody writes captions for what fans film */}
        <video
          ref={ref}
          src={sourceOf(media, line, playsHls)}
          poster={media.urls.thumbnail}
          width={media.width}
          height={media.height}
          playsInline
          loop
          onPlay={() => {
            isPaused.value = false;
          }}
          onPause={() => {
            isPaused.value = true;
            wait(false);
          }}
          onWaiting={() => wait(true)}
          onPlaying={() => wait(false)}
          onVolumeChange={({ currentTarget }) => {
            isMuted.value = currentTarget.muted;
          }}
          onLoadedMetadata={({ currentTarget: { duration } }) => {
            if (Number.isFinite(duration)) length.value = duration;
          }}
          onError={() => {
            isBroken.value = true;
            wait(false);
          }}
        />
      </div>
      {isBroken.value && (
        <p class="said" role="alert">
          <span>{t.viewer.unplayable}</span>
        </p>
      )}
      {isLate.value && (
        <p class="said" role="status">
          <span>{t.general.loading}</span>
        </p>
      )}
      <div class="controls">
        <Control
          name={isPaused.value ? "play" : "pause"}
          label={isPaused.value ? t.viewer.play : t.viewer.pause}
          act={toggle}
        />
        <Seek media={media} at={at.value} length={length.value} seek={seek} />
        <span class="clock" aria-hidden="true">
          {clock(at.value * 1000)}
          <span class="whole"> / {clock(length.value * 1000)}</span>
        </span>
        <Control
          name={isMuted.value ? "silent" : "sound"}
          label={isMuted.value ? t.viewer.unmute : t.viewer.mute}
          act={mute}
        />
        {document.fullscreenEnabled && <Control name="full" label={t.viewer.full} act={full} />}
      </div>
    </>
  );
}

const Control = ({ name, label, act }: { name: IconName; label: string; act: () => void }) => (
  <button type="button" class="round" aria-label={label} onClick={act}>
    <Icon name={name} />
  </button>
);

/** Moves the position with the picture; `timeupdate` comes four times a second only, and one would see that. */
function useTick(ref: { current: HTMLVideoElement | null }, at: { value: number }) {
  useEffect(() => {
    let frame = 0;
    const tick = () => {
      if (ref.current && !ref.current.paused) at.value = ref.current.currentTime;
      frame = requestAnimationFrame(tick);
    };
    tick();
    return () => cancelAnimationFrame(frame);
  }, []);
}
