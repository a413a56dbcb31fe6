import { TYPE } from "@dropclip/synth/from-graph/types";
import { type Operation, paged, partsOf } from "./context.ts";

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html */
export const getIntegrations: Operation = (state, input, { principal }) =>
  paged(input, partsOf(state, input, principal, TYPE.apiIntegration, "integrations"), ({ id, inputs }) => ({
    connectionType: inputs.connectionType ?? "INTERNET",
    integrationId: id,
    integrationMethod: inputs.integrationMethod ?? "POST",
    integrationType: inputs.integrationType,
    integrationUri: inputs.integrationUri,
    payloadFormatVersion: inputs.payloadFormatVersion ?? "1.0",
    timeoutInMillis: 30_000,
  }));
