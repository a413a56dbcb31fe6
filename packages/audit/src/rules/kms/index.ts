import type { Rule } from "../../rule.ts";
import { inlineDecryption } from "./inline-decryption.ts";
import { managedDecryption } from "./managed-decryption.ts";
import { rotation } from "./rotation.ts";

export const KMS: Rule[] = [managedDecryption, inlineDecryption, rotation];
