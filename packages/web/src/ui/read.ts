import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { persist } from "./persist.ts";

/** Reads something once; again when asked, and by itself as long as nobody answers. */
export function useRead<T>(read: () => Promise<T>) {
  const value = useSignal<T | undefined>(undefined);
  const error = useSignal<unknown>(undefined);
  const again = () =>
    read().then(
      (answer) => {
        value.value = answer;
        error.value = undefined;
      },
      (caught) => {
        error.value = caught;
      },
    );
  useEffect(() => persist(again, () => error.value), []);
  return { value: value.value, error: error.value, again: () => void again() };
}
