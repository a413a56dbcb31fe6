import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";
import { looksSecret } from "../../secrets.ts";

export const secretParameter: Rule = {
  id: "own/secret-parameter",
  title: "A parameter that is secret is encrypted",
  severity: "high",
  types: [TYPE.parameter],
  page: awsPage("systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html"),
  check: ({ inputs }) => {
    const name = String(inputs.name).split("/").at(-1)!.replaceAll("-", "_");
    const secret = looksSecret(name, String(inputs.value ?? ""));
    return when(inputs.type !== "SecureString" && secret, `looks like a secret, and its type is ${inputs.type}`);
  },
};
