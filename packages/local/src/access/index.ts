import type { Denial, Iam, RoleUsage } from "../iam/index.ts";
import { type JsonOperation, type JsonService, json } from "../protocol/json.ts";
import { serve } from "../protocol/service.ts";
import { AwsError, type Service, type World } from "../world.ts";

/** What the roles are granted, what of it was used and what was refused since the cloud started. */
export interface Access {
  /** ISO 8601. */
  since: string;
  roles: RoleUsage[];
  denials: Denial[];
}

export interface AccessService extends Service {
  report(): Access;
}

interface AccessState {
  report(): Access;
}

const getAccess: JsonOperation<AccessState> = ({ report }, _input, { principal }) => {
  // Not an action of a policy: no role gets it by a wildcard.
  if (principal.kind === "operator") return report();
  throw new AwsError("AccessDeniedException", `${principal.arn} is not the operator, who alone may see this`);
};

const ACCESS: JsonService<AccessState> = {
  name: "dropclip",
  protocol: json({
    version: "1.1",
    target: "Dropclip",
    unknown: (name) =>
      new AwsError("UnknownOperationException", `There is no operation ${name || "without X-Amz-Target"}`),
  }),
  operations: { GetAccess: getAccess },
};

/** Not an AWS service: shows the operator how the policies were used, by `Dropclip.GetAccess` in the JSON protocol. */
export function createAccess(world: World, iam: Pick<Iam, "usage" | "denials">): AccessService {
  const since = new Date(world.clock.now()).toISOString();
  const report = () => ({ since, roles: iam.usage(), denials: iam.denials() });
  return { ...serve(ACCESS, { report }), report };
}
