import { TYPE } from "@dropclip/synth/from-graph/types";
import { authorize, date, type Operation, paged } from "./context.ts";

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html */
export const getApis: Operation = (state, input, { principal }) => {
  authorize(state, principal, "/apis");
  return paged(input, state.settings.of(TYPE.api), ({ id, inputs }) => ({
    apiEndpoint: state.localise(`https://${id}.execute-api.${state.world.region}.amazonaws.com`),
    apiId: id,
    apiKeySelectionExpression: "$request.header.x-api-key",
    ...(inputs.corsConfiguration && {
      corsConfiguration: {
        allowCredentials: false,
        ...inputs.corsConfiguration,
        ...(inputs.corsConfiguration.allowOrigins && {
          allowOrigins: inputs.corsConfiguration.allowOrigins.map(state.localise),
        }),
      },
    }),
    createdDate: date(state.startedAtMs),
    disableExecuteApiEndpoint: inputs.disableExecuteApiEndpoint ?? false,
    name: inputs.name,
    protocolType: inputs.protocolType,
    routeSelectionExpression: "$request.method $request.path",
    tags: {},
  }));
};
