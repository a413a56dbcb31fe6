import { EXPIRES, INDEXES, KEY, keyOf, type Table } from "../packages/core/src/store/tables";
import { named } from "./names";

import { isProduction } from "./options";

/** A single table in ElectroDB's shape. */
function table(name: string, physicalName: string, holds: Table) {
  const fields: Record<string, "string"> = { [KEY.pk]: "string", [KEY.sk]: "string" };
  const globalIndexes: Record<string, { hashKey: string; rangeKey: string }> = {};
  for (const index of INDEXES[holds]) {
    const { pk, sk } = keyOf(index);
    fields[pk] = "string";
    fields[sk] = "string";
    globalIndexes[index] = { hashKey: pk, rangeKey: sk };
  }
  return new sst.aws.Dynamo(name, {
    fields,
    primaryIndex: { hashKey: KEY.pk, rangeKey: KEY.sk },
    globalIndexes,
    ttl: EXPIRES,
    deletionProtection: isProduction($app.stage),
    transform: {
      table: (args) => {
        args.name = physicalName;
        // Left out, the key is DynamoDB's own; AWS's key in KMS would bill each request (AWS: encryption at rest).
        args.serverSideEncryption = undefined;
        args.pointInTimeRecovery = { enabled: true };
      },
    },
  });
}

export function database() {
  return {
    uploads: table("UploadsTable", `${$app.stage}-uploads`, "uploads"),
    events: table("EventsTable", `${$app.stage}-events`, "events"),
    collections: table("CollectionsTable", named("collections"), "collections"),
    views: table("ViewsTable", named("views"), "views"),
  };
}
/** Deliveries to the webhook; only where there is one. */
export const webhookTable = () => table("WebhookTable", named("webhook"), "webhook");
export type Database = ReturnType<typeof database>;
