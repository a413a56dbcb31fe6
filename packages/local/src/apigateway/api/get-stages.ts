import { TYPE } from "@dropclip/synth/from-graph/types";
import { date, type Operation, paged, partsOf } from "./context.ts";

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html */
export const getStages: Operation = (state, input, { principal }) =>
  paged(input, partsOf(state, input, principal, TYPE.apiStage, "stages"), ({ inputs }) => ({
    ...(inputs.accessLogSettings && { accessLogSettings: inputs.accessLogSettings }),
    autoDeploy: inputs.autoDeploy ?? false,
    createdDate: date(state.startedAtMs),
    lastUpdatedDate: date(state.startedAtMs),
    defaultRouteSettings: { detailedMetricsEnabled: false, ...inputs.defaultRouteSettings },
    routeSettings: Object.fromEntries(
      ((inputs.routeSettings ?? []) as Record<string, unknown>[]).map(({ routeKey, ...settings }) => [
        routeKey,
        { detailedMetricsEnabled: false, ...settings },
      ]),
    ),
    stageName: inputs.name,
    stageVariables: {},
    tags: {},
  }));
