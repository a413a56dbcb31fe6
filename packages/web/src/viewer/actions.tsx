import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Media } from "../api/types.ts";
import { comesBackTo } from "../session/after.ts";
import { t } from "../text/index.ts";
import { Icon } from "../ui/icons.tsx";
import { download } from "./download.ts";
import type { Report } from "./report.tsx";
import { reportOf } from "./report-of.ts";

const SAID_MS = 4000;

/** What one can do with a media besides looking at it. */
export function Actions({ media, title }: { media: Media; title: string }) {
  const said = useSignal("");
  const isAsking = useSignal(false);
  const report = useSignal<{ Shown: typeof Report } | undefined>(undefined);
  const reporting = useRef<HTMLButtonElement>(null);
  const say = (words: string) => {
    said.value = words;
    setTimeout(() => {
      if (said.value === words) said.value = "";
    }, SAID_MS);
  };
  const save = async () => {
    isAsking.value = true;
    try {
      await download(media);
    } catch {
      say(t.viewer.downloadFailed);
    }
    isAsking.value = false;
  };
  const pass = async () => {
    const url = location.href;
    try {
      if (navigator.share) await navigator.share({ url, title });
      else {
        await navigator.clipboard.writeText(url);
        say(t.viewer.copied);
      }
    } catch (error) {
      // Whoever changes their mind need not be told.
      if ((error as DOMException).name !== "AbortError") say(url);
    }
  };
  const ask = async () => {
    if (report.value) return;
    try {
      report.value = { Shown: (await import("./report.tsx")).Report };
    } catch {
      say(t.general.noConnection);
    }
  };
  useEffect(() => {
    if (comesBackTo(reportOf(media))) void ask();
  }, []);
  return (
    <>
      <button ref={reporting} type="button" class="round" aria-label={t.report.title} onClick={ask}>
        <Icon name="flag" />
      </button>
      <button type="button" class="round" aria-label={t.viewer.share} onClick={pass}>
        <Icon name="share" />
      </button>
      <button type="button" class="round" aria-label={t.viewer.download} disabled={isAsking.value} onClick={save}>
        <Icon name="download" />
      </button>
      {report.value && (
        <report.value.Shown
          media={media}
          sent={() => say(t.report.sent)}
          closed={() => {
            report.value = undefined;
            reporting.current?.focus();
          }}
        />
      )}
      <p class="said" role="status">
        <span>{said.value}</span>
      </p>
    </>
  );
}
