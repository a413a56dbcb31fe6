import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** Reads something once, and again when asked or when the browser comes back online after it failed. */
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
  useEffect(() => {
    const retry = () => {
      if (error.value) void again();
    };
    void again();
    addEventListener("online", retry);
    return () => removeEventListener("online", retry);
  }, []);
  return { value: value.value, error: error.value, again: () => void again() };
}
