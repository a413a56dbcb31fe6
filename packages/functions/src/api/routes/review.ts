import { REVIEW_AT_ONCE } from "@dropclip/core/limits";
import { Review } from "@dropclip/core/review";
import type { Context } from "hono";
import * as v from "valibot";
import { requestSettlement } from "../../aws/settling.ts";
import { each } from "../../each.ts";
import { body, respond } from "../http.ts";
import { type Routes, route } from "../route.ts";
import { listOf, pageQuery } from "../shapes.ts";

/** What became of each of the media that were decided on. */
const DECIDED = v.object({ results: v.array(Review.Decided) });

const decided = async (c: Context, { results, unsettled }: Review.Outcome) => {
  await each(unsettled, requestSettlement);
  return respond(c, { results });
};

/** What creatives do with media that wait for them. */
export function review(group: Routes) {
  route(
    group,
    "GET /events/{eventId}/review",
    {
      operationId: "listWaiting",
      summary: "The media that wait for the event's creative, the longest waiting first. Previews show them",
      access: "creative",
      query: pageQuery,
      answer: { status: 200, schema: listOf("media", Review.Waiting), description: "A page of media that wait." },
      errors: ["not_found"],
    },
    async (c, { userId }, { eventId }) =>
      respond(c, await Review.list({ ...c.req.query(), eventId, creativeId: userId })),
  );

  route(
    group,
    "POST /events/{eventId}/review/publish",
    {
      operationId: "publishWaiting",
      summary: `Publishes media that wait for the event's creative, up to ${REVIEW_AT_ONCE} entries at once`,
      access: "creative",
      kind: "write",
      body: Review.Publication,
      answer: {
        status: 200,
        schema: DECIDED,
        description: "What became of each. They are in the gallery as soon as S3 has followed, in the background.",
      },
      errors: ["not_found"],
    },
    async (c, { userId }, { eventId }) =>
      decided(c, await Review.publish({ ...(await body(c)), eventId, creativeId: userId })),
  );

  route(
    group,
    "POST /events/{eventId}/review/refuse",
    {
      operationId: "refuseWaiting",
      summary: `Refuses media that wait for the event's creative, up to ${REVIEW_AT_ONCE} entries at once; their fans read why`,
      access: "creative",
      kind: "write",
      // Their files are removed.
      irreversible: true,
      body: Review.Refusal,
      answer: {
        status: 200,
        schema: DECIDED,
        description: "What became of each. The files are removed in the background.",
      },
      errors: ["not_found"],
    },
    async (c, { userId }, { eventId }) =>
      decided(c, await Review.refuse({ ...(await body(c)), eventId, creativeId: userId })),
  );
}
