import openapi from "../openapi.json";
import type { Auth } from "./auth";
import type { Database } from "./database";
import type { Delivery } from "./delivery";
import type { Eventing } from "./eventing";
import { handler } from "./handler";
import { hosts } from "./names";
import { assume, signing, signingRoles } from "./signing";
import type { Storage } from "./storage";

type Group = "public" | "uploads" | "events" | "collections";
interface Operation {
  tags: string[];
  security: unknown[];
}

/**
 * The HTTP API: one function per group of routes. The routes are those of `openapi.json`, which says for each which
 * group answers it and whether it wants a user. File bytes never pass through; signed URLs do.
 */
export function api(
  buckets: Storage,
  tables: Database,
  edge: Delivery,
  users: Auth,
  { announce }: Eventing,
  origins: $util.Input<string>[],
) {
  const host = hosts()?.api;
  const gateway = new sst.aws.ApiGatewayV2("Api", {
    ...(host ? { domain: host } : {}),
    cors: {
      allowOrigins: origins,
      allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
      allowHeaders: ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match"],
      exposeHeaders: ["ETag", "Retry-After"],
      maxAge: "1 hour",
    },
    accessLog: { retention: "1 month" },
  });
  const authorizer = gateway.addAuthorizer({
    name: "Users",
    jwt: { issuer: users.issuer, audiences: [users.client.id] },
  });

  const { uploads, events, collections, views } = tables;
  // The place where a list goes on is sealed with it.
  const cursorKey = new random.RandomBytes("CursorKey", { length: 32 }).base64;
  const roles = signingRoles();
  const on = (table: sst.aws.Dynamo, operations: string[], indexes: string[] = []) => [
    { actions: operations.map((name) => `dynamodb:${name}`), resources: [table.arn] },
    ...(indexes.length > 0
      ? [{ actions: ["dynamodb:Query"], resources: indexes.map((index) => $interpolate`${table.arn}/index/${index}`) }]
      : []),
  ];
  /** Whether a user still may do what cannot be undone. */
  const askGroups = { actions: ["cognito-idp:AdminListGroupsForUser"], resources: [users.pool.arn] };
  const fn = (name: string, group: Group, args: Omit<sst.aws.FunctionArgs, "handler" | "nodejs">) =>
    handler(name, `api/${group}`, {
      // API Gateway gives up after 30 seconds (AWS: HTTP API quotas).
      timeout: "29 seconds",
      ...args,
      environment: {
        UPLOADS_TABLE: uploads.name,
        EVENTS_TABLE: events.name,
        CDN_URL: edge.url,
        CURSOR_KEY: cursorKey,
        ...args.environment,
      },
    });

  const functions: Record<Group, sst.aws.Function> = {
    public: fn("PublicApi", "public", {
      environment: {
        COLLECTIONS_TABLE: collections.name,
        API_URL: gateway.url,
        ISSUER: users.issuer,
        CLIENT_ID: users.client.id,
        CONTENT_BUCKET: buckets.content.bucket,
        IMAGES_BUCKET: buckets.images.bucket,
        DOWNLOAD_ROLE: roles.download,
      },
      permissions: [
        assume(roles.download),
        ...on(events, ["GetItem", "Query"], ["newest", "byCreative", "byType"]),
        ...on(uploads, ["GetItem", "BatchGetItem"]),
        ...on(collections, ["GetItem"], ["inOrder"]),
      ],
    }),
    uploads: fn("UploadsApi", "uploads", {
      environment: {
        USER_POOL_ID: users.pool.id,
        UPLOADS_BUCKET: buckets.uploads.bucket,
        IMAGES_BUCKET: buckets.images.bucket,
        ...announce.environment,
        FAN_ROLE: roles.fan,
        CREATIVE_ROLE: roles.creative,
        PROFILE_ROLE: roles.profile,
      },
      permissions: [
        ...on(uploads, ["GetItem", "Query", "PutItem", "UpdateItem"], ["byFan"]),
        ...on(events, ["GetItem", "PutItem", "UpdateItem", "DeleteItem"], ["byCreative"]),
        assume(roles.fan, roles.creative, roles.profile),
        askGroups,
        announce.permission,
      ],
    }),
    events: fn("EventsApi", "events", {
      environment: {
        USER_POOL_ID: users.pool.id,
        CONTENT_BUCKET: buckets.content.bucket,
        IMAGES_BUCKET: buckets.images.bucket,
        VIEWS_TABLE: views.name,
        ...announce.environment,
        CREATIVE_ROLE: roles.creative,
      },
      permissions: [
        ...on(views, ["Query"], ["byDay"]),
        ...on(events, ["GetItem", "PutItem", "UpdateItem", "DeleteItem"]),
        ...on(uploads, ["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"], ["byEvent", "byStatus"]),
        assume(roles.creative),
        askGroups,
        announce.permission,
      ],
    }),
    collections: fn("CollectionsApi", "collections", {
      environment: {
        COLLECTIONS_TABLE: collections.name,
        VIEWS_TABLE: views.name,
        USER_POOL_ID: users.pool.id,
        ...announce.environment,
      },
      permissions: [
        askGroups,
        ...on(views, ["Query", "BatchGetItem"]),
        ...on(
          collections,
          ["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"],
          ["byCreative"],
        ),
        ...on(uploads, ["GetItem", "Query", "PutItem", "UpdateItem"]),
        announce.permission,
      ],
    }),
  };
  signing(buckets, functions);

  const jwt = { auth: { jwt: { authorizer: authorizer.id } } };
  for (const [path, methods] of Object.entries(openapi.paths as Record<string, Record<string, Operation>>))
    for (const [method, { tags, security }] of Object.entries(methods))
      gateway.route(
        `${method.toUpperCase()} ${path}`,
        functions[tags[0] as Group].arn,
        security.length > 0 ? jwt : undefined,
      );
  return { gateway };
}
