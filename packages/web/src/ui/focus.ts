const REACHABLE = "a[href], button:not(:disabled), input:not([hidden], :disabled), textarea, summary, [tabindex='0']";

/** What had the focus last, and where it stood: each element around it with the place of the next inner one. */
interface Held {
  element: HTMLElement;
  around: { parent: Element; index: number; next: string | undefined }[];
}
let held: Held | undefined;

const isReachable = (one: Element) => (one as HTMLElement).checkVisibility?.({ visibilityProperty: true }) ?? true;
const firstIn = (one: Element) =>
  [...(one.matches(REACHABLE) ? [one] : []), ...one.querySelectorAll(REACHABLE)].find(isReachable);

function hold(element: HTMLElement) {
  const around: Held["around"] = [];
  for (let inner: Element = element; inner.parentElement; inner = inner.parentElement) {
    const next = (inner as HTMLElement).dataset?.next;
    around.push({ parent: inner.parentElement, index: [...inner.parentElement.children].indexOf(inner), next });
  }
  held = { element, around };
}

/** What stands where the lost one stood, or behind it; else what is around. Whole pages set the focus themselves. */
function heir({ around }: Held): Element | undefined {
  const page = around.find(({ parent }) => parent.matches("main, dialog, header"));
  if (!page?.parent.isConnected) return undefined;
  const named = around.find(({ next }) => next && document.querySelector(next))?.next;
  if (named) return document.querySelector(named)!;
  const there = around.filter(({ parent }) => parent.isConnected && page.parent.contains(parent));
  for (const { parent, index } of there) {
    for (const one of [...parent.children].slice(index)) {
      const found = firstIn(one);
      if (found) return found;
    }
  }
  return page.parent;
}

function keepFocus() {
  const { activeElement } = document;
  if (!held || (activeElement && activeElement !== document.body)) return;
  const { element } = held;
  const isThere = element.isConnected && isReachable(element);
  if (isThere && element.matches(":disabled")) return;
  const to = isThere ? element : heir(held);
  if (to === undefined) held = undefined;
  (to as HTMLElement | undefined)?.focus({ preventScroll: true });
  if (to?.matches(":focus-visible")) to.scrollIntoView({ block: "nearest" });
}

/**
 * What has the focus may go away, as a file that is taken off the list does, or be disabled for a while. Then browsers
 * begin at the top of the page again; whoever goes by keyboard goes on where they were.
 */
export function watchFocus() {
  addEventListener("focusin", ({ target }) => hold(target as HTMLElement));
  // Who points somewhere else has left it.
  addEventListener("pointerdown", () => {
    held = undefined;
  });
  const seen = { childList: true, subtree: true, attributeFilter: ["disabled", "hidden"] };
  new MutationObserver(keepFocus).observe(document.body, seen);
}
