import { Collection } from "@dropclip/core/collection";
import { VIEWS_DAYS } from "@dropclip/core/limits";
import { CollectionViews } from "@dropclip/core/views/collection";
import * as v from "valibot";
import { requestPage } from "../../aws/settling.ts";
import { body, matches, respond } from "../http.ts";
import { route, routes } from "../route.ts";
import { daysQuery, IDEMPOTENCY, IF_MATCH, idempotencyKey, LOWER_BOUND, listOf, pageQuery } from "../shapes.ts";

/** What creatives do with their collections; everybody may look at one (`public`). */
export const group = routes("collections");

route(
  group,
  "POST /collections",
  {
    operationId: "createCollection",
    summary: "Makes an empty collection",
    access: "creative",
    kind: "write",
    headers: IDEMPOTENCY,
    body: Collection.New,
    answer: { status: 201, schema: Collection.Info, description: "The collection." },
    // Repeated for what was deleted since.
    errors: ["not_found", "unprocessable"],
  },
  async (c, { userId }) => {
    const { title, description } = await body(c);
    const key = idempotencyKey(c.req.header("idempotency-key"));
    const collection = await Collection.create({ title, description, creativeId: userId, ...key });
    await requestPage({ collectionId: collection.collectionId });
    return respond(c, collection, 201);
  },
);

route(
  group,
  "GET /collections",
  {
    operationId: "listCollections",
    summary: "The creative's own collections, newest first",
    access: "creative",
    query: pageQuery,
    answer: { status: 200, schema: listOf("collections", Collection.Info), description: "A page of collections." },
    errors: [],
  },
  async (c, { userId }) => respond(c, await Collection.list({ ...c.req.query(), creativeId: userId })),
);

route(
  group,
  "PATCH /collections/{collectionId}",
  {
    operationId: "updateCollection",
    summary: "Renames a collection, or changes its description; null takes that away",
    access: "creative",
    kind: "write",
    headers: IF_MATCH,
    body: Collection.Changes,
    answer: { status: 200, schema: Collection.Info, description: "The collection as it is now." },
    errors: ["not_found", "precondition"],
  },
  async (c, { userId }, path) => {
    const { title, description } = await body(c);
    const changes = { title, description, ...path, creativeId: userId };
    const collection = await Collection.update(changes, matches(c));
    await requestPage({ collectionId: path.collectionId });
    return respond(c, collection);
  },
);

route(
  group,
  "DELETE /collections/{collectionId}",
  {
    operationId: "deleteCollection",
    summary: "Deletes a collection; its media stay",
    access: "creative",
    kind: "write",
    irreversible: true,
    answer: { status: 204, description: "It is gone." },
    errors: ["not_found"],
  },
  async (c, { userId }, path) => {
    await Collection.remove({ ...path, creativeId: userId });
    await requestPage({ collectionId: path.collectionId });
    return c.body(null, 204);
  },
);

route(
  group,
  "PUT /collections/{collectionId}/media/{uploadId}/{mediaId}",
  {
    operationId: "addCollectionMedia",
    summary:
      "Puts a complete media of the creative's events at the end of a collection; a hidden one shows once it is shown",
    access: "creative",
    kind: "write",
    answer: { status: 204, description: "It is there, at the end or where it was before." },
    errors: ["not_found", "conflict"],
  },
  async (c, { userId }, path) => {
    await Collection.add({ ...path, creativeId: userId });
    await requestPage({ collectionId: path.collectionId });
    return c.body(null, 204);
  },
);

route(
  group,
  "PATCH /collections/{collectionId}/media/{uploadId}/{mediaId}",
  {
    operationId: "moveCollectionMedia",
    summary: "Moves a media behind another one of the collection; null moves it to the beginning",
    access: "creative",
    kind: "write",
    body: Collection.Move,
    answer: { status: 204, description: "It is there." },
    errors: ["not_found"],
  },
  async (c, { userId }, path) => {
    await Collection.move({ after: (await body(c)).after, ...path, creativeId: userId });
    await requestPage({ collectionId: path.collectionId });
    return c.body(null, 204);
  },
);

route(
  group,
  "DELETE /collections/{collectionId}/media/{uploadId}/{mediaId}",
  {
    operationId: "removeCollectionMedia",
    summary: "Takes a media out of a collection",
    access: "creative",
    kind: "write",
    answer: { status: 204, description: "It is not in the collection." },
    errors: ["not_found"],
  },
  async (c, { userId }, path) => {
    await Collection.drop({ ...path, creativeId: userId });
    await requestPage({ collectionId: path.collectionId });
    return c.body(null, 204);
  },
);

route(
  group,
  "GET /collections/{collectionId}/views",
  {
    operationId: "getCollectionViews",
    summary: `How often a collection's media were watched, wherever that was, day by day: ${VIEWS_DAYS} days unless others are named. ${LOWER_BOUND}`,
    access: "creative",
    query: daysQuery,
    answer: {
      status: 200,
      schema: CollectionViews.Info,
      description: "All together, and the days on which there were any.",
    },
    errors: ["not_found"],
  },
  async (c, { userId }, path) =>
    respond(c, await CollectionViews.of({ ...c.req.query(), ...path, creativeId: userId })),
);

route(
  group,
  "GET /collections/{collectionId}/views/media",
  {
    operationId: "listCollectionMediaViews",
    summary: `A collection's media by their views, the most watched first; of all days unless some are named. ${LOWER_BOUND}`,
    access: "creative",
    query: v.object({ ...daysQuery.entries, ...pageQuery.entries }),
    answer: {
      status: 200,
      schema: listOf("media", CollectionViews.OfMedia),
      description: "A page of media that were watched.",
    },
    errors: ["not_found"],
  },
  async (c, { userId }, path) =>
    respond(c, await CollectionViews.rankedOf({ ...c.req.query(), ...path, creativeId: userId })),
);
