import type { Rule, RuleTarget } from "@dropclip/synth/cloud";
import type { EventInvoker, ExecutionStarter, QueueSender } from "../../ports.ts";
import type { Principal, World } from "../../world.ts";

/** The services that targets live in. */
export interface Services {
  lambda: EventInvoker;
  /** Asked for at the first delivery: Step Functions itself publishes to the bus. */
  states: () => ExecutionStarter;
  queues: QueueSender;
}

type Deliver = (target: RuleTarget, input: string) => void;

/** EventBridge acting for a rule, as resource policies see it. */
export function servicePrincipal(world: World, rule: Rule): Principal {
  const service = "events.amazonaws.com";
  return { kind: "service", arn: service, accountId: world.account, service, sourceArn: rule.arn };
}

/** The session EventBridge takes of a target's role. */
function rolePrincipal(world: World, rule: Rule, roleArn: string): Principal {
  const sessionName = rule.name;
  const arn = `arn:aws:sts::${world.account}:assumed-role/${roleArn.split("/").at(-1)}/${sessionName}`;
  return { kind: "role", arn, accountId: world.account, roleArn, sessionName };
}

/** How targets of an ARN are reached; undefined for services that are not part of the local cloud. */
export function delivery(world: World, services: Services, rule: Rule, arn: string): Deliver | undefined {
  const service = arn.split(":")[2];
  if (service === "lambda") {
    return ({ arn }, input) => {
      world.authorize(servicePrincipal(world, rule), "lambda:InvokeFunction", arn);
      services.lambda.enqueue(arn, input);
    };
  }
  if (service === "states") {
    return ({ arn, roleArn }, input) => {
      const principal = roleArn ? rolePrincipal(world, rule, roleArn) : servicePrincipal(world, rule);
      world.authorize(principal, "states:StartExecution", arn);
      services.states().start(arn, input);
    };
  }
  if (service === "sqs") {
    return ({ arn }, input) => {
      world.authorize(servicePrincipal(world, rule), "sqs:SendMessage", arn);
      services.queues.send(arn, input);
    };
  }
  return undefined;
}
