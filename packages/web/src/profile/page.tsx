import "./profile.css";
import { FileTypes } from "@dropclip/core/file-types";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { call } from "../api/call.ts";
import type { Me } from "../api/types.ts";
import { SignInFirst } from "../mine/page.tsx";
import { session } from "../session/session.ts";
import { t } from "../text/index.ts";
import { reason, said } from "../text/problem.ts";
import { Icon } from "../ui/icons.tsx";
import { Page } from "../ui/page.tsx";
import { persist } from "../ui/persist.ts";
import { small } from "../ui/small.ts";
import { About } from "./about.tsx";
import { sendPicture } from "./picture.ts";

/** `/profile`: who is signed in, their picture, and what they say of themselves. */
export default function ProfilePage() {
  if (!session.value) return <SignInFirst title={t.profile.title} />;
  return <Shown key={session.value.userId} email={session.value.email} />;
}

function Shown({ email }: { email: string | undefined }) {
  const me = useSignal<Me | undefined>(undefined);
  const doing = useSignal("");
  const problem = useSignal("");
  const input = useRef<HTMLInputElement>(null);
  /** Why it is not known who one is. */
  const missed = useSignal<unknown>(undefined);
  /** Does something and reads anew who one is; `act` tells what was wrong, where it knows. */
  const attempt = async (words: string, act: () => Promise<string | undefined>) => {
    doing.value = words;
    problem.value = "";
    try {
      problem.value = (await act()) ?? "";
      me.value = await call("get", "/me", {});
      missed.value = undefined;
    } catch (error) {
      if (!me.value) missed.value = error;
      problem.value = said(error);
    }
    doing.value = "";
  };
  useEffect(
    () =>
      persist(
        () => attempt(t.general.loading, async () => undefined),
        () => missed.value,
      ),
    [],
  );
  const choose = (file: File | undefined) =>
    file &&
    attempt(t.profile.sending, async () => {
      const { status, reason: why } = await sendPicture(file, () => {
        doing.value = t.profile.looking;
      });
      if (status === "rejected") return why ? reason(why) : t.profile.rejected;
      return undefined;
    });
  const picture = me.value?.picture;
  return (
    <Page title={t.profile.title} narrow>
      <header class="hero">
        <h1>{t.profile.title}</h1>
        {email && <p class="where soft">{email}</p>}
      </header>
      <section class="card profile" aria-label={t.profile.picture}>
        <div class="face">
          {picture ? <img src={small(picture)} alt={t.profile.picture} /> : <Icon name="person" />}
        </div>
        <div class="row">
          <input
            ref={input}
            type="file"
            hidden
            accept={FileTypes.PICTURES.map((one) => `.${one}`).join()}
            onChange={({ currentTarget }) => choose(currentTarget.files?.[0])}
          />
          <button type="button" class="button" disabled={doing.value !== ""} onClick={() => input.current?.click()}>
            {t.profile.choosePicture}
          </button>
          {picture && (
            <button
              type="button"
              class="button plain"
              disabled={doing.value !== ""}
              onClick={() => attempt("", () => call("delete", "/me/picture", {}))}
            >
              {t.profile.removePicture}
            </button>
          )}
        </div>
        <p class="soft" role="status">
          {doing.value}
        </p>
        {problem.value && (
          <p class="message bad" role="alert">
            {problem.value}
          </p>
        )}
      </section>
      {me.value && (
        <About
          me={me.value}
          changed={(now) => {
            me.value = now;
          }}
        />
      )}
    </Page>
  );
}
