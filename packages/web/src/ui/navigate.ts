/**
 * Goes to another address of the page that is shown, and leaves it scrolled as it is: the router scrolls up when it is
 * asked, and does not when the browser goes through its history.
 */
export function stay(url: string, { replace = false } = {}) {
  if (replace) history.replaceState(history.state, "", url);
  else history.pushState({ stayed: true }, "", url);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** Whether the page before this one in the browser's history is ours: then Back leads to it. */
export const cameFromHere = () => Boolean((history.state as { stayed?: boolean } | null)?.stayed);
