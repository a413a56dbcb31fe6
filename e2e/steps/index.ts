import type { Run } from "../run.ts";
import type { Step } from "../run-steps.ts";
import { access } from "./access.ts";
import { collection } from "./collection.ts";
import { delivery } from "./delivery.ts";
import { event } from "./event.ts";
import { flyer } from "./flyer.ts";
import { gallery } from "./gallery.ts";
import { identity } from "./identity.ts";
import { limits } from "./limits.ts";
import { alarmsAfter, alarmsBefore, cost, counted } from "./operations.ts";
import { pages } from "./pages.ts";
import { play } from "./play.ts";
import { preview } from "./preview.ts";
import { record } from "./record.ts";
import { removal } from "./removal.ts";
import { review } from "./review.ts";
import { upload } from "./upload.ts";
import { visibility } from "./visibility.ts";

/** The whole product, in the order of use; slow steps begin early. */
export function stepsOf({ keep }: { keep: boolean }): Step<Run>[] {
  const last = keep ? removal.map((step) => ({ ...step, omit: () => "kept, as asked" })) : removal;
  return [
    ...[identity, alarmsBefore, event, upload, flyer, limits].flat(),
    ...[
      record,
      cost,
      gallery,
      play,
      delivery,
      collection,
      preview,
      pages,
      access,
      visibility,
      review,
      counted,
      last,
      alarmsAfter,
    ].flat(),
  ];
}
