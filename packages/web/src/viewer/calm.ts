import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

const CALM_MS = 2500;

/** Whether nothing was touched for a moment, while a clip plays: then only the clip is seen. */
export function useCalm(within: RefObject<HTMLElement | null>, isVideo: boolean) {
  const isCalm = useSignal(false);
  useEffect(() => {
    let timer = 0;
    const stir = () => {
      isCalm.value = false;
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        const video = within.current?.querySelector("video");
        isCalm.value = Boolean(video && !video.paused && video.readyState > video.HAVE_CURRENT_DATA);
      }, CALM_MS);
    };
    const element = within.current;
    const events = ["pointermove", "pointerdown", "keydown", "focusin"] as const;
    for (const name of events) element?.addEventListener(name, stir);
    // It does not bubble.
    element?.addEventListener("playing", stir, true);
    stir();
    return () => {
      clearTimeout(timer);
      for (const name of events) element?.removeEventListener(name, stir);
      element?.removeEventListener("playing", stir, true);
    };
  }, [isVideo]);
  return isCalm.value;
}
