import type { Rule } from "../../rule.ts";
import { clientFlows } from "./client-flows.ts";
import { customThreats } from "./custom-threats.ts";
import { deletionProtection } from "./deletion-protection.ts";
import { guests } from "./guests.ts";
import { passwords } from "./passwords.ts";
import { scopes } from "./scopes.ts";
import { secondFactor } from "./second-factor.ts";
import { threatProtection } from "./threat-protection.ts";
import { tokenLifetime } from "./token-lifetime.ts";
import { userExistence } from "./user-existence.ts";
import { verifiedEmail } from "./verified-email.ts";

export const COGNITO: Rule[] = [
  threatProtection,
  guests,
  passwords,
  customThreats,
  secondFactor,
  deletionProtection,
  clientFlows,
  userExistence,
  tokenLifetime,
  scopes,
  verifiedEmail,
];
