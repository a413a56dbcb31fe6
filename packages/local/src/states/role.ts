import { AwsError, type Principal, type World } from "../world.ts";
import type { Find } from "./integrations/integration.ts";
import type { Flow, Machine, State } from "./types.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html, "IAM Policies for logging to CloudWatch Logs" */
const LOG_DELIVERY = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
];

/** The machine's role in a session named as the execution, as far as a session name (64 characters) holds it. */
export function rolePrincipal(world: World, { roleArn, name }: { roleArn: string; name: string }): Principal {
  const sessionName = name
    .replace(/[^\w+=,.@-]/g, "-")
    .slice(0, 64)
    .padEnd(2, "-");
  const role = roleArn.split("/").at(-1);
  const arn = `arn:aws:sts::${world.account}:assumed-role/${role}/${sessionName}`;
  return { kind: "role", arn, accountId: world.account, roleArn, sessionName };
}

/**
 * Throws what CreateStateMachine would refuse with AccessDeniedException: a role that Step Functions may not take on,
 * log, or hear of jobs with. The policies do not change while the cloud runs, so it is asked once, at the start.
 */
export function checkRole(world: World, machine: Machine, find: Find) {
  const { name, roleArn, logDestination } = machine;
  const demand = (refusal: string, ask: () => void) => {
    try {
      ask();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new Error(`state machine ${name}: AccessDeniedException: ${refusal} (${error.message})`);
    }
  };
  const principal = rolePrincipal(world, machine);
  const all = (actions: string[], resource: string) => () => {
    for (const action of actions) world.authorize(principal, action, resource);
  };
  demand(
    "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
    () => world.assumeRole(roleArn, principal.sessionName!, "states.amazonaws.com"),
  );
  if (logDestination !== undefined) {
    const refusal = "The state machine IAM Role is not authorized to access the Log Destination";
    demand(refusal, all(LOG_DELIVERY, "*"));
  }
  const rules = [...tasks(machine.definition as unknown as Flow)].map(({ Resource }) => find(Resource)?.managedRule);
  for (const rule of new Set(rules)) {
    if (rule === undefined) continue;
    const arn = `arn:aws:events:${world.region}:${world.account}:rule/${rule}`;
    const actions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"];
    demand(`'${roleArn}' is not authorized to create managed-rule.`, all(actions, arn));
  }
}

/** Every Task of a flow, of branches and map processors too. */
function* tasks({ States }: Flow): Generator<State> {
  for (const state of Object.values(States)) {
    if (state.Type === "Task") yield state;
    const inner: Flow[] = [...(state.Branches ?? []), state.ItemProcessor ?? state.Iterator ?? []].flat();
    for (const flow of inner) yield* tasks(flow);
  }
}
