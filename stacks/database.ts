import { named } from "./names";

const production = () => $app.stage === "production";

/** A single table in ElectroDB's shape: `pk` and `sk`, and per index a pair of fields named for the question it answers. */
function table(name: string, physicalName: string, indexes: string[]) {
  const fields: Record<string, "string"> = { pk: "string", sk: "string" };
  const globalIndexes: Record<string, { hashKey: string; rangeKey: string }> = {};
  for (const index of indexes) {
    fields[`${index}Pk`] = "string";
    fields[`${index}Sk`] = "string";
    globalIndexes[index] = { hashKey: `${index}Pk`, rangeKey: `${index}Sk` };
  }
  return new sst.aws.Dynamo(name, {
    fields,
    primaryIndex: { hashKey: "pk", rangeKey: "sk" },
    globalIndexes,
    ttl: "expires",
    deletionProtection: production(),
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
    uploads: table("UploadsTable", `${$app.stage}-uploads`, ["byFan", "byEvent", "byStatus", "open"]),
    events: table("EventsTable", `${$app.stage}-events`, ["byCreative", "newest", "byType", "open"]),
    collections: table("CollectionsTable", named("collections"), ["byCreative", "inOrder", "byMedia"]),
  };
}
export type Database = ReturnType<typeof database>;
