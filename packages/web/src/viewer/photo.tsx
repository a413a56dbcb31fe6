import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Media } from "../api/types.ts";
import { t } from "../text/index.ts";
import { Icon } from "../ui/icons.tsx";

const MIDDLE = { x: 0.5, y: 0.5 };

/** A photo as large as the screen; zoomed, it is as large as it is and one moves over it. */
export function Photo({ media, label, next }: { media: Media; label: string; next: Media | undefined }) {
  const stage = useRef<HTMLDivElement>(null);
  /** What is looked at closely, as shares of the picture. */
  const place = useSignal<typeof MIDDLE | undefined>(undefined);
  /** It cannot be had: the small one is better than nothing. */
  const isBroken = useSignal(false);
  const isZoomed = place.value !== undefined;
  const toggle = (at = MIDDLE) => {
    place.value = isZoomed ? undefined : at;
  };
  const point = ({ target, offsetX, offsetY }: MouseEvent) => {
    if (!(target instanceof HTMLImageElement)) return toggle();
    toggle({ x: offsetX / target.clientWidth, y: offsetY / target.clientHeight });
  };
  useLayoutEffect(() => {
    if (!place.value || !stage.current) return;
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = stage.current;
    const { x, y } = place.value;
    stage.current.scrollTo(x * scrollWidth - clientWidth / 2, y * scrollHeight - clientHeight / 2);
  }, [place.value]);
  useEffect(() => {
    if (next?.contentType === "image") new Image().src = next.urls.content;
  }, []);
  const { width, height, urls } = media;
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button below does the same */}
      <div
        ref={stage}
        class={isZoomed ? "stage zoomed" : "stage zoomable"}
        onDblClick={point}
        style={{ "--width": `${width}px`, "--shape": width / height }}
      >
        <img
          src={isBroken.value ? urls.thumbnail : urls.content}
          alt={label}
          width={width}
          height={height}
          style={{ backgroundImage: `url("${urls.thumbnail}")` }}
          onError={() => {
            isBroken.value = true;
          }}
        />
      </div>
      <div class="controls">
        <span class="gap" />
        <button type="button" class="round" aria-label={t.viewer.zoom} aria-pressed={isZoomed} onClick={() => toggle()}>
          <Icon name="zoom" />
        </button>
      </div>
    </>
  );
}
