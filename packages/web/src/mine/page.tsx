import "../ui/file.css";
import "./mine.css";
import { useEffect, useMemo } from "preact/hooks";
import type { Upload } from "../api/types.ts";
import { session } from "../session/session.ts";
import { t } from "../text/index.ts";
import { said } from "../text/problem.ts";
import { Notice } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { createMine } from "./list.ts";
import { Sent } from "./sent.tsx";

/** `/mine`: everything the user has sent, what became of it, and what can be done about it. */
export default function MinePage() {
  if (!session.value) return <SignInFirst title={t.mine.title} />;
  return <Shown key={session.value.userId} />;
}

/** Comes back to this page. */
export const SignInFirst = ({ title }: { title: string }) => (
  <Page title={title}>
    <Notice title={t.session.needed} text={t.session.neededWhy}>
      <button type="button" class="button" onClick={async () => (await import("../session/oauth.ts")).signIn()}>
        {t.session.signIn}
      </button>
    </Notice>
  </Page>
);

function Shown() {
  const mine = useMemo(createMine, []);
  useEffect(() => mine.watch(), []);
  const uploads = mine.uploads.value;
  return (
    <Page title={t.mine.title} narrow>
      <header class="hero">
        <h1>{t.mine.title}</h1>
      </header>
      <p class="hidden" role="status">
        {mine.deleted.value > 0 && t.status.deleted}
      </p>
      {mine.error.value !== undefined && (
        <p class="message bad" role="alert">
          {said(mine.error.value)}
        </p>
      )}
      {uploads?.length === 0 && (
        <Notice isPart title={t.mine.empty} text={t.mine.emptyWhy}>
          <a class="button" href="/">
            {t.mine.find}
          </a>
        </Notice>
      )}
      {!uploads && mine.error.value === undefined && <Notice isPart title={t.general.loading} isBusy />}
      <ul class="sent-list">
        {uploads?.map((upload: Upload) => (
          <Sent key={upload.uploadId} upload={upload} mine={mine} />
        ))}
      </ul>
      {mine.cursor.value && (
        <div class="more">
          <button type="button" class="button plain" onClick={mine.more}>
            {t.mine.more}
          </button>
        </div>
      )}
    </Page>
  );
}
