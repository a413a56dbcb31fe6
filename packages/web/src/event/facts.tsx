import { now } from "../api/clock.ts";
import type { Event } from "../api/types.ts";
import { longMoment, moment } from "../text/format.ts";
import { t } from "../text/index.ts";
import { useLater } from "../ui/later.ts";
import { small } from "../ui/small.ts";
import { windowOf } from "./window.ts";

/** Nobody need be told that something is open for a hundred years. */
const FOREVER_MS = 5 * 365 * 24 * 60 * 60 * 1000;

/** Whether the event takes clips, and until when. */
export function Window({ event }: { event: Event }) {
  const state = windowOf(event, now());
  if (state === "soon") return <p class="tag">{t.event.opensAt(moment(event.opensAt))}</p>;
  if (state === "closed") return <p class="tag">{t.event.closed(moment(event.closesAt))}</p>;
  const isForever = Date.parse(event.closesAt) - now() > FOREVER_MS;
  return <p class="tag open">{isForever ? t.home.open : t.event.openUntil(moment(event.closesAt))}</p>;
}

/** What one sees first of an event. */
export function Hero({ event }: { event: Event }) {
  const { flyer, title, venue, startsAt, endsAt } = event;
  const part = useLater(() => import("./performer.tsx"));
  return (
    <header class={flyer ? "hero with-flyer" : "hero"}>
      {flyer && <img class="glow" src={small(flyer)} alt="" aria-hidden="true" fetchpriority="high" />}
      {flyer && <img class="flyer" src={small(flyer)} alt={t.event.flyer(title)} fetchpriority="high" />}
      <div class="facts">
        <h1 dir="auto">{title}</h1>
        {(venue || startsAt) && (
          <p class="where soft">
            {venue && <bdi>{venue}</bdi>}
            {venue && startsAt && " · "}
            {startsAt && <time dateTime={startsAt}>{longMoment(startsAt)}</time>}
            {startsAt && endsAt && " – "}
            {endsAt && <time dateTime={endsAt}>{moment(endsAt)}</time>}
          </p>
        )}
        <Window event={event} />
        {event.review && windowOf(event, Date.now()) === "open" && <p class="soft">{t.send.review}</p>}
        {/* Its room is kept: whose show it is comes later, and not of everybody. */}
        <p class="performer">{part && <part.Performer userId={event.creativeId} label={t.event.performer} />}</p>
      </div>
    </header>
  );
}
