import type { Rule } from "../../rule.ts";
import { deletionProtection } from "./deletion-protection.ts";
import { recovery } from "./recovery.ts";
import { scaling } from "./scaling.ts";

export const DYNAMODB: Rule[] = [scaling, recovery, deletionProtection];
