import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule } from "../../rule.ts";
import { decryptsByAll } from "./decryption.ts";

export const managedDecryption: Rule = {
  id: "KMS.1",
  title: "No managed policy decrypts by every key",
  severity: "medium",
  types: [TYPE.policy],
  page: controlPage("KMS.1"),
  check: decryptsByAll,
};
