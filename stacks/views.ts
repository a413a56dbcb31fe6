import type { AccessLogs } from "./access-logs";
import type { Database } from "./database";
import type { Eventing } from "./eventing";
import { handler } from "./handler";

/** Counts, of the access logs of the media, how often each was watched. */
export function views(logs: AccessLogs, tables: Database, events: Eventing) {
  const countViews = handler("CountViews", "upkeep/count-views", {
    ...events.keptWhenFailed,
    timeout: "5 minutes",
    environment: { UPLOADS_TABLE: tables.uploads.name, VIEWS_TABLE: tables.views.name },
    permissions: [
      { actions: ["s3:GetObject"], resources: [$interpolate`${logs.arn}/${logs.mediaKeys}*`] },
      { actions: ["dynamodb:BatchGetItem"], resources: [tables.uploads.arn] },
      {
        actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        resources: [tables.views.arn],
      },
      events.keep,
    ],
  });
  const logArrived = events.rule("LogArrived", "An access log of the media has arrived: count what was watched", {
    eventPattern: {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: [logs.bucket] }, object: { key: [{ prefix: logs.mediaKeys }] } },
    },
  });
  events.toFunction("LogArrived", logArrived, countViews);
}
