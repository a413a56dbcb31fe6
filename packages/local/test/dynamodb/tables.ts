import type { Table } from "@dropclip/synth/cloud";

export const items: Table = {
  name: "items",
  arn: "arn:aws:dynamodb:us-east-1:123456789012:table/items",
  attributes: [{ name: "pk", type: "S" }],
  hashKey: "pk",
  indexes: [],
};
