import { add, type Mistake, remove, set, state, within } from "./change.ts";

const FN = "aws:lambda/function:Function";
const INVOKE = "AssignGroupPermission";
const variables = (more: Record<string, string>) =>
  within(FN, "SweepFunction", (inputs) => void Object.assign(inputs.environment.variables, more));
const KEY = `-----BEGIN ${"PRIVATE KEY"}-----`;
const URL = "aws:lambda/functionUrl:FunctionUrl";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:dropclip-dead-letters-dev";
const anybody = (Action: string, Resource: string) => ({ Effect: "Allow", Principal: "*", Action, Resource });

export const FUNCTIONS: Mistake[] = [
  ["a function that everybody may invoke", set("Permission", INVOKE, { principal: "*" }), "Lambda.1", INVOKE],
  [
    "a function that every bucket of a name may invoke",
    set("Permission", INVOKE, { principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::old-bucket" }),
    "Lambda.1",
    INVOKE,
  ],
  ["a runtime that AWS gave up", set(FN, "SweepFunction", { runtime: "nodejs18.x" }), "Lambda.2", "SweepFunction"],
  [
    "a service that may invoke for anybody",
    set("Permission", INVOKE, { sourceArn: undefined }),
    "own/permission-source",
    INVOKE,
  ],
  [
    "a service that may invoke for every account",
    set("Permission", INVOKE, { sourceArn: "arn:aws:cognito-idp:*:*:userpool/*" }),
    "own/permission-source",
    INVOKE,
  ],
  [
    "a secret by its name",
    variables({ WEBHOOK_SECRET: "hush" }),
    "own/secret-in-environment",
    "SweepFunction#WEBHOOK_SECRET",
  ],
  ["a secret by its form", variables({ SIGNER: KEY }), "own/secret-in-environment", "SweepFunction#SIGNER"],
  [
    "an access key",
    variables({ NOTE: `use AKIA${"ABCDEFGH234567AB"}` }),
    "own/secret-in-environment",
    "SweepFunction#NOTE",
  ],
  ["a function whose logs nobody ends", remove("LogGroup", "SweepLogGroup"), "own/function-log-group", "SweepFunction"],
  [
    "two functions with one role",
    set(FN, "SweepFunction", { role: "arn:aws:iam::123456789012:role/dropclip-settle-dev-us-east-1" }),
    "own/shared-role",
    "SettleFunction",
  ],
  ["a function URL for everybody", add(URL, { authorizationType: "NONE" }), "own/function-url", "Seed"],
  [
    "a state machine that logs nothing",
    set("StateMachine", "Ingest", { loggingConfiguration: { level: "OFF" } }),
    "StepFunctions.1",
    "Ingest",
  ],
  ["a queue without encryption", set("Queue", "DeadLetters", { sqsManagedSseEnabled: false }), "SQS.1", "DeadLetters"],
  [
    "a queue that everybody may write to",
    state("QueuePolicy", "DeadLettersPolicy", anybody("sqs:SendMessage", QUEUE)),
    "SQS.3",
    "DeadLettersPolicy#Seed",
  ],
  [
    "a topic that everybody may publish to",
    state(
      "TopicPolicy",
      "AlarmsPolicy",
      anybody("sns:Publish", "arn:aws:sns:us-east-1:123456789012:dropclip-alarms-dev"),
    ),
    "SNS.4",
    "AlarmsPolicy#Seed",
  ],
  [
    "alarms told by plain HTTP",
    add("aws:sns/topicSubscription:TopicSubscription", { protocol: "http", endpoint: "http://pager.example.com" }),
    "own/plain-subscription",
    "Seed",
  ],
  [
    "events that are dropped when they cannot be delivered",
    set("EventTarget", "ExecutionEndedTarget", { deadLetterConfig: undefined }),
    "own/dead-letters",
    "ExecutionEndedTarget",
  ],
  [
    "a bus that says nothing of who may send",
    add("aws:cloudwatch/eventBus:EventBus", { name: "b" }),
    "EventBridge.3",
    "Seed",
  ],
  ["logs for ever", set("LogGroup", "IngestLogs", { retentionInDays: undefined }), "own/log-retention", "IngestLogs"],
  [
    "an alarm that tells nobody",
    set("MetricAlarm", "Api5xxAlarm", { alarmActions: [] }),
    "CloudWatch.15",
    "Api5xxAlarm",
  ],
  [
    "an alarm that is turned off",
    set("MetricAlarm", "Api5xxAlarm", { actionsEnabled: false }),
    "CloudWatch.17",
    "Api5xxAlarm",
  ],
  ["a firewall without rules", add("aws:wafv2/webAcl:WebAcl", { rules: [] }), "WAF.10", "Seed"],
  [
    "a firewall that counts nothing",
    add("aws:wafv2/webAcl:WebAcl", { rules: [{ name: "r", visibilityConfig: {} }] }),
    "WAF.12",
    "Seed#r",
  ],
  [
    "a secret that is a plain parameter",
    add("aws:ssm/parameter:Parameter", { name: "/dropclip/dev/api-key", type: "String", value: "hush" }),
    "own/secret-parameter",
    "Seed",
  ],
  ["a type that no rule knows", add("aws:ec2/instance:Instance", {}), "own/unread-type", "Seed"],
];
