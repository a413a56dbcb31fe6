import "./report.css";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { call } from "../api/call.ts";
import type { Media } from "../api/types.ts";
import { goOnWith } from "../session/after.ts";
import { session } from "../session/session.ts";
import { t } from "../text/index.ts";
import { said } from "../text/problem.ts";
import { reportOf } from "./report-of.ts";

type Reason = keyof typeof t.report.reasons;
/** As many characters as the API takes. */
const TEXT_LENGTH = 500;

interface Props {
  media: Media;
  sent: () => void;
  /** The dialog was shut, whatever came of it. */
  closed: () => void;
}

/** Tells the show's creative what is wrong with a media; asks who does not say who they are to sign in. */
export function Report({ media, sent, closed }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  const signIn = async () => {
    goOnWith(reportOf(media));
    await (await import("../session/oauth.ts")).signIn();
  };
  return (
    // What is typed or swiped here is nothing to the viewer below.
    <dialog
      ref={dialog}
      class="card report"
      aria-labelledby="report"
      onClose={closed}
      onKeyDown={(event) => event.stopPropagation()}
      onTouchStart={(event) => event.stopPropagation()}
    >
      <h2 id="report">{t.report.title}</h2>
      {session.value ? (
        <Form
          media={media}
          close={close}
          sent={() => {
            close();
            sent();
          }}
        />
      ) : (
        <>
          <p class="soft">{t.report.signInWhy}</p>
          <div class="row">
            <Cancel close={close} />
            <button type="button" class="button" onClick={signIn}>
              {t.session.signIn}
            </button>
          </div>
        </>
      )}
    </dialog>
  );
}

function Form({ media: { uploadId, mediaId }, sent, close }: { media: Media; sent: () => void; close: () => void }) {
  const isSending = useSignal(false);
  const problem = useSignal("");
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [reason, text] = [form.get("reason") as Reason, String(form.get("text")).trim()];
    isSending.value = true;
    problem.value = "";
    try {
      await call("post", "/uploads/{uploadId}/media/{mediaId}/reports", {
        path: { uploadId, mediaId },
        body: { reason, ...(text ? { text } : {}) },
      });
      sent();
    } catch (error) {
      problem.value = said(error);
    }
    isSending.value = false;
  };
  return (
    <form onSubmit={send}>
      <fieldset>
        <legend class="soft">{t.report.why}</legend>
        {Object.entries(t.report.reasons).map(([reason, words]) => (
          <label key={reason} class="check">
            <input type="radio" name="reason" value={reason} required />
            {words}
          </label>
        ))}
      </fieldset>
      <label class="field">
        {t.report.text}
        <textarea name="text" rows={2} maxLength={TEXT_LENGTH} />
      </label>
      {problem.value && (
        <p class="message bad" role="alert">
          {problem.value}
        </p>
      )}
      <div class="row">
        <Cancel close={close} />
        <button type="submit" class="button" disabled={isSending.value}>
          {t.report.send}
        </button>
      </div>
    </form>
  );
}

const Cancel = ({ close }: { close: () => void }) => (
  <button type="button" class="button plain" onClick={close}>
    {t.general.cancel}
  </button>
);
