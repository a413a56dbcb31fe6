import { TYPE } from "@dropclip/synth/from-graph/types";
import { type Operation, paged, partsOf } from "./context.ts";

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html */
export const getRoutes: Operation = (state, input, { principal }) =>
  paged(input, partsOf(state, input, principal, TYPE.apiRoute, "routes"), ({ id, inputs }) => ({
    apiKeyRequired: false,
    authorizationType: inputs.authorizationType ?? "NONE",
    ...(inputs.authorizerId && { authorizerId: inputs.authorizerId }),
    ...(inputs.authorizationScopes && { authorizationScopes: inputs.authorizationScopes }),
    ...(inputs.operationName && { operationName: inputs.operationName }),
    routeId: id,
    routeKey: inputs.routeKey,
    target: inputs.target,
  }));
