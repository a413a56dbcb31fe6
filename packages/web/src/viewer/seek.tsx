import { useSignal } from "@preact/signals";
import type { Media } from "../api/types.ts";
import { clock } from "../text/format.ts";
import { t } from "../text/index.ts";
import { frameAt } from "./storyboard.ts";

/** Half the width that browsers give a thumb: it stands so far within the bar at either end. */
const INSET_PX = 8;

interface Props {
  media: Media;
  /** Seconds. */
  at: number;
  length: number;
  seek: (seconds: number) => void;
}

/** The bar one seeks by; above it, while one points at it or drags, what is to be seen there. */
export function Seek({ media, at, length, seek }: Props) {
  const pointed = useSignal<number | undefined>(undefined);
  const point = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = (currentTarget as Element).getBoundingClientRect();
    const along = Math.min(1, Math.max(0, (clientX - left - INSET_PX) / (width - 2 * INSET_PX)));
    pointed.value = length * (document.documentElement.dir === "rtl" ? 1 - along : along);
  };
  const leave = () => {
    pointed.value = undefined;
  };
  return (
    <div class="seek">
      <input
        type="range"
        min="0"
        max={length}
        step="0.05"
        value={at}
        aria-label={t.viewer.position}
        aria-valuetext={t.viewer.at(clock(at * 1000), clock(length * 1000))}
        onPointerDown={point}
        onPointerMove={point}
        onPointerLeave={leave}
        onInput={({ currentTarget }) => {
          seek(Number(currentTarget.value));
          // A drag goes on outside the bar; keys move the clip itself, which is seen.
          if (currentTarget.matches(":active")) pointed.value = Number(currentTarget.value);
        }}
        onChange={({ currentTarget }) => {
          if (!currentTarget.matches(":hover")) leave();
        }}
      />
      {media.storyboard && pointed.value !== undefined && (
        <Frame media={media} storyboard={media.storyboard} seconds={pointed.value} share={pointed.value / length} />
      )}
    </div>
  );
}

interface FrameProps {
  media: Media;
  storyboard: NonNullable<Media["storyboard"]>;
  seconds: number;
  /** How far along the bar, from 0 to 1. */
  share: number;
}

/** Says nothing to a screen reader: the bar's own value does. */
const Frame = ({ media, storyboard, seconds, share }: FrameProps) => (
  <div class="frame" aria-hidden="true" style={{ "--shape": media.width / media.height, "--share": share }}>
    <img class="still" src={frameAt(storyboard, seconds * 1000)} alt="" />
    <span>{clock(seconds * 1000)}</span>
  </div>
);
