import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../text/index.ts";

/** The main part of a page; `title` is the window's. */
export function Page({ title, narrow = false, children }: { title?: string | undefined; narrow?: boolean; children: ComponentChildren }) {
  useEffect(() => {
    document.title = title ? `${title} – ${t.general.name}` : t.general.name;
  }, [title]);
  return (
    <main id="main" tabIndex={-1} class={narrow ? "narrow" : undefined}>
      {children}
    </main>
  );
}
