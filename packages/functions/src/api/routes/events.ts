import { config } from "@dropclip/core/config";
import { Event } from "@dropclip/core/event";
import { RANKED_DAYS_MAX, VIEWS_DAYS } from "@dropclip/core/limits";
import { Picture } from "@dropclip/core/picture";
import { Report } from "@dropclip/core/report";
import * as Signed from "@dropclip/core/signed";
import { Upload } from "@dropclip/core/upload";
import { Views } from "@dropclip/core/views";
import { Visibility } from "@dropclip/core/visibility";
import * as v from "valibot";
import { requestPage, requestSettlement } from "../../aws/settling.ts";
import { body, matches, respond } from "../http.ts";
import { PictureForm } from "../picture-form.ts";
import { Preview } from "../preview.ts";
import { route, routes } from "../route.ts";
import { daysQuery, IDEMPOTENCY, IF_MATCH, idempotencyKey, LOWER_BOUND, listOf, pageQuery } from "../shapes.ts";
import { review } from "./review.ts";

/** What creatives do with their events and with what fans send to them. */
export const group = routes("events");

route(
  group,
  "POST /events",
  {
    operationId: "createEvent",
    summary: "Makes an event",
    access: "creative",
    kind: "write",
    headers: IDEMPOTENCY,
    body: Event.New,
    answer: { status: 201, schema: Event.Info, description: "The event." },
    // Repeated for what was deleted since.
    errors: ["not_found", "unprocessable"],
  },
  async (c, { userId }) => {
    const { eventId: _, ...asked } = await body(c);
    const key = idempotencyKey(c.req.header("idempotency-key"));
    const event = await Event.create({ ...asked, idempotencyKey: undefined, creativeId: userId, ...key });
    await requestPage({ eventId: event.eventId });
    return respond(c, event, 201);
  },
);

route(
  group,
  "PATCH /events/{eventId}",
  {
    operationId: "updateEvent",
    summary: "Changes an event; null takes away what need not be there. Limits hold for uploads made from now on",
    access: "creative",
    kind: "write",
    headers: IF_MATCH,
    body: Event.Changes,
    answer: { status: 200, schema: Event.Info, description: "The event as it is now." },
    errors: ["not_found", "precondition"],
  },
  async (c, { userId }, { eventId }) => {
    const changes = { ...(await body(c)), eventId, creativeId: userId };
    const event = await Event.update(changes, matches(c));
    await requestPage({ eventId });
    return respond(c, event);
  },
);

route(
  group,
  "DELETE /events/{eventId}",
  {
    operationId: "deleteEvent",
    summary: "Deletes an event and everything that belongs to it",
    access: "creative",
    kind: "write",
    irreversible: true,
    answer: { status: 204, description: "It is gone; what is stored of it is removed in the background." },
    errors: ["not_found"],
  },
  async (c, { userId }, { eventId }) => {
    if (await Event.remove({ eventId, creativeId: userId })) await requestSettlement({ eventId });
    return c.body(null, 204);
  },
);

route(
  group,
  "POST /events/{eventId}/flyer",
  {
    operationId: "createFlyer",
    summary: "A form to post an event's new flyer with",
    access: "creative",
    kind: "write",
    // The flyer of before is gone for good.
    irreversible: true,
    body: Picture.File,
    answer: {
      status: 201,
      schema: Signed.PostForm,
      description: "Post the fields, then the picture as `file`, to `url`.",
    },
    errors: ["not_found", "too_large", "unsupported"],
  },
  async (c, { userId }, { eventId }) => {
    await Event.own({ eventId, creativeId: userId });
    const identity = { roleArn: config.creativeRole, tags: { eventId, creativeId: userId } };
    return respond(c, await PictureForm.make(await body(c), { kind: "flyer", id: eventId }, identity), 201);
  },
);

route(
  group,
  "GET /events/{eventId}/flyer",
  {
    operationId: "getFlyer",
    summary: "An event's flyer, and what became of the one that was sent last",
    access: "creative",
    answer: {
      status: 200,
      schema: Picture.Flyer,
      description: "The flyer that is served, and the last upload.",
    },
    errors: ["not_found"],
  },
  async (c, { userId }, { eventId }) => {
    await Event.own({ eventId, creativeId: userId });
    const { served, offer } = await Picture.get({ kind: "flyer", id: eventId });
    return respond(c, { ...(served ? { flyer: served } : {}), ...(offer ? { upload: offer } : {}) });
  },
);

route(
  group,
  "DELETE /events/{eventId}/flyer",
  {
    operationId: "deleteFlyer",
    summary: "Takes an event's flyer away, and any that was offered",
    access: "creative",
    kind: "write",
    irreversible: true,
    answer: { status: 204, description: "There is none; what is stored of it is removed in the background." },
    errors: ["not_found"],
  },
  async (c, { userId }, { eventId }) => {
    await Event.own({ eventId, creativeId: userId });
    if (await Picture.remove({ kind: "flyer", id: eventId })) await requestSettlement({ eventId });
    return c.body(null, 204);
  },
);

