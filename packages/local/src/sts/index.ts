import { type QueryService, query } from "../protocol/query.ts";
import { serve } from "../protocol/service.ts";
import { AwsError, type Service } from "../world.ts";
import type { StsState } from "./context.ts";
import { assumeRole } from "./operations/assume-role.ts";
import { getCallerIdentity } from "./operations/get-caller-identity.ts";

const STS: QueryService<StsState> = {
  name: "sts",
  protocol: query({
    version: "2011-06-15",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    unknown: (name) => new AwsError("InvalidAction", `STS's operation ${name} does not run locally.`),
  }),
  operations: { AssumeRole: assumeRole, GetCallerIdentity: getCallerIdentity },
};

/** STS behind the gate: the caller's identity, and sessions of roles for principals that the roles trust. */
export const createSts = (state: StsState): Service => serve(STS, state);
