import { named } from "./names";

/** Log groups by name: those of the functions, and the API's own. */
interface Logs {
  functions: $util.Input<string>[];
  api: $util.Input<string>;
}

/** Saved queries of CloudWatch Logs Insights. */
export function queries({ functions, api }: Logs) {
  new aws.cloudwatch.QueryDefinition("UploadStory", {
    name: `${named("logs")}/One upload's story`,
    logGroupNames: functions,
    queryString: [
      "# Put the upload's id here.",
      "fields @timestamp, message, key, code, outcome, executionArn, @log",
      "| filter @message like /00000000-0000-0000-0000-000000000000/",
      "| sort @timestamp asc",
      "| limit 1000",
    ].join("\n"),
  });
  new aws.cloudwatch.QueryDefinition("ApiErrors", {
    name: `${named("logs")}/API errors by route`,
    logGroupNames: [api],
    queryString: [
      "fields status",
      "| filter status >= 400",
      "| stats count(*) as calls, count_distinct(user) as users, max(latencyMs) as slowestMs by routeKey, status, error",
      "| sort calls desc",
    ].join("\n"),
  });
}
