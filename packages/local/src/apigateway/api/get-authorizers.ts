import { TYPE } from "@dropclip/synth/from-graph/types";
import { type Operation, paged, partsOf } from "./context.ts";

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html */
export const getAuthorizers: Operation = (state, input, { principal }) =>
  paged(input, partsOf(state, input, principal, TYPE.apiAuthorizer, "authorizers"), ({ id, inputs }) => ({
    authorizerId: id,
    authorizerType: inputs.authorizerType,
    identitySource: inputs.identitySources ?? [],
    ...(inputs.jwtConfiguration && {
      jwtConfiguration: {
        audience: inputs.jwtConfiguration.audiences ?? [],
        issuer: state.localise(inputs.jwtConfiguration.issuer),
      },
    }),
    name: inputs.name,
  }));
