import type { Authorizer, HttpApi, Route, Throttle } from "../cloud.ts";
import type { Resource } from "../graph.ts";
import { checkInvokable } from "./lambda.ts";
import { only, type Reader, refuse, text } from "./reader.ts";
import { TYPE } from "./types.ts";

export function apis(reader: Reader): HttpApi[] {
  for (const type of [TYPE.apiRoute, TYPE.apiIntegration, TYPE.apiAuthorizer, TYPE.apiStage]) {
    reader.checkReferences(type, "apiId", TYPE.api);
  }
  return reader.all(TYPE.api).map((resource) => {
    only(resource, resource.inputs, ["name", "protocolType", "corsConfiguration"]);
    if (resource.inputs.protocolType !== "HTTP") throw refuse(resource, "it has HTTP APIs only");
    const stage = stageOf(reader, resource);
    const cors = resource.inputs.corsConfiguration;
    return {
      id: String(resource.id),
      name: text(resource, "name"),
      endpoint: text(resource, "apiEndpoint"),
      ...(cors ? { cors: corsOf(resource, cors) } : {}),
      routes: throttled(
        stage,
        reader.referring(TYPE.apiRoute, "apiId", resource).map((part) => route(reader, part, resource)),
      ),
    };
  });
}

/** Only `$default` is served at the endpoint itself; without it, or before it is deployed, API Gateway answers 404. */
function stageOf(reader: Reader, api: Resource): Resource {
  const stage = reader.oneReferring(TYPE.apiStage, "apiId", api);
  if (!stage) throw refuse(api, "it has no stage");
  only(stage, stage.inputs, [
    ...["apiId", "name", "autoDeploy", "accessLogSettings", "defaultRouteSettings", "routeSettings"],
  ]);
  if (stage.inputs.name !== "$default" || stage.inputs.autoDeploy !== true) {
    throw refuse(stage, "it has the stage $default only, deployed automatically");
  }
  return stage;
}

/** Each route with its own settings, or those of all routes. */
function throttled(stage: Resource, routes: Route[]): Route[] {
  const { defaultRouteSettings, routeSettings = [] } = stage.inputs;
  const own = new Map<string, Throttle | undefined>();
  for (const settings of routeSettings) {
    const { routeKey } = settings;
    if (!routes.some((one) => one.routeKey === routeKey))
      throw refuse(stage, `Unable to find Route by key ${routeKey} within the provided RouteSettings`);
    own.set(routeKey, throttle(stage, settings));
  }
  const all = defaultRouteSettings ? throttle(stage, defaultRouteSettings) : undefined;
  return routes.map((one) => {
    const bucket = own.has(one.routeKey) ? own.get(one.routeKey) : all;
    return bucket ? { ...one, throttle: bucket } : one;
  });
}

/** Pulumi sends 0 for a limit that is left out, and API Gateway lets nothing through then: both or none. */
function throttle(stage: Resource, settings: Record<string, any>): Throttle | undefined {
  only(stage, settings, ["routeKey", "throttlingRateLimit", "throttlingBurstLimit"]);
  const { throttlingRateLimit: perSecond, throttlingBurstLimit: burst } = settings;
  if (perSecond === undefined && burst === undefined) return undefined;
  if (!(perSecond > 0) || !(burst > 0)) throw refuse(stage, "a throttle needs a rate and a burst, both above 0");
  return { perSecond, burst };
}

function corsOf(resource: Resource, cors: Record<string, any>): HttpApi["cors"] {
  only(resource, cors, ["allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders", "allowCredentials", "maxAge"]);
  return {
    allowOrigins: cors.allowOrigins ?? [],
    allowMethods: cors.allowMethods ?? [],
    allowHeaders: cors.allowHeaders ?? [],
    exposeHeaders: cors.exposeHeaders ?? [],
    allowCredentials: cors.allowCredentials ?? false,
    ...(cors.maxAge === undefined ? {} : { maxAgeSeconds: cors.maxAge }),
  };
}

function route(reader: Reader, resource: Resource, api: Resource): Route {
  const { inputs } = resource;
  only(resource, inputs, [
    "apiId",
    "routeKey",
    "target",
    "authorizationType",
    "authorizerId",
    "authorizationScopes",
    "operationName",
  ]);
  const integrationId = String(inputs.target).replace(/^integrations\//, "");
  const integration = reader.resolve(resource, integrationId, TYPE.apiIntegration);
  only(integration, integration.inputs, [
    "apiId",
    "integrationType",
    "integrationUri",
    "integrationMethod",
    "payloadFormatVersion",
    "connectionType",
  ]);
  if (integration.inputs.integrationType !== "AWS_PROXY")
    throw refuse(integration, "it integrates Lambda functions only");
  const target = reader.resolve(integration, integration.inputs.integrationUri, TYPE.function);
  checkInvokable(reader, target, "apigateway.amazonaws.com", invocation(api, inputs.routeKey), resource);
  const type = inputs.authorizationType ?? "NONE";
  if (type !== "NONE" && type !== "JWT") throw refuse(resource, `it does not know authorization by ${type}`);
  return {
    routeKey: inputs.routeKey,
    functionArn: text(target, "arn"),
    payloadFormatVersion: integration.inputs.payloadFormatVersion ?? "1.0",
    ...(type === "JWT" ? { authorizer: authorizer(reader, resource) } : {}),
    scopes: inputs.authorizationScopes ?? [],
  };
}

/** The ARN that API Gateway gives as the source of a call: `…:{api}/$default/POST/events/{eventId}`. */
function invocation(api: Resource, routeKey: string): string {
  const [method = "", path = ""] = routeKey.split(" ");
  const place = routeKey === "$default" ? "$default" : `${method === "ANY" ? "GET" : method}${path}`;
  return `${text(api, "executionArn")}/$default/${place}`;
}

function authorizer(reader: Reader, route: Resource): Authorizer {
  const resource = reader.resolve(route, route.inputs.authorizerId, TYPE.apiAuthorizer);
  const { inputs } = resource;
  only(resource, inputs, ["apiId", "authorizerType", "identitySources", "jwtConfiguration", "name"]);
  if (inputs.authorizerType !== "JWT") throw refuse(resource, "it has JWT authorizers only");
  return {
    id: String(resource.id),
    issuer: inputs.jwtConfiguration.issuer,
    audiences: inputs.jwtConfiguration.audiences ?? [],
    identitySource: inputs.identitySources?.[0] ?? "$request.header.Authorization",
  };
}
