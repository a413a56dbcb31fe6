import type { ManagedPolicy, Role } from "@dropclip/synth/cloud";
import { type QueryService, query } from "../../protocol/query.ts";
import { serve } from "../../protocol/service.ts";
import { AwsError, type Service, type World } from "../../world.ts";
import type { LastUse } from "../last-use.ts";
import type { IamState } from "./context.ts";
import { generateServiceLastAccessedDetails } from "./operations/generate-service-last-accessed-details.ts";
import { getAccountAuthorizationDetails } from "./operations/get-account-authorization-details.ts";
import { getServiceLastAccessedDetails } from "./operations/get-service-last-accessed-details.ts";
import { listRoles } from "./operations/list-roles.ts";

const IAM: QueryService<IamState> = {
  name: "iam",
  protocol: query({
    version: "2010-05-08",
    namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    unknown: (name) => new AwsError("InvalidAction", `IAM's operation ${name} does not run locally.`),
  }),
  operations: {
    GenerateServiceLastAccessedDetails: generateServiceLastAccessedDetails,
    GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
    GetServiceLastAccessedDetails: getServiceLastAccessedDetails,
    ListRoles: listRoles,
  },
};

export interface IamApiOptions {
  world: World;
  roles: Role[];
  managedPolicies: ManagedPolicy[];
  lastUse: LastUse;
}

/** IAM's API behind the gate: what roles there are, what they may do, and when they last did. */
export function createIamApi({ world, roles, managedPolicies, lastUse }: IamApiOptions): Service {
  const state = { world, roles, managedPolicies, lastUse, jobs: new Map(), startedAtMs: world.clock.now() };
  return serve(IAM, state);
}
