import type { Rule } from "../../rule.ts";
import { assumeRole } from "./assume-role.ts";
import { conditionKey } from "./condition-key.ts";
import { everything } from "./everything.ts";
import { foreignAccount } from "./foreign-account.ts";
import { longLivedKeys } from "./long-lived-keys.ts";
import { managedPolicy } from "./managed-policy.ts";
import { passRole } from "./pass-role.ts";
import { policyVariable } from "./policy-variable.ts";
import { principal } from "./principal.ts";
import { resourceType } from "./resource-type.ts";
import { rightsOverRights } from "./rights-over-rights.ts";
import { serviceTrust } from "./service-trust.ts";
import { unknownAction } from "./unknown-action.ts";
import { users } from "./users.ts";
import { wholeServices } from "./whole-services.ts";
import { wildcardAction } from "./wildcard-action.ts";

export const IAM: Rule[] = [
  everything,
  users,
  longLivedKeys,
  wholeServices,
  wildcardAction,
  unknownAction,
  resourceType,
  conditionKey,
  policyVariable,
  principal,
  serviceTrust,
  managedPolicy,
  passRole,
  assumeRole,
  foreignAccount,
  rightsOverRights,
];
