import "../aws/connect.ts";

import { parse } from "@dropclip/core/fn";
import { Id } from "@dropclip/core/ids";
import * as v from "valibot";
import { settleEvent } from "./settle-event.ts";
import { settleUpload } from "./settle-upload.ts";

const SettlementDue = v.object({
  detail: v.union([
    v.object({ uploadId: Id, mediaId: v.optional(v.string()) }),
    v.object({ eventId: Id }),
    v.object({ userId: Id }),
  ]),
});

/** Event "Settlement Due": brings S3 and the edge in line with a record. Safe to repeat, at any point. */
export async function handler(event: unknown) {
  const { detail } = parse(SettlementDue, event);
  if ("uploadId" in detail) await settleUpload(detail);
  else if ("eventId" in detail) await settleEvent(detail.eventId);
  else {
    // Seldom needed, so it is loaded only then: hiding a media need not wait for it.
    const { settleAccount } = await import("./settle-account.ts");
    await settleAccount(detail.userId);
  }
}
