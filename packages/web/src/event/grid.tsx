import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Media } from "../api/types.ts";
import { clock } from "../text/format.ts";
import { t } from "../text/index.ts";
import { said } from "../text/problem.ts";
import { Drawn, PLAY } from "../ui/icon.tsx";
import { go } from "../ui/router.tsx";
import type { Gallery } from "./gallery.ts";
import { nameOf } from "./merge.ts";
import { name } from "./words.ts";

/** The first ones are on the screen at once; all others are fetched as one comes near them. */
const EAGER = 6;
const MOST_WANTED = 2;
/** The next page is read so long before its place is seen. */
const AHEAD = "1200px";

/** Clips and photos in their own shapes, each a link to itself; `base` is the address of the list. */
export function Grid({ gallery, base }: { gallery: Gallery; base: string }) {
  return (
    <section aria-label={t.event.grid}>
      <p class="hidden" role="status">
        {gallery.fresh.value > 0 && t.event.fresh(gallery.fresh.value)}
      </p>
      <ul class="grid">
        {gallery.media.value?.map((one, index) => (
          <Tile key={nameOf(one)} media={one} index={index} href={`${base}/${nameOf(one)}`} />
        ))}
      </ul>
      {gallery.hasMore.value && <More gallery={gallery} />}
    </section>
  );
}

function Tile({ media, index, href }: { media: Media; index: number; href: string }) {
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href, { stay: true });
  };
  const { urls, width, height, durationMs } = media;
  return (
    <li style={{ "--shape": width / height }}>
      <a href={href} aria-label={name(media, index)} onClick={open} data-media={nameOf(media)}>
        <img
          src={urls.thumbnail}
          alt=""
          width={width}
          height={height}
          loading={index < EAGER ? "eager" : "lazy"}
          fetchpriority={index < MOST_WANTED ? "high" : "auto"}
          decoding="async"
        />
        {durationMs !== undefined && (
          <span class="time">
            <Drawn path={PLAY} />
            {clock(durationMs)}
          </span>
        )}
      </a>
    </li>
  );
}

/**
 * Reads on by itself when one comes near the end; the button is for those who go by keyboard, and for a bad connection.
 */
function More({ gallery }: { gallery: Gallery }) {
  const place = useRef<HTMLDivElement>(null);
  const isNear = useRef(false);
  const readOn = () => {
    if (isNear.current && !gallery.error.value) void gallery.more();
  };
  useEffect(() => {
    const observer = new IntersectionObserver(
      ([entry]) => {
        isNear.current = Boolean(entry?.isIntersecting);
        readOn();
      },
      { rootMargin: AHEAD },
    );
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, []);
  // A page that did not fill the screen is followed by the next one.
  useSignalEffect(() => {
    gallery.media.value;
    queueMicrotask(readOn);
  });
  return (
    <div class="more" ref={place}>
      {gallery.error.value !== undefined && <p role="alert">{said(gallery.error.value)}</p>}
      <button type="button" class="button plain" onClick={() => gallery.more()}>
        {t.event.more}
      </button>
    </div>
  );
}
