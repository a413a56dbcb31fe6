import { useEffect, useMemo } from "preact/hooks";
import { call } from "../api/call.ts";
import { now } from "../api/clock.ts";
import { MEDIA } from "../api/early.ts";
import { Problem } from "../api/problem.ts";
import type { Event } from "../api/types.ts";
import { moment } from "../text/format.ts";
import { t } from "../text/index.ts";
import { said } from "../text/problem.ts";
import { Drawn, SEND } from "../ui/icon.tsx";
import { Notice } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { useRead } from "../ui/read.ts";
import { params } from "../ui/router.tsx";
import { Viewing } from "../viewer/viewing.tsx";
import { Hero } from "./facts.tsx";
import { createGallery, type Gallery } from "./gallery.ts";
import { Grid } from "./grid.tsx";
import { windowOf } from "./window.ts";

/** `/e/{eventId}`: the show, what was filmed there, and the way to send more. */
export function EventPage() {
  const { eventId = "" } = params.value;
  return <Shown key={eventId} eventId={eventId} />;
}

function Shown({ eventId }: { eventId: string }) {
  const path = { eventId };
  const { value: event, error, again } = useRead(() => call("get", "/events/{eventId}", { path }));
  const gallery = useMemo(
    () => createGallery((cursor) => call("get", "/events/{eventId}/media", { path, query: { limit: MEDIA, cursor } })),
    [],
  );
  useEffect(() => gallery.watch(), []);
  if (error) return <Missing error={error} again={again} />;
  if (!event)
    return (
      <Page>
        <div class="hero" aria-busy="true" />
      </Page>
    );
  const base = `/e/${eventId}`;
  return (
    <Page title={event.title}>
      <Hero event={event} />
      {/* Seen below all clips, and reached before them: there may be hundreds. */}
      {windowOf(event, now()) === "open" && (
        <p class="sticky">
          <a class="button" href={`${base}/send`}>
            <Drawn path={SEND} />
            {t.event.send}
          </a>
        </p>
      )}
      <Filmed event={event} gallery={gallery} base={base} />
      <Viewing gallery={gallery} base={base} title={event.title} />
    </Page>
  );
}

function Filmed({ event, gallery, base }: { event: Event; gallery: Gallery; base: string }) {
  if (gallery.media.value?.length) return <Grid gallery={gallery} base={base} />;
  if (gallery.media.value) return <Empty event={event} />;
  if (gallery.error.value)
    return (
      <Notice isPart title={said(gallery.error.value)}>
        <button type="button" class="button plain" onClick={() => gallery.more()}>
          {t.general.again}
        </button>
      </Notice>
    );
  return <Notice isPart title={t.general.loading} isBusy />;
}

function Empty({ event }: { event: Event }) {
  const state = windowOf(event, now());
  if (state === "open") return <Notice isPart title={t.event.empty} text={t.event.emptyWhy} />;
  if (state === "soon")
    return <Notice isPart title={t.event.emptySoon} text={t.event.opensAt(moment(event.opensAt))} />;
  return <Notice isPart title={t.event.emptyClosed} />;
}

/** The show is not there, or it could not be read. */
export function Missing({ error, again }: { error: unknown; again: () => void }) {
  const isGone = error instanceof Problem && [400, 404, 410].includes(error.status);
  const title = isGone ? t.event.notFound : said(error);
  return (
    <Page title={title}>
      <Notice title={title} text={isGone ? t.event.notFoundWhy : t.general.noConnectionWhy}>
        {isGone ? (
          <a class="button" href="/">
            {t.general.home}
          </a>
        ) : (
          <button type="button" class="button" onClick={again}>
            {t.general.again}
          </button>
        )}
      </Notice>
    </Page>
  );
}
