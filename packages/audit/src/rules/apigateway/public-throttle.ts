import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";

export const publicThrottle: Rule = {
  id: "own/public-route-throttle",
  title: "A route that anybody may call has a throttle of its own, lower than the others'",
  severity: "medium",
  types: [TYPE.apiRoute],
  page: awsPage("apigateway/latest/developerguide/http-api-throttling.html"),
  check: ({ inputs }, view) => {
    if ((inputs.authorizationType ?? "NONE") !== "NONE") return [];
    return view.all(TYPE.apiStage).flatMap((stage) => {
      if (stage.inputs.apiId !== inputs.apiId) return [];
      const settings: any[] = stage.inputs.routeSettings ?? [];
      const own = settings.find(({ routeKey }) => routeKey === inputs.routeKey);
      const rate = own?.throttlingRateLimit;
      const others = stage.inputs.defaultRouteSettings?.throttlingRateLimit ?? Number.POSITIVE_INFINITY;
      if (!rate || !own.throttlingBurstLimit) return ["has no throttle of its own"];
      return rate < others ? [] : [`its throttle of ${rate} a second is no lower than that of the others, ${others}`];
    });
  },
};
