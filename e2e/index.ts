/**
 * What tests and benchmarks share with the end-to-end run: talking to the API, sending files, making and reading media,
 * finding the browser.
 */
export { type Api, apiOf } from "./api.ts";
export { findChromium, NO_CHROMIUM } from "./browser/chromium.ts";
export { clip, ffprobe, generate } from "./media.ts";
export { sendFiles } from "./send.ts";
