import type { ErrorKind } from "@dropclip/core/errors";
import { Id } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import { Problem } from "@dropclip/core/problem";
import { Hono } from "hono";
import { describeRoute, generateSpecs, resolver } from "hono-openapi";
import * as v from "valibot";
import { STATUS } from "./http.ts";
import type { Described, Routes } from "./route.ts";

/** Path variables and what they are. */
const PARAMETERS: Record<string, v.GenericSchema> = {
  eventId: Id,
  uploadId: Id,
  collectionId: Id,
  reportId: Id,
  userId: Id,
  mediaId: v.pipe(v.string(), v.check(Keys.isMediaId, "must be video or image1 to image20")),
};

/** The groups of routes, by the function that answers them. */
const GROUPS = ["public", "uploads", "events", "collections"];

/**
 * The OpenAPI document of all routes, the same each time; what differs from stage to stage is filled in when it is
 * served.
 */
export async function document() {
  const modules = await Promise.all(GROUPS.map((name) => import(`./routes/${name}.ts`) as Promise<{ group: Routes }>));
  const app = new Hono();
  for (const { group } of modules)
    for (const described of group.described) {
      const [method = "", path = ""] = described.place.split(" ");
      const pattern = path.replace(/\{(\w+)\}/g, ":$1");
      app.on(method, pattern, describeRoute(operation(group.tag, path, described)), (c) => c.body(null));
    }
  const { openapi: _, ...specs } = await generateSpecs(app, {
    excludeStaticFile: false,
    documentation: {
      info: {
        title: "dropclip",
        version: "1.0.0",
        description: "Fans film a show; the performer gets the clips.",
        license: { name: "MIT", identifier: "MIT" },
      },
      components: { securitySchemes: { user: { type: "openIdConnect", openIdConnectUrl: "" } } },
    },
  });
  await resolveParameters(specs.paths);
  return { openapi: "3.1.0", ...specs };
}

interface Unresolved {
  schema: { toOpenAPISchema?(): Promise<{ schema: unknown }> };
}

/** hono-openapi resolves the schemas of bodies; those of parameters are left to us. */
async function resolveParameters(paths: object) {
  for (const item of Object.values(paths))
    for (const { parameters = [] } of Object.values(item as Record<string, { parameters?: Unresolved[] }>))
      for (const parameter of parameters)
        if (parameter.schema.toOpenAPISchema)
          parameter.schema = (await parameter.schema.toOpenAPISchema()).schema as Unresolved["schema"];
}

type Operation = Parameters<typeof describeRoute>[0];

function operation(tag: string, path: string, described: Described): Operation {
  const { operationId, summary, access, freshSeconds, query, body, answer } = described;
  const isRead = described.place.startsWith("GET ");
  const headers = { ...described.headers, ...(isRead ? IF_NONE_MATCH : {}) };
  const variables = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const parameters = [
    ...variables.map((name) => ({ in: "path", name, required: true, schema: resolver(PARAMETERS[name]!) })),
    ...Object.entries(entriesOf(query)).map(([name, schema]) => ({
      ...{ in: "query", name, ...(isDeprecated(schema) ? { deprecated: true } : {}), schema: resolver(schema) },
    })),
    ...Object.entries(headers).map(([name, description]) => ({ in: "header", name, description, schema: TEXT })),
  ];
  return {
    operationId,
    summary,
    tags: [tag],
    "x-access": access,
    // Stated for public operations too: an absent list could also mean that it was forgotten.
    security: access === "public" ? [] : [{ user: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: { "application/json": { schema: resolver(body) } } } } : {}),
    responses: {
      [answer.status]: {
        description: answer.description,
        ...(freshSeconds === undefined ? {} : { headers: pollHeaders(freshSeconds) }),
        ...(answer.schema ? { content: { "application/json": { schema: resolver(answer.schema) } } } : {}),
      },
      ...(isRead ? { 304: { description: "The client has just that." } } : {}),
      ...problems(described, variables.length > 0),
    },
  } as unknown as Operation;
}

/** How to learn what is new. */
const pollHeaders = (seconds: number) => ({
  ETag: { description: "Stays the same as long as nothing changes: send it as If-None-Match.", schema: TEXT },
  "Cache-Control": {
    description: `Who waits for something new asks for the first page again after max-age, ${seconds} seconds, and not more often. To see at once what one has changed oneself: \`Cache-Control: no-cache\`.`,
    schema: TEXT,
  },
});

const isDeprecated = (schema: v.GenericSchema) =>
  (v.getMetadata(schema as never) as { deprecated?: boolean }).deprecated === true;

/** Request headers of every GET. */
const IF_NONE_MATCH = { "If-None-Match": "The ETag of what is known: answered 304 while nothing changes." };

const TEXT = { type: "string" };

const entriesOf = (schema: v.GenericSchema | undefined) =>
  (schema as { entries?: Record<string, v.GenericSchema> } | undefined)?.entries ?? {};

function problems({ access, body, query, errors }: Described, hasVariables: boolean) {
  const kinds = new Set<ErrorKind>(errors);
  if (body || query || hasVariables) kinds.add("invalid");
  if (body) for (const kind of ["too_large", "unsupported"] as const) kinds.add(kind);
  if (access !== "public") for (const kind of ["unauthenticated", "forbidden", "too_many"] as const) kinds.add(kind);
  const statuses = [...[...kinds].map((kind) => STATUS[kind]), 500].sort((a, b) => a - b);
  const content = { "application/json": { schema: resolver(Problem) } };
  return Object.fromEntries(statuses.map((status) => [status, { description: MEANING[status] ?? "", content }]));
}

const MEANING: Record<number, string> = {
  400: "The request does not fit the schema.",
  401: "No token, or one that does not hold. API Gateway itself answers with `message` only.",
  403: "The user may not do this.",
  404: "There is no such thing, or it is somebody else's.",
  409: "It cannot be done in the state things are in.",
  410: "It was there once.",
  412: "It has changed since it was read.",
  413: "Too large.",
  415: "Not of a type that is taken.",
  422: "The Idempotency-Key was used for another request.",
  429: "Too many. Retry-After says when to try again, where waiting helps.",
  500: "Something went wrong on our side.",
};
