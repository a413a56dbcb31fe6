/**
 * What the browser keeps of a page, under a name. Where it keeps nothing (cookies are refused, or no room is left),
 * what is set lives as long as the page does.
 */
const store = (kind: "localStorage" | "sessionStorage") => {
  const held = new Map<string, string>();
  // Where it is refused, even to name it throws.
  const attempt = <T>(act: (kept: Storage) => T) => {
    try {
      return act(window[kind]);
    } catch {
      return undefined;
    }
  };
  return {
    get: (key: string): string | undefined => held.get(key) ?? attempt((kept) => kept.getItem(key)) ?? undefined,
    /** Whether it outlives the page. */
    set(key: string, value: string): boolean {
      held.set(key, value);
      const isKept = attempt((kept) => kept.setItem(key, value) ?? true) ?? false;
      if (isKept) held.delete(key);
      return isKept;
    },
    remove(key: string) {
      held.delete(key);
      attempt((kept) => kept.removeItem(key));
    },
  };
};

/** For this browser, and all its tabs. */
export const local = store("localStorage");
/** For this tab. */
export const tab = store("sessionStorage");
