import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { session } from "../session/session.ts";
import { t } from "../text/index.ts";
import { Icon } from "../ui/icon.tsx";
import { choose, type Refused } from "./choose.ts";
import type { Outbox } from "./outbox.ts";
import { Picker } from "./picker.tsx";
import { Row } from "./row.tsx";
import { Said } from "./said.tsx";
import { Total } from "./total.tsx";

/** The fan went to sign in with files chosen: they are sent when they come back. */
const AFTER_SIGN_IN = "send-after-sign-in";

/** Choosing, sending and what becomes of it, on one page. */
export function Files({ outbox, isOpen, hint }: { outbox: Outbox; isOpen: boolean; hint: string }) {
  const refused = useSignal<Refused[]>([]);
  const looking = useSignal(0);
  const { eventId } = outbox.event;
  const take = async (files: File[]) => {
    looking.value += files.length;
    const more = await choose(outbox, files);
    looking.value -= files.length;
    refused.value = [...more, ...refused.value];
  };
  useEffect(() => {
    if (sessionStorage.getItem(AFTER_SIGN_IN) !== eventId) return;
    sessionStorage.removeItem(AFTER_SIGN_IN);
    if (session.value) void outbox.start();
  }, []);

  const send = async () => {
    if (session.value) return outbox.start();
    // What is too large to be kept is lost with this page: then one signs in beside it.
    const extra = outbox.isTooMuchToKeep() ? window.open("about:blank") : undefined;
    const { signIn } = await import("../session/oauth.ts");
    if (extra) {
      outbox.startOnceSignedIn();
      return signIn({ extra });
    }
    await outbox.stored();
    sessionStorage.setItem(AFTER_SIGN_IN, eventId);
    await signIn();
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
      {entries.length > 0 && <Total outbox={outbox} />}
      <ul class="files" aria-label={t.send.files}>
        {entries.map((entry) => (
          <Row key={entry.kept.value.id} entry={entry} outbox={outbox} take={take} />
        ))}
      </ul>
      {ready > 0 && isOpen && (
        <div class="sticky">
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
