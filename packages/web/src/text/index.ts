import { local } from "../store.ts";
import type { Text } from "./languages/en.ts";

/** Every file there is a language, named by its tag. */
const files = import.meta.glob<Text>("./languages/*.ts", { import: "default" });
const KEY = "language";
const FALLBACK = "en";
const RIGHT_TO_LEFT = /^(ar|dv|fa|he|ku|ps|sd|ug|ur|yi)\b/;

/** What the page says, in the reader's language. There once `speak` has ended. */
export let t = {} as Text;
/** The tag of that language. */
export let language = FALLBACK;
/** The same with the reader's region, which dates and numbers go by. */
export let locale = FALLBACK;

export const languages = Object.keys(files).map((file) => file.slice("./languages/".length, -".ts".length));

/** The language the reader chose here, or else the first one of their browser's that there is. */
export function wanted(): string {
  const here = new URLSearchParams(location.search).get(KEY);
  const asked = [here, local.get(KEY), ...navigator.languages];
  const found = asked.map((one) => languages.find((tag) => one === tag || one?.split("-")[0] === tag));
  return found.find((tag) => tag !== undefined) ?? FALLBACK;
}

export async function speak(tag: string) {
  t = await files[`./languages/${tag}.ts`]!();
  language = tag;
  locale = navigator.languages.find((one) => one.split("-")[0] === tag) ?? tag;
  document.documentElement.lang = tag;
  document.documentElement.dir = RIGHT_TO_LEFT.test(tag) ? "rtl" : "ltr";
}

/** From now on, in this browser; where it keeps nothing, as long as the page is there. */
export function choose(tag: string) {
  if (local.set(KEY, tag)) location.reload();
  else location.search = `${KEY}=${tag}`;
}
