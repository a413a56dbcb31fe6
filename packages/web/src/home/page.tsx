import { useSignal } from "@preact/signals";
import { call } from "../api/call.ts";
import { SHOWS } from "../api/early.ts";
import type { Event } from "../api/types.ts";
import { Window } from "../event/facts.tsx";
import { Missing } from "../event/page.tsx";
import { moment } from "../text/format.ts";
import { t } from "../text/index.ts";
import { said } from "../text/problem.ts";
import { Notice } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { useRead } from "../ui/read.ts";
import { small } from "../ui/small.ts";
import "./home.css";

/** `/`: what is on. */
export default function HomePage() {
  const first = useRead(() => call("get", "/events", { query: { limit: SHOWS } }));
  const later = useSignal<{ events: Event[]; cursor?: string | undefined } | undefined>(undefined);
  const failed = useSignal<unknown>(undefined);
  const { value, error, again } = first;
  if (error) return <Missing error={error} again={again} />;
  const events = [...(value?.events ?? []), ...(later.value?.events ?? [])];
  const cursor = later.value ? later.value.cursor : value?.cursor;
  const more = async () => {
    try {
      const page = await call("get", "/events", { query: { limit: SHOWS, cursor } });
      later.value = { events: [...(later.value?.events ?? []), ...page.events], cursor: page.cursor };
      failed.value = undefined;
    } catch (caught) {
      failed.value = caught;
    }
  };
  return (
    <Page title={t.home.title}>
      <header class="hero">
        <div class="facts">
          <h1>{t.home.title}</h1>
          <p class="where soft">{t.home.lead}</p>
        </div>
      </header>
      {!value && <Notice isPart title={t.general.loading} isBusy />}
      {value && events.length === 0 && <Notice isPart title={t.home.empty} text={t.home.emptyWhy} />}
      <ul class="shows">
        {events.map((event) => (
          <Show key={event.eventId} event={event} />
        ))}
      </ul>
      {cursor && (
        <div class="more">
          {failed.value !== undefined && <p role="alert">{said(failed.value)}</p>}
          <button type="button" class="button plain" onClick={more}>
            {t.event.more}
          </button>
        </div>
      )}
    </Page>
  );
}

const Show = ({ event }: { event: Event }) => (
  <li class="card show">
    <div class="poster" aria-hidden="true">
      {event.flyer ? <img src={small(event.flyer)} alt="" loading="lazy" /> : <span>{[...event.title][0]}</span>}
    </div>
    <div class="words">
      <h2>
        <a href={`/e/${event.eventId}`} dir="auto">
          {event.title}
        </a>
      </h2>
      <p class="soft">
        {event.venue && <bdi>{event.venue}</bdi>}
        {event.venue && event.startsAt && " · "}
        {event.startsAt && <time dateTime={event.startsAt}>{moment(event.startsAt)}</time>}
      </p>
      <Window event={event} />
    </div>
  </li>
);
