import { Collection } from "@dropclip/core/collection";
import { config } from "@dropclip/core/config";
import { Event } from "@dropclip/core/event";
import { Gallery } from "@dropclip/core/gallery";
import { POLL_SECONDS } from "@dropclip/core/limits";
import { Profile } from "@dropclip/core/profile";
import * as v from "valibot";
import { respond } from "../http.ts";
import { route, routes } from "../route.ts";
import { listOf, pageQuery } from "../shapes.ts";

/** What everybody may see, without signing in. */
export const group = routes("public");

const Health = v.object({ status: v.literal("ok") });

route(
  group,
  "GET /events",
  {
    operationId: "listEvents",
    summary: "Events, newest first; of one creative where one is named",
    access: "public",
    freshSeconds: POLL_SECONDS,
    query: v.object({ creativeId: v.optional(Event.Info.entries.creativeId), ...pageQuery.entries }),
    answer: { status: 200, schema: listOf("events", Event.Info), description: "A page of events." },
    errors: [],
  },
  async (c) => respond(c, await Event.list(c.req.query())),
);

route(
  group,
  "GET /events/{eventId}",
  {
    operationId: "getEvent",
    summary: "One event",
    access: "public",
    answer: { status: 200, schema: Event.Info, description: "The event." },
    errors: ["not_found"],
  },
  async (c, _, { eventId }) => respond(c, await Event.find({ eventId })),
);

route(
  group,
  "GET /events/{eventId}/media",
  {
    operationId: "listEventMedia",
    summary: "An event's published media, newest first",
    access: "public",
    freshSeconds: POLL_SECONDS,
    query: v.object({ ...Gallery.Filter.entries, ...pageQuery.entries }),
    answer: { status: 200, schema: listOf("media", Gallery.Info), description: "A page of media." },
    errors: ["not_found"],
  },
  async (c, _, { eventId }) => respond(c, await Gallery.list({ ...c.req.query(), eventId })),
);

const Downloadable = v.object({
  url: v.pipe(v.string(), v.description("Answers with Content-Disposition: attachment.")),
  fileName: v.string(),
  expiresAt: v.string(),
});

route(
  group,
  "GET /uploads/{uploadId}/media/{mediaId}/download",
  {
    operationId: "downloadMedia",
    summary: "Where a published media is to be had as a file, under a name of its own",
    access: "public",
    answer: { status: 200, schema: Downloadable, description: "A signed URL, good for 15 minutes." },
    errors: ["not_found"],
  },
  async (c, _, { uploadId, mediaId }) => {
    // Loaded when they are needed: every other start of the function can do without.
    const [{ Download }, { Signer }] = await Promise.all([
      import("@dropclip/core/download"),
      import("../../aws/signer.ts"),
    ]);
    const { fileName, ...signable } = await Download.call({ uploadId, mediaId });
    const { requests, expiresAt } = await Signer.presign(signable, Date.now());
    return respond(c, { url: requests[0]!.url, fileName, expiresAt });
  },
);

route(
  group,
  "GET /collections/{collectionId}",
  {
    operationId: "getCollection",
    summary: "A collection and its published media, in the creative's order",
    access: "public",
    query: pageQuery,
    answer: {
      status: 200,
      schema: v.object({ ...Collection.Info.entries, ...listOf("media", Gallery.Info).entries }),
      description: "The collection and a page of its media.",
    },
    errors: ["not_found"],
  },
  async (c, _, { collectionId }) => {
    const { media, cursor, ...collection } = await Collection.get({
      ...c.req.query(),
      collectionId,
    });
    return respond(c, { ...collection, media, ...(cursor ? { cursor } : {}) }, 200, collection);
  },
);

route(
  group,
  "GET /profiles/{userId}",
  {
    operationId: "getProfile",
    summary: "The name and picture of a creative, or of a fan who wants it",
    access: "public",
    answer: { status: 200, schema: Profile.Info, description: "The profile." },
    errors: ["not_found"],
  },
  async (c, _, { userId }) => respond(c, await Profile.find({ userId })),
);

route(
  group,
  "GET /openapi.json",
  {
    operationId: "getOpenApi",
    summary: "This description, with where to sign in",
    access: "public",
    answer: { status: 200, schema: v.record(v.string(), v.unknown()), description: "The OpenAPI document." },
    errors: [],
  },
  async (c) => {
    // Read when it is asked for: every other start of the function can do without.
    const { default: openapi } = await import("../../../../../openapi.json", { with: { type: "json" } });
    const user = {
      ...openapi.components.securitySchemes.user,
      openIdConnectUrl: `${config.issuer}/.well-known/openid-configuration`,
      "x-clientId": config.clientId,
      "x-accountClientId": config.accountClientId,
    };
    const components = { ...openapi.components, securitySchemes: { user } };
    return respond(c, { ...openapi, servers: [{ url: config.apiUrl }], components });
  },
);

route(
  group,
  "GET /health",
  {
    operationId: "getHealth",
    summary: "Whether the API answers",
    access: "public",
    answer: { status: 200, schema: Health, description: "It does." },
    errors: [],
  },
  (c) => respond(c, { status: "ok" }),
);
