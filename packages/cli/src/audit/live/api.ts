import { ApiGatewayV2 } from "@aws-sdk/client-apigatewayv2";
import { TYPE } from "@dropclip/synth/from-graph/types";
import { type Around, camel, type Found, type Look, plain, shared } from "./look.ts";

/** Policies know one action for all reads: `apigateway:GET`. */
const actions = ["apigateway:GET"];

const client = ({ config }: Around) => new ApiGatewayV2(config);

/** Every page of one of API Gateway's lists. */
async function listed<T>(ask: (NextToken?: string) => Promise<{ Items?: T[]; NextToken?: string }>): Promise<T[]> {
  const found: T[] = [];
  let token: string | undefined;
  do {
    const { Items = [], NextToken } = await ask(token);
    found.push(...Items);
    token = NextToken || undefined;
  } while (token);
  return found;
}

const apis = shared(async (around: Around) => {
  const api = client(around);
  const there = await listed((NextToken) => api.getApis({ NextToken }));
  return there.filter(({ Name }) => around.isOurs(Name));
});

/** Parts of a kind of every API of the stage. */
const ofEach =
  <T>(
    ask: (
      api: ApiGatewayV2,
      query: { ApiId: string; NextToken?: string },
    ) => Promise<{ Items?: T[]; NextToken?: string }>,
    found: (part: T, apiId: string) => Found,
  ) =>
  async (around: Around): Promise<Found[]> => {
    const api = client(around);
    const parts: Found[] = [];
    for (const { ApiId } of await apis(around)) {
      const list = await listed((NextToken) => ask(api, { ApiId: ApiId!, ...(NextToken && { NextToken }) }));
      parts.push(...list.map((part) => found(part, ApiId!)));
    }
    return parts;
  };

export const API_LOOKS: Look[] = [
  {
    type: TYPE.api,
    actions,
    look: async (around) => {
      const { region, account } = around.graph;
      return (await apis(around)).map(({ ApiId, Name, ProtocolType, CorsConfiguration, ApiEndpoint }) => ({
        id: ApiId!,
        inputs: {
          name: Name,
          protocolType: ProtocolType,
          ...(CorsConfiguration && { corsConfiguration: camel(CorsConfiguration) }),
        },
        outputs: {
          apiEndpoint: ApiEndpoint,
          arn: `arn:aws:apigateway:${region}::/apis/${ApiId}`,
          executionArn: `arn:aws:execute-api:${region}:${account}:${ApiId}`,
        },
      }));
    },
  },
  {
    type: TYPE.apiStage,
    actions,
    look: ofEach(
      (api, query) => api.getStages(query),
      (stage, apiId) =>
        plain({
          apiId,
          name: stage.StageName,
          autoDeploy: stage.AutoDeploy,
          ...(stage.AccessLogSettings && { accessLogSettings: camel(stage.AccessLogSettings) }),
          defaultRouteSettings: camel(stage.DefaultRouteSettings ?? {}),
          routeSettings: Object.entries(stage.RouteSettings ?? {}).map(([routeKey, settings]) => ({
            routeKey,
            throttlingBurstLimit: settings.ThrottlingBurstLimit,
            throttlingRateLimit: settings.ThrottlingRateLimit,
          })),
        }),
    ),
  },
  {
    type: TYPE.apiRoute,
    actions,
    look: ofEach(
      (api, query) => api.getRoutes(query),
      (route, apiId) => ({
        id: route.RouteId!,
        inputs: {
          apiId,
          routeKey: route.RouteKey,
          target: route.Target,
          authorizationType: route.AuthorizationType,
          ...(route.AuthorizerId && { authorizerId: route.AuthorizerId }),
          ...(route.AuthorizationScopes?.length && { authorizationScopes: route.AuthorizationScopes }),
        },
      }),
    ),
  },
  {
    type: TYPE.apiIntegration,
    actions,
    look: ofEach(
      (api, query) => api.getIntegrations(query),
      (one, apiId) => ({
        id: one.IntegrationId!,
        inputs: {
          apiId,
          integrationType: one.IntegrationType,
          integrationUri: one.IntegrationUri,
          connectionType: one.ConnectionType,
          payloadFormatVersion: one.PayloadFormatVersion,
          ...(one.TlsConfig && { tlsConfig: camel(one.TlsConfig) }),
        },
      }),
    ),
  },
  {
    type: TYPE.apiAuthorizer,
    actions,
    look: ofEach(
      (api, query) => api.getAuthorizers(query),
      (one, apiId) => ({
        id: one.AuthorizerId!,
        inputs: {
          apiId,
          name: one.Name,
          authorizerType: one.AuthorizerType,
          identitySources: one.IdentitySource,
          ...(one.JwtConfiguration && {
            jwtConfiguration: { audiences: one.JwtConfiguration.Audience, issuer: one.JwtConfiguration.Issuer },
          }),
        },
      }),
    ),
  },
];
