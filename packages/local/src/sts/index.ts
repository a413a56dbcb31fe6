import type { CredentialStore } from "../gate/credentials.ts";
import type { Iam } from "../iam/index.ts";
import { AwsError, type Call, type Service, type World } from "../world.ts";
import { assumeRole } from "./assume-role.ts";
import { getCallerIdentity } from "./get-caller-identity.ts";
import { Parameters } from "./parameters.ts";
import { writeXml, type Xml } from "./xml.ts";

export interface StsOptions {
  world: World;
  iam: Iam;
  credentials: CredentialStore;
  /** The role's MaxSessionDuration; an hour unless it says otherwise, which is IAM's default. */
  maxSessionSeconds?: (roleArn: string) => number | undefined;
}

/** What an operation works with. */
export interface Context extends StsOptions {
  call: Call;
  parameters: Parameters;
}

const VERSION = "2011-06-15";

const OPERATIONS = new Map<string, (context: Context) => Xml>([
  ["AssumeRole", assumeRole],
  ["GetCallerIdentity", getCallerIdentity],
]);

/** STS behind the gate: who a caller is, and sessions of roles for those the roles trust. */
export function createSts(options: StsOptions): Service {
  return {
    name: "sts",
    async handle(call) {
      const parameters = new Parameters(call);
      const action = parameters.text("Action");
      if (!action) throw new AwsError("MissingAction", "The request is missing an action.");
      const version = parameters.text("Version") ?? "NO_VERSION_SPECIFIED";
      if (version !== VERSION) {
        throw new AwsError("InvalidAction", `Could not find operation ${action} for version ${version}`);
      }
      const run = OPERATIONS.get(action);
      if (!run) throw new AwsError("InvalidAction", `STS's operation ${action} does not run locally.`);
      const result = run({ ...options, call, parameters });
      send(call, 200, `${action}Response`, {
        [`${action}Result`]: result,
        ResponseMetadata: { RequestId: call.requestId },
      });
    },
    fail(call, { code, message, status }) {
      const type = status >= 500 ? "Receiver" : "Sender";
      const error = { Type: type, Code: code, Message: message };
      send(call, status, "ErrorResponse", { Error: error, RequestId: call.requestId });
    },
  };
}

function send({ response }: Call, status: number, root: string, content: Xml) {
  response.writeHead(status, { "content-type": "text/xml" });
  response.end(writeXml(root, content));
}
