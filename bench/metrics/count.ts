import { Measured } from "@dropclip/functions/metrics";
import { work as log } from "./log.ts";

/** The same function, which counts too: one published media, as `packages/functions/src/ingest/publish.ts` does. */
export function work() {
  log();
  Measured.published("events/e/uploads/f/u/images/image1.jpg", 1234);
}
