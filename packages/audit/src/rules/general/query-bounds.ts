import { awsPage, type Rule, when } from "../../rule.ts";
import { ALSO } from "../../types.ts";

export const queryBounds: Rule = {
  id: "own/query-bounds",
  title: "Nobody's query reads without bound, or leaves its answer elsewhere or unencrypted",
  severity: "medium",
  types: [ALSO.workgroup],
  page: awsPage("athena/latest/ug/workgroups-settings-override.html"),
  check: ({ inputs }) => {
    const { configuration: given = {} } = inputs;
    return [
      ...when(given.enforceWorkgroupConfiguration === false, "lets queries choose their settings"),
      ...when(!(given.bytesScannedCutoffPerQuery > 0), "lets one query read everything"),
      ...when(!given.resultConfiguration?.encryptionConfiguration, "does not encrypt answers"),
    ];
  },
};
