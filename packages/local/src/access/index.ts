import type { Denial, Iam, RoleUsage } from "../iam/index.ts";
import { AwsError, type Call, type Service, type World } from "../world.ts";

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

const OPERATION = "Dropclip.GetAccess";

/** Not a service of AWS: shows the operator what the policies came to, by `Dropclip.GetAccess` in the JSON protocol. */
export function createAccess(world: World, iam: Pick<Iam, "usage" | "denials">): AccessService {
  const since = new Date(world.clock.now()).toISOString();
  const report = () => ({ since, roles: iam.usage(), denials: iam.denials() });
  return {
    name: "dropclip",
    report,
    async handle(call) {
      const target = call.request.headers["x-amz-target"];
      if (target !== OPERATION) {
        throw new AwsError("UnknownOperationException", `There is no operation ${target ?? "without X-Amz-Target"}`);
      }
      // Policies have no name for this: no role gets it by a wildcard.
      const { kind, arn } = call.principal;
      if (kind !== "operator") {
        throw new AwsError("AccessDeniedException", `${arn} is not the operator, who alone may see this`);
      }
      send(call, 200, report());
    },
    fail: (call, { code, message, status }) => send(call, status, { __type: code, message }),
  };
}

function send({ response, requestId }: Call, status: number, body: unknown) {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId });
  response.end(JSON.stringify(body));
}
