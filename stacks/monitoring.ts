import { type Alarm, alarms, type Watched } from "./alarms";
import { budget } from "./budget";
import { dashboard } from "./dashboard";
import { policy } from "./handler";
import { account, EDGE_REGION, named, options, region } from "./names";
import { queries } from "./queries";

/** Where alarms of one region are told: an alarm reaches only topics of its own region. */
function topic(name: string, at: aws.Region | undefined, services: string[]) {
  const place = at ? { region: at } : {};
  const made = new aws.sns.Topic(name, { name: named(at ? "edge-alarms" : "alarms"), ...place });
  new aws.sns.TopicPolicy(`${name}Policy`, {
    ...place,
    arn: made.arn,
    policy: policy([
      {
        actions: ["sns:Publish"],
        principals: [{ type: "Service", identifiers: services }],
        resources: [made.arn],
        conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [account()] }],
      },
    ]),
  });
  const { alarmEmail } = options();
  if (alarmEmail)
    new aws.sns.TopicSubscription(`${name}Mail`, {
      ...place,
      topic: made.arn,
      protocol: "email",
      endpoint: alarmEmail,
    });
  return made;
}

/**
 * What tells operators that something is wrong, what it costs, and where to look: alarms, budget, dashboard and saved
 * queries over `logs`.
 */
export function monitoring(watched: Watched, logs: Parameters<typeof queries>[0]) {
  const here = topic("Alarms", undefined, [
    "cloudwatch.amazonaws.com",
    ...(options().budget ? ["budgets.amazonaws.com", "costalerts.amazonaws.com"] : []),
  ]);
  const edge = isThere() ? here : topic("EdgeAlarms", EDGE_REGION, ["cloudwatch.amazonaws.com"]);

  const made = Object.entries(alarms(watched)).map(([name, alarm]) => {
    const { means, first, when, tellsSilence, edge: atEdge, ...metric } = alarm;
    const [breaching, of] = when.split("/").map(Number) as [number, number];
    const actions = [(atEdge ? edge : here).arn];
    return new aws.cloudwatch.MetricAlarm(`${pascal(name)}Alarm`, {
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: tellsSilence ? "missing" : "notBreaching",
      ...metric,
      ...(atEdge ? { region: EDGE_REGION } : {}),
      name: named(name),
      alarmDescription: describe(name, alarm),
      datapointsToAlarm: breaching,
      evaluationPeriods: of,
      alarmActions: actions,
      okActions: actions,
      ...(tellsSilence ? { insufficientDataActions: actions } : {}),
    });
  });
  if (options().budget) budget(here.arn);
  dashboard(
    watched,
    made.map(({ arn }) => arn),
    { here: region(), edge: EDGE_REGION },
  );
  queries(logs);
}

/** Whether the stage itself is in the edge's region: then one topic is enough, and one mail to confirm. */
const isThere = () => ($app.providers?.aws as { region?: string } | undefined)?.region === EDGE_REGION;

const describe = (name: string, { means, first }: Alarm) =>
  `${means} First: ${lower(first)} More in docs/runbook.md, "${name}".`;
const lower = (sentence: string) => sentence[0]!.toLowerCase() + sentence.slice(1);
/** `api-5xx` → `Api5xx`. */
const pascal = (name: string) => name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
