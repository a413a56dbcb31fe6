import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** A part of a page whose code comes once the page is there; what cannot be had is done without. */
export function useLater<T>(load: () => Promise<T>): T | undefined {
  const part = useSignal<{ found: T } | undefined>(undefined);
  useEffect(() => {
    load().then(
      (found) => {
        part.value = { found };
      },
      () => {},
    );
  }, []);
  return part.value?.found;
}
