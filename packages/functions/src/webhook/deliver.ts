import "../aws/connect.ts";

import { config } from "@dropclip/core/config";
import { parse } from "@dropclip/core/fn";
import { DELIVERY_TIMEOUT_MS } from "@dropclip/core/limits";
import { DETAIL_TYPES } from "@dropclip/core/telling/schemas";
import { Webhook } from "@dropclip/core/webhook";
import { Signature } from "@dropclip/core/webhook/signature";
import * as v from "valibot";
import { eachAlone } from "../each.ts";
import { logger } from "../log.ts";
import { Measured } from "../metrics.ts";
import { post } from "./post.ts";
import { secrets } from "./secrets.ts";

/** Deliveries that are tried at the same time: as many as one receiver is to be asked for at once. */
const PARALLEL = 8;
/** Milliseconds. With less time left a run begins nothing new, so that all it has begun ends in time. */
const RESERVE_MS = 3 * DELIVERY_TIMEOUT_MS;

/** What was told, whole; or that it is time to try again what could not be delivered. */
const Event = v.variant("detail-type", [
  v.object({ "detail-type": v.literal("Scheduled Event") }),
  v.object({
    "detail-type": v.picklist(DETAIL_TYPES),
    detail: v.looseObject({ id: v.string(), at: v.string() }),
  }),
]);

/** An event for other programs, and event "Scheduled Event" every 5 minutes. Safe to repeat. */
export async function handler(event: unknown, context: { getRemainingTimeInMillis(): number }) {
  const known = parse(Event, event);
  if (known["detail-type"] === "Scheduled Event") return again(() => context.getRemainingTimeInMillis());
  const { "detail-type": type, detail } = known;
  const body = JSON.stringify({ type, timestamp: detail.at, data: detail });
  const delivery = await Webhook.take({ id: detail.id, body }, config.webhookUrl);
  if (delivery) await attempt(delivery);
  else logger.info("not tried now: it was taken before, or the webhook is off", { id: detail.id });
}

/** Tries what is due. What there is no time for is tried by the next run. */
async function again(leftMs: () => number) {
  // Without secrets no attempt is used up. It fails even where nothing is due, so that operators hear of it in time.
  await secrets();
  let off = false;
  const failure = await eachAlone(
    whileTime(Webhook.due(config.webhookUrl), () => !off && leftMs() > RESERVE_MS),
    async (due) => {
      const begun = await Webhook.begin(due);
      if (begun === "given-up") givenUp(due.id, due.attempts);
      else if (begun) off ||= (await attempt(begun)) === "gone";
    },
    PARALLEL,
    ({ id }, error) => logger.error("could not be delivered or noted", { id, error }),
  );
  if (failure) throw failure;
}

async function* whileTime<T>(items: AsyncIterable<T>, goOn: () => boolean) {
  for await (const item of items) {
    if (!goOn()) return;
    yield item;
  }
}

async function attempt(delivery: Webhook.Delivery) {
  const { id, body, attempts } = delivery;
  const keys = await secrets();
  const outcome = await post(config.webhookUrl, { body, headers: Signature.headersOf({ id, body }, keys, Date.now()) });
  const { result, answer, ms } = outcome;
  const log = result === "delivered" ? "info" : "warn";
  logger[log](`${result === "delivered" ? "delivered" : "not delivered"}`, { id, attempts, answer, ms });
  const status = await Webhook.ended(delivery, config.webhookUrl, outcome);
  if (status === "given-up") givenUp(id, attempts);
  if (result === "gone") {
    Measured.undelivered(id);
    logger.error("the webhook says that it is gone: it is off until an operator turns it on", { id });
  }
  return result;
}

/** The row stays, as the record of it. */
function givenUp(id: string, attempts: number) {
  Measured.undelivered(id);
  logger.error("given up: it was never delivered", { id, attempts });
}
