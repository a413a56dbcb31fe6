import { formlessLogin } from "./cognito.ts";
import { keptErrors, unansweredPreflights } from "./edge.ts";
import { unlistedValues } from "./enums.ts";
import { refusedRule } from "./events.ts";
import type { Rule } from "./finding.ts";
import { functionLimits, slowerThanGateway, taskBeforeFunction } from "./limits.ts";
import { refusedNames } from "./names.ts";
import { gatewaySourceAccount, unboundService } from "./permissions.ts";
import { strangeInputs } from "./provider.ts";
import { attachedApart, probeEverywhere } from "./roles.ts";
import { oversized } from "./sizes.ts";
import { billedKey, distributionBeforeBucket, keptParts } from "./storage.ts";

/** What a graph of the stacks must hold to, each named for what breaks it. */
export const RULES = {
  attachedApart,
  probeEverywhere,
  gatewaySourceAccount,
  unboundService,
  refusedNames,
  unlistedValues,
  strangeInputs,
  billedKey,
  keptParts,
  distributionBeforeBucket,
  formlessLogin,
  functionLimits,
  slowerThanGateway,
  taskBeforeFunction,
  refusedRule,
  oversized,
  unansweredPreflights,
  keptErrors,
} satisfies Record<string, Rule>;
