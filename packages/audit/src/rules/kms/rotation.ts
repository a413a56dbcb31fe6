import { controlPage, type Rule, when } from "../../rule.ts";
import { ALSO } from "../../types.ts";

export const rotation: Rule = {
  id: "KMS.4",
  title: "Keys are renewed by themselves",
  severity: "medium",
  types: [ALSO.key],
  page: controlPage("KMS.4"),
  check: ({ inputs }) =>
    when(
      inputs.enableKeyRotation !== true && /^(SYMMETRIC_DEFAULT)?$/.test(inputs.customerMasterKeySpec ?? ""),
      "is never renewed: no key rotation",
    ),
};
