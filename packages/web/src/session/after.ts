import { tab } from "../store.ts";
import { session } from "./session.ts";

const KEY = "after-sign-in";

/** What is gone on with once somebody is signed in and back on this page, in this tab. */
export const goOnWith = (what: string) => void tab.set(KEY, what);

/** Whether that is what the user has come back to; once. */
export function comesBackTo(what: string): boolean {
  if (tab.get(KEY) !== what) return false;
  tab.remove(KEY);
  return session.value !== undefined;
}
