import { EVENT_RETRY_MS } from "../packages/core/src/limits";
import { DETAILS, sourceOf } from "../packages/core/src/telling/schemas";
import type { Delivery } from "./delivery";
import { policy } from "./handler";
import { arn, kebab, named } from "./names";

/** AWS's most: how long an event is tried is what bounds it. */
const EVENT_ATTEMPTS = 185;
/** AWS's longest retention of a queue: time to look at dead letters. */
const DEAD_LETTER_SECONDS = 14 * 24 * 60 * 60;

/** The key holds a list, and of a list that is not there ForAllValues is true. */
const only = (variable: string, values: string[]) => [
  { test: "ForAllValues:StringEquals", variable, values },
  { test: "Null", variable, values: ["false"] },
];

/** Rules of the default event bus, and the queue that keeps what they cannot deliver. */
export function eventing(edge: Delivery) {
  const deadLetters = new aws.sqs.Queue("DeadLetters", {
    name: named("dead-letters"),
    messageRetentionSeconds: DEAD_LETTER_SECONDS,
    sqsManagedSseEnabled: true,
  });
  const delivery = {
    deadLetterConfig: { arn: deadLetters.arn },
    retryPolicy: { maximumEventAgeInSeconds: EVENT_RETRY_MS / 1000, maximumRetryAttempts: EVENT_ATTEMPTS },
  };
  /** What the stage's own events name as theirs. */
  const source = named("api");
  /** Lets a function say on the event bus that something is due. */
  const announce = {
    environment: { EVENT_SOURCE: source },
    permission: {
      actions: ["events:PutEvents"],
      resources: [arn("events", "event-bus/default")],
      conditions: only("events:source", [source]),
    },
  };
  /** Lets a function tell other programs what became of a media: these events, and no other. */
  const tell = {
    environment: { TOLD_SOURCE: sourceOf($app.stage), CDN_URL: edge.url },
    permission: {
      actions: ["events:PutEvents"],
      resources: [arn("events", "event-bus/default")],
      conditions: [
        ...only("events:source", [sourceOf($app.stage)]),
        ...only("events:detail-type", Object.keys(DETAILS)),
      ],
    },
  };
  const rules: aws.cloudwatch.EventRule[] = [];
  const rule = (
    name: string,
    description: string,
    on: { eventPattern: Record<string, unknown> } | { scheduleExpression: string },
  ) => {
    const made = new aws.cloudwatch.EventRule(name, {
      name: named(kebab(name)),
      description,
      ...("eventPattern" in on ? { eventPattern: $jsonStringify(on.eventPattern) } : on),
    });
    rules.push(made);
    return made;
  };
  return {
    deadLetters,
    source,
    announce,
    tell,
    rule,
    /** Hands the rule's events to a function; what the function cannot take ends up with the dead letters too. */
    toFunction(name: string, from: aws.cloudwatch.EventRule, to: sst.aws.Function) {
      new aws.lambda.Permission(`${name}Permission`, {
        action: "lambda:InvokeFunction",
        function: to.name,
        principal: "events.amazonaws.com",
        sourceArn: from.arn,
      });
      new aws.cloudwatch.EventTarget(`${name}Target`, {
        rule: from.name,
        targetId: "function",
        arn: to.arn,
        ...delivery,
      });
    },
    toMachine(name: string, from: aws.cloudwatch.EventRule, machine: aws.sfn.StateMachine, role: aws.iam.Role) {
      new aws.cloudwatch.EventTarget(`${name}Target`, {
        rule: from.name,
        targetId: "ingest",
        arn: machine.arn,
        roleArn: role.arn,
        ...delivery,
      });
    },
    /** Events are handed over and gone: what the function fails on, after Lambda's own retries, is kept as well. */
    keptWhenFailed: {
      transform: { function: { deadLetterConfig: { targetArn: deadLetters.arn } } },
    } satisfies Partial<sst.aws.FunctionArgs>,
    keep: { actions: ["sqs:SendMessage"], resources: [deadLetters.arn] },
    /** Names of all rules so far. */
    ruleNames: () => rules.map(({ name }) => name),
    /** Once all rules are there: they alone may write to the queue. */
    close() {
      const sources = rules.map(({ arn }) => arn);
      new aws.sqs.QueuePolicy("DeadLettersPolicy", {
        queueUrl: deadLetters.url,
        policy: policy([
          {
            actions: ["sqs:SendMessage"],
            principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
            resources: [deadLetters.arn],
            conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: sources }],
          },
        ]),
      });
    },
  };
}
export type Eventing = ReturnType<typeof eventing>;
