import type { Resource } from "@dropclip/synth/graph";
import type { Said } from "../../rule.ts";
import { covers, eachStatement, isAllow } from "../../statements.ts";
import type { View } from "../../view.ts";

/** Statements that decrypt by every key there is. */
export const decryptsByAll = (policy: Resource, view: View): Said[] =>
  eachStatement(policy, view, (placed) => {
    const { actions, resources, kind } = placed;
    const decrypts = actions.some((one) => covers(one, "kms:Decrypt") || covers(one, "kms:ReEncryptFrom"));
    const all = resources.some((one) => one === "*" || /^arn:[^:]+:kms:[^:]*:[^:]*:(key\/)?\*$/.test(one));
    return isAllow(placed) && kind === "identity" && decrypts && all ? ["decrypts by every key"] : [];
  });
