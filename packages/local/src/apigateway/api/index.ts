import { type RestJsonService, restJson } from "../../protocol/rest-json.ts";
import { serve } from "../../protocol/service.ts";
import { AwsError, type Service } from "../../world.ts";
import type { ControlState } from "./context.ts";
import { getApis } from "./get-apis.ts";
import { getAuthorizers } from "./get-authorizers.ts";
import { getIntegrations } from "./get-integrations.ts";
import { getRoutes } from "./get-routes.ts";
import { getStages } from "./get-stages.ts";

const notHere = (asked: string) =>
  new AwsError("NotImplemented", `${asked} of API Gateway is not part of the local cloud`, 501);

const API_GATEWAY: RestJsonService<ControlState> = {
  name: "apigateway",
  protocol: restJson({
    routes: [
      ["GetApis", "GET /v2/apis"],
      ["GetAuthorizers", "GET /v2/apis/{ApiId}/authorizers"],
      ["GetIntegrations", "GET /v2/apis/{ApiId}/integrations"],
      ["GetRoutes", "GET /v2/apis/{ApiId}/routes"],
      ["GetStages", "GET /v2/apis/{ApiId}/stages"],
    ],
    unroutable: notHere,
    unknown: notHere,
    undecodable: (segment) => new AwsError("BadRequestException", `'${segment}' is not properly encoded`),
    fault: ({ message }) => ({ message }),
  }),
  operations: {
    GetApis: getApis,
    GetAuthorizers: getAuthorizers,
    GetIntegrations: getIntegrations,
    GetRoutes: getRoutes,
    GetStages: getStages,
  },
};

/** API Gateway's own API (version 2) behind the gate: what APIs there are, and of what they are made. */
export const createControl = (state: Omit<ControlState, "startedAtMs">): Service =>
  serve(API_GATEWAY, { ...state, startedAtMs: state.world.clock.now() });
