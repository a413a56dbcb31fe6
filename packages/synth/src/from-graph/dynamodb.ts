import type { Table, TableIndex } from "../cloud.ts";
import { only, type Reader, refuse, text } from "./reader.ts";
import { TYPE } from "./types.ts";

const KNOWN = [
  "attributes",
  "billingMode",
  "deletionProtectionEnabled",
  "globalSecondaryIndexes",
  "hashKey",
  "name",
  "pointInTimeRecovery",
  "rangeKey",
  "serverSideEncryption",
  "streamEnabled",
  "streamViewType",
  "ttl",
];

export function tables(reader: Reader): Table[] {
  return reader.all(TYPE.table).map((resource) => {
    const { inputs } = resource;
    only(resource, inputs, KNOWN);
    if (inputs.billingMode !== "PAY_PER_REQUEST") throw refuse(resource, "it has no provisioned throughput");
    const indexes: Record<string, any>[] = inputs.globalSecondaryIndexes ?? [];
    return {
      name: text(resource, "name"),
      arn: text(resource, "arn"),
      attributes: inputs.attributes,
      hashKey: inputs.hashKey,
      ...(inputs.rangeKey ? { rangeKey: inputs.rangeKey } : {}),
      indexes: indexes.map((index): TableIndex => {
        only(resource, index, ["name", "hashKey", "rangeKey", "projectionType", "nonKeyAttributes"], "index ");
        return {
          indexName: index.name,
          hashKey: index.hashKey,
          ...(index.rangeKey ? { rangeKey: index.rangeKey } : {}),
          projection: index.projectionType === "INCLUDE" ? index.nonKeyAttributes : index.projectionType,
        };
      }),
      ...(inputs.ttl?.attributeName && inputs.ttl.enabled !== false ? { ttlAttribute: inputs.ttl.attributeName } : {}),
      ...(inputs.streamEnabled ? { streamViewType: inputs.streamViewType ?? "NEW_AND_OLD_IMAGES" } : {}),
    };
  });
}
