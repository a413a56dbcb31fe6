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
import { play } from "./play.ts";
import { record } from "./record.ts";
import { removal } from "./removal.ts";
import { review } from "./review.ts";
import { upload } from "./upload.ts";
import { visibility } from "./visibility.ts";

/** The whole product, in the order of use; slow steps begin early. */
export function stepsOf({ keep }: { keep: boolean }): Step<Run>[] {
  const last = keep ? removal.map((step) => ({ ...step, omit: () => "kept, as asked" })) : removal;
  return [
    ...[identity, event, upload, flyer, limits].flat(),
    ...[record, gallery, play, delivery, collection, access, visibility, review, last].flat(),
  ];
}
