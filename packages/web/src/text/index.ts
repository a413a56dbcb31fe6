import en, { type Text } from "./languages/en.ts";

/** Every file there is a language, named by its tag; the first one is with the page, others come when asked for. */
const others = import.meta.glob<Text>(["./languages/*.ts", "!./languages/en.ts"], { import: "default" });
const KEY = "language";
const RIGHT_TO_LEFT = /^(ar|dv|fa|he|ku|ps|sd|ug|ur|yi)\b/;

/** What the page says, in the reader's language. */
export let t: Text = en;
/** The tag of that language. */
export let language = "en";

export const languages = ["en", ...Object.keys(others).map((file) => file.slice("./languages/".length, -".ts".length))];

/** The language the reader chose here, or else the first one of their browser's that there is. */
export function wanted(): string {
  const asked = [localStorage.getItem(KEY), ...navigator.languages].filter((one) => one !== null);
  const found = asked.map((one) => languages.find((tag) => one === tag || one.split("-")[0] === tag));
  return found.find((tag) => tag !== undefined) ?? "en";
}

export async function speak(tag: string) {
  t = (await others[`./languages/${tag}.ts`]?.()) ?? en;
  language = tag;
  document.documentElement.lang = tag;
  document.documentElement.dir = RIGHT_TO_LEFT.test(tag) ? "rtl" : "ltr";
}

/** From now on, in this browser. */
export function choose(tag: string) {
  localStorage.setItem(KEY, tag);
  location.reload();
}
