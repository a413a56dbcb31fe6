import openapi from "../openapi.json";
import { ACCESS_LOG } from "./api-log";
import type { Auth } from "./auth";
import type { Database } from "./database";
import type { Delivery } from "./delivery";
import type { Eventing } from "./eventing";
import { handler } from "./handler";
import { later } from "./later";
import { hosts } from "./names";
import { assume, signing, signingRoles } from "./signing";
import type { Storage } from "./storage";
import { EACH_ROUTE, PUBLIC_ROUTE } from "./throttle";

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
  const routes = Object.entries(openapi.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      key: `${method.toUpperCase()} ${path}`,
      group: operation.tags[0] as Group,
      isPublic: operation.security.length === 0,
    })),
  );
  const there = later<$util.Resource[]>();
  const gateway = new sst.aws.ApiGatewayV2("Api", {
    ...(host ? { domain: host } : {}),
    cors: {
      allowOrigins: origins,
      allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
      allowHeaders: ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match"],
      // Phones whose clock is wrong go by the time that is told here.
      exposeHeaders: ["Date", "ETag", "Retry-After"],
      maxAge: "1 hour",
    },
    accessLog: { retention: "1 month" },
    transform: {
      stage: (stage, options) => {
        stage.accessLogSettings = $util
          .output(stage.accessLogSettings!)
          .apply((settings) => ({ ...settings!, format: ACCESS_LOG }));
        stage.defaultRouteSettings = EACH_ROUTE;
        stage.routeSettings = routes
          .filter(({ isPublic }) => isPublic)
          .map(({ key }) => ({ routeKey: key, ...PUBLIC_ROUTE }));
        // AWS takes no settings of a route that is not there yet.
        options.dependsOn = there.value;
      },
    },
  });
  // Not the gateway's own `url`, which waits for the stage where there is a domain.
  const url = host ? $util.output(`https://${host}`) : gateway.nodes.api.apiEndpoint;
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
        API_URL: url,
        ISSUER: users.issuer,
        CLIENT_ID: users.client.id,
        ACCOUNT_CLIENT_ID: users.account.id,
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
        ...on(events, ["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"]),
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
  there.resolve(
    routes.map(({ key, group, isPublic }) => gateway.route(key, functions[group].arn, isPublic ? undefined : jwt)),
  );
  return { gateway, url };
}
