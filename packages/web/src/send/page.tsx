import "../ui/file.css";
import "./send.css";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { call } from "../api/call.ts";
import { now } from "../api/clock.ts";
import type { Event } from "../api/types.ts";
import { Missing } from "../event/page.tsx";
import { windowOf } from "../event/window.ts";
import { bytes, duration, moment } from "../text/format.ts";
import { t } from "../text/index.ts";
import { Notice } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { useRead } from "../ui/read.ts";
import { params } from "../ui/router.tsx";
import { Files } from "./files.tsx";
import { type Held, outboxOf } from "./outboxes.ts";

/** `/e/{eventId}/send`: files are chosen before anybody has to sign in. */
export default function SendPage() {
  const { eventId = "" } = params.value;
  return <Shown key={eventId} eventId={eventId} />;
}

function Shown({ eventId }: { eventId: string }) {
  const { value: event, error, again } = useRead(() => call("get", "/events/{eventId}", { path: { eventId } }));
  if (error) return <Missing error={error} again={again} />;
  return (
    <Page title={event && `${t.send.title} · ${event.title}`} narrow>
      <header class="hero">
        <div class="facts">
          <h1>{t.send.title}</h1>
          {event && (
            <p class="where">
              <a href={`/e/${eventId}`} dir="auto">
                {t.send.to(event.title)}
              </a>
            </p>
          )}
        </div>
      </header>
      {event ? <Sending event={event} /> : <Notice isPart title={t.general.loading} isBusy />}
    </Page>
  );
}

function Sending({ event }: { event: Event }) {
  const held = useSignal<Held | undefined>(undefined);
  const failed = useSignal(false);
  const open = () =>
    outboxOf(event).then(
      (found) => {
        held.value = found;
        failed.value = false;
      },
      () => {
        failed.value = true;
      },
    );
  useEffect(() => void open(), []);
  if (failed.value)
    return (
      <Notice isPart title={t.general.noConnection}>
        <button type="button" class="button" onClick={open}>
          {t.general.again}
        </button>
      </Notice>
    );
  const outbox = held.value?.value;
  if (!outbox) return <Notice isPart title={t.general.loading} isBusy />;
  if (outbox === "elsewhere") return <Notice isPart title={t.send.otherTab} text={t.send.otherTabWhy} />;
  const state = windowOf(event, now());
  const isOpen = state === "open";
  const closed = state === "soon" ? t.event.opensAt(moment(event.opensAt)) : t.event.closed(moment(event.closesAt));
  return (
    <>
      {!isOpen && <p class="message">{closed}</p>}
      {isOpen && event.review && <p class="message">{t.send.review}</p>}
      <Files outbox={outbox} isOpen={isOpen} hint={hintOf(event)} />
    </>
  );
}

/** What is taken, before anything is chosen. */
function hintOf({ contentTypes, videoBytes, videoDurationMs, imageBytes }: Event) {
  const [video, minutes, image] = [bytes(videoBytes), duration(videoDurationMs), bytes(imageBytes)];
  if (contentTypes.length > 1) return t.send.hint(video, minutes, image);
  return contentTypes[0] === "video" ? t.send.hintVideo(video, minutes) : t.send.hintImage(image);
}
