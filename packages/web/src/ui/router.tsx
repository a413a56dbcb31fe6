import { computed, signal, useSignal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";
import { match } from "./match.ts";

const path = signal(location.pathname);
/** How many pages were gone to since this one was loaded. */
let moves = 0;
export const hasMoved = () => moves > 0;

const read = () => {
  path.value = location.pathname;
};
addEventListener("popstate", read);

interface Going {
  /** In place of the address that is there. */
  replace?: boolean;
  /** What is shown stays as it is scrolled: only what is above it changes. */
  stay?: boolean;
}

/** Goes to another address of the pages. */
export function go(url: string, { replace = false, stay = false }: Going = {}) {
  if (replace) history.replaceState(history.state, "", url);
  else history.pushState({ stay }, "", url);
  if (!stay) {
    moves++;
    scrollTo(0, 0);
  }
  read();
}

/** Whether Back leads to what lies below what is shown. */
export const isAbove = () => Boolean((history.state as { stay?: boolean } | null)?.stay);

// Links lead to other pages without loading all of them anew.
addEventListener("click", (event) => {
  const link = (event.target as Element).closest?.("a");
  const isOther = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0;
  if (!link || isOther || event.defaultPrevented || link.origin !== location.origin || link.target || link.download)
    return;
  if (link.getAttribute("href")?.startsWith("#")) return;
  event.preventDefault();
  go(link.pathname + link.search);
});

/** A page and its pattern; of several that fit, the first one. */
export type Routes = [pattern: string, page: FunctionComponent][];

const routes = signal<Routes>([]);
const found = computed(() => {
  for (const [pattern, page] of routes.value) {
    const params = match(pattern, path.value);
    if (params) return { page, params };
  }
  return undefined;
});
/** The variables of the address that is shown. */
export const params = computed(() => found.value?.params ?? {});

export function Router({ pages, nowhere: Nowhere }: { pages: Routes; nowhere: FunctionComponent }) {
  routes.value = pages;
  const Found = found.value?.page ?? Nowhere;
  return <Found />;
}

/** A page whose code comes when it is wanted. */
export function lazily(load: () => Promise<{ default: FunctionComponent }>): FunctionComponent {
  return () => {
    const page = useSignal<FunctionComponent | undefined>(undefined);
    useEffect(() => {
      // What is missing was published anew: `vite:preloadError` loads it all.
      load().then(
        (module) => {
          page.value = module.default;
        },
        () => {},
      );
    }, []);
    return page.value ? <page.value /> : <main aria-busy="true" />;
  };
}
