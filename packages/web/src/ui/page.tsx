import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../text/index.ts";
import { hasMoved } from "./router.tsx";

/** The main part of a page; `title` is the window's. */
export function Page({
  title,
  narrow = false,
  children,
}: {
  title?: string | undefined;
  narrow?: boolean;
  children: ComponentChildren;
}) {
  useEffect(() => {
    document.title = title ? `${title} – ${t.general.name}` : t.general.name;
  }, [title]);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // Whoever hears the page, or goes by keyboard, is at its beginning.
    if (hasMoved()) main.current?.focus({ preventScroll: true });
  }, []);
  return (
    <main ref={main} id="main" tabIndex={-1} class={narrow ? "narrow" : undefined}>
      {children}
    </main>
  );
}
