import { type Signal, useSignal } from "@preact/signals";
import { useCallback, useEffect } from "preact/hooks";
import { comesBackTo, goOnWith } from "../session/after.ts";
import { session } from "../session/session.ts";
import { t } from "../text/index.ts";
import { Icon } from "../ui/icons.tsx";
import { choose, type Refused } from "./choose.ts";
import type { Outbox } from "./outbox.ts";
import { Picker } from "./picker.tsx";
import { Row } from "./row.tsx";
import { Said } from "./said.tsx";
import { Total } from "./total.tsx";

/** Somewhat less than browsers let a page open a window after a click. */
const CLICK_MS = 800;
const later = (ms: number) => new Promise<false>((resolve) => setTimeout(() => resolve(false), ms));

/** Choosing, sending and what becomes of it, on one page. */
export function Files({ outbox, isOpen, hint }: { outbox: Outbox; isOpen: boolean; hint: string }) {
  const refused = useSignal<Refused[]>([]);
  const looking = useSignal(0);
  const isBlocked = useSignal(false);
  const { eventId } = outbox.event;
  // The same each time: a row is drawn anew only when there is something new about it.
  const take = useCallback(async (files: File[]) => {
    looking.value += files.length;
    const more = await choose(outbox, files);
    looking.value -= files.length;
    refused.value = [...more, ...refused.value];
  }, []);
  useEffect(() => {
    if (comesBackTo(`send:${eventId}`)) void outbox.start();
  }, []);

  const send = async () => {
    if (session.value) return outbox.start();
    // What is not kept is lost with this page: then one signs in beside it.
    const isKept = await Promise.race([outbox.stored(), later(CLICK_MS)]);
    const extra = isKept ? undefined : window.open("about:blank");
    isBlocked.value = extra === null;
    if (isBlocked.value) return;
    const { signIn } = await import("../session/oauth.ts");
    outbox.startOnceSignedIn();
    if (isKept) goOnWith(`send:${eventId}`);
    await signIn({ extra });
  };

  const ready = outbox.count("ready");
  const entries = outbox.entries.value;
  return (
    <>
      {isOpen && <Picker event={outbox.event} take={take} hint={hint} isSmall={entries.length > 0} />}
      {looking.value > 0 && (
        <p class="soft" role="status">
          {t.status.checking}
        </p>
      )}
      <Refusals refused={refused} />
      {outbox.isBound.value && <p class="message bound">{t.send.bound}</p>}
      {entries.length > 0 && <Total outbox={outbox} />}
      <ul class="files" aria-label={t.send.files}>
        {entries.map((entry) => (
          <Row key={entry.kept.value.id} entry={entry} outbox={outbox} take={take} />
        ))}
      </ul>
      {ready > 0 && isOpen && (
        <div class="sticky" data-next=".total button">
          {isBlocked.value && (
            <p class="message bad" role="alert">
              {t.send.blocked}
            </p>
          )}
          <button type="button" class="button" onClick={send}>
            <Icon name="send" />
            {session.value ? t.send.begin(ready) : t.send.signInFirst(ready)}
          </button>
        </div>
      )}
      <Said outbox={outbox} />
    </>
  );
}

/** Said at once, and there until it is taken off. */
function Refusals({ refused }: { refused: Signal<Refused[]> }) {
  return (
    <div role="alert">
      <ul class="refused" aria-label={t.send.refused}>
        {refused.value.map((one) => (
          <li key={one.id} class="message bad">
            <span>
              <strong dir="auto">{one.name}</strong> {one.why}
            </span>
            <button
              type="button"
              class="button plain round"
              aria-label={`${t.send.dismiss}: ${one.name}`}
              onClick={() => {
                refused.value = refused.value.filter((other) => other !== one);
              }}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