route(
  group,
  "GET /events/{eventId}/uploads",
  {
    operationId: "listEventUploads",
    summary: "The uploads to an event, newest first; of one status where one is named",
    access: "creative",
    query: v.object({ status: v.optional(Upload.Info.entries.status), ...pageQuery.entries }),
    answer: { status: 200, schema: listOf("uploads", Upload.Info), description: "A page of records." },
    errors: ["not_found"],
  },
  async (c, { userId }, { eventId }) => {
    const asked = { ...c.req.query(), eventId, creativeId: userId };
    return respond(c, await Upload.listOfEvent(asked as Parameters<typeof Upload.listOfEvent>[0]));
  },
);

route(
  group,
  "GET /events/{eventId}/reports",
  {
    operationId: "listReports",
    summary: "What users have reported of an event's media, newest first",
    access: "creative",
    query: pageQuery,
    answer: { status: 200, schema: listOf("reports", Report.Info), description: "A page of open reports." },
    errors: ["not_found"],
  },
  async (c, { userId }, { eventId }) => {
    return respond(c, await Report.list({ ...c.req.query(), eventId, creativeId: userId }));
  },
);

route(
  group,
  "DELETE /events/{eventId}/reports/{reportId}",
  {
    operationId: "closeReport",
    summary: "Closes a report that was dealt with",
    access: "creative",
    kind: "write",
    irreversible: true,
    answer: { status: 204, description: "It is gone." },
    errors: ["not_found"],
  },
  async (c, { userId }, { eventId, reportId }) => {
    await Report.close({ eventId, reportId, creativeId: userId });
    return c.body(null, 204);
  },
);

route(
  group,
  "PATCH /uploads/{uploadId}/media/{mediaId}",
  {
    operationId: "updateMedia",
    summary: "Hides a published media from the public, or shows it again",
    access: "creative",
    kind: "write",
    body: v.object({ hidden: v.boolean() }),
    answer: {
      status: 200,
      schema: Upload.Info,
      description: "The upload's record. S3 and the edge follow in the background.",
    },
    errors: ["not_found", "conflict"],
  },
  async (c, user, { uploadId, mediaId }) => {
    const { hidden } = await body(c);
    if (await Visibility.set({ uploadId, mediaId, creativeId: user.userId, hidden }))
      await requestSettlement({ uploadId, mediaId });
    return respond(c, await Upload.get({ uploadId, ...user }));
  },
);

route(
  group,
  "GET /uploads/{uploadId}/media/{mediaId}/preview",
  {
    operationId: "previewMedia",
    summary: "Where the event's creative sees a complete media, also while it is hidden or waits for them",
    access: "creative",
    // What was seen cannot be unseen.
    irreversible: true,
    answer: { status: 200, schema: Signed.Preview, description: "Signed URLs, good for 15 minutes." },
    errors: ["not_found", "conflict"],
  },
  async (c, { userId }, { uploadId, mediaId }) => {
    return respond(c, await Preview.sign({ uploadId, mediaId, creativeId: userId }));
  },
);

route(
  group,
  "GET /events/{eventId}/views",
  {
    operationId: "getEventViews",
    summary: `How often an event's media were watched, day by day: ${VIEWS_DAYS} days unless others are named. ${LOWER_BOUND}`,
    access: "creative",
    query: daysQuery,
    answer: {
      status: 200,
      schema: Views.Info,
      description: "All together, media that were deleted since included, and the days on which there were any.",
    },
    errors: ["not_found"],
  },
  async (c, { userId }, { eventId }) =>
    respond(c, await Views.ofEvent({ ...c.req.query(), eventId, creativeId: userId })),
);

route(
  group,
  "GET /events/{eventId}/views/media",
  {
    operationId: "listEventMediaViews",
    summary: `An event's media by their views, the most watched first; of all days, or of at most ${RANKED_DAYS_MAX} that are named. ${LOWER_BOUND}`,
    access: "creative",
    query: v.object({ ...daysQuery.entries, ...pageQuery.entries }),
    answer: { status: 200, schema: listOf("media", Views.OfMedia), description: "A page of media that were watched." },
    errors: ["not_found"],
  },
  async (c, { userId }, { eventId }) =>
    respond(c, await Views.rankedOfEvent({ ...c.req.query(), eventId, creativeId: userId })),
);

route(
  group,
  "GET /uploads/{uploadId}/media/{mediaId}/views",
  {
    operationId: "getMediaViews",
    summary: `How often a media of the creative's events was watched, day by day: ${VIEWS_DAYS} days unless others are named. ${LOWER_BOUND}`,
    access: "creative",
    query: daysQuery,
    answer: { status: 200, schema: Views.Info, description: "All together, and the days on which there were any." },
    errors: ["not_found"],
  },
  async (c, { userId }, { uploadId, mediaId }) =>
    respond(c, await Views.ofMedia({ ...c.req.query(), uploadId, mediaId, creativeId: userId })),
);

review(group);
