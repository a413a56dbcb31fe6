import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Media } from "../api/types.ts";
import { t } from "../text/index.ts";
import { Icon } from "../ui/icons.tsx";

/** A photo as large as the screen; zoomed, it is as large as it is and one moves over it. */
export function Photo({ media, label, next }: { media: Media; label: string; next: Media | undefined }) {
  const isZoomed = useSignal(false);
  const toggle = () => {
    isZoomed.value = !isZoomed.value;
  };
  useEffect(() => {
    if (next?.contentType === "image") new Image().src = next.urls.content;
  }, []);
  const { width, height, urls } = media;
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button below does the same */}
      <div
        class={isZoomed.value ? "stage zoomed" : "stage zoomable"}
        onDblClick={toggle}
        style={{ "--width": `${width}px` }}
      >
        <img
          src={urls.content}
          alt={label}
          width={width}
          height={height}
          style={{ backgroundImage: `url("${urls.thumbnail}")` }}
        />
      </div>
      <div class="controls">
        <span class="gap" />
        <button type="button" class="round" aria-label={t.viewer.zoom} aria-pressed={isZoomed.value} onClick={toggle}>
          <Icon name="zoom" />
        </button>
      </div>
    </>
  );
}
