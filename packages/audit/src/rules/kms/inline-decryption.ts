import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule } from "../../rule.ts";
import { decryptsByAll } from "./decryption.ts";

export const inlineDecryption: Rule = {
  id: "KMS.2",
  title: "No inline policy decrypts by every key",
  severity: "medium",
  types: [TYPE.role, TYPE.rolePolicy],
  page: controlPage("KMS.2"),
  check: decryptsByAll,
};
