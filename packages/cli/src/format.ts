import { stripVTControlCharacters } from "node:util";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** `18.2 MB`, in powers of 1000 as file managers and phones count. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `850 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

function pad(value: number) {
  return String(value).padStart(2, "0");
}

/** `2026-01-02 03:04:05Z`: UTC, as in logs and the console. A text is a time in the API's form. */
export function timeText(date: Date | string | undefined): string {
  if (!date) return "";
  const iso = typeof date === "string" ? date : date.toISOString();
  return `${iso.slice(0, 19).replace("T", " ")}Z`;
}

/** `1 role`, `2 roles`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** Cuts a text to `width` characters and marks the cut. */
export function shorten(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/** Cuts a text to its last `width` characters and marks the cut. */
export function shortenStart(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width
    ? text
    : `…${characters.slice(characters.length - Math.max(0, width - 1)).join("")}`;
}

/** Foreign text on one line: file names, messages and logs must not be able to control the terminal. */
export function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s*[\r\n\t]+\s*/g, " ")
    .replace(/\p{C}/gu, "")
    .trim();
}
