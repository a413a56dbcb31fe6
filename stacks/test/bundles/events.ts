import type { Cloud, Route, StateMachine } from "@dropclip/synth/cloud";
import jsonata from "jsonata";

/** An id that every schema of ids takes. */
const ID = "01890000-0000-7000-8000-000000000001";
const MEDIA = { eventId: ID, fanId: ID, uploadId: ID, mediaId: "image1" };
const KEY = `events/${ID}/uploads/${ID}/${ID}/images/image1.jpg`;
const FLYER = `events/${ID}/flyer/${ID}.png`;
const OBJECT = { key: KEY, size: 1, etag: "0123456789abcdef0123456789abcdef", sequencer: "00" };

/** What a state machine's tasks read of their input, context and variables. */
const INPUT = { detail: { object: OBJECT }, probe: null, gone: false, image: { width: 2, height: 2 } };
const VARIABLES = { media: { ...MEDIA, key: KEY, bytes: 1, maxDurationMs: 1000 } };
const EXECUTION = { Id: "arn:aws:states:us-east-1:123456789012:execution:machine:name" };

/** Detail of each kind of event, as far as handlers read it. */
const DETAILS: Record<string, object> = {
  "Object Created": { bucket: { name: "a-bucket" }, object: OBJECT },
  "MediaConvert Job State Change": { jobId: "1", userMetadata: MEDIA, jobProgress: { jobPercentComplete: 7 } },
  "Step Functions Execution Status Change": {
    executionArn: EXECUTION.Id,
    input: JSON.stringify({ detail: { object: OBJECT } }),
  },
  "Settlement Due": { uploadId: ID },
  "Invalidation Due": {},
  "Page Due": { eventId: ID },
  "Scheduled Event": {},
};

/** For each function of the cloud, by ARN, a valid event of every kind that is sent to it. */
export async function eventsOf(cloud: Cloud): Promise<Map<string, unknown[]>> {
  const events = new Map<string, unknown[]>(cloud.functions.map(({ arn }) => [arn, []]));
  const add = (arn: string, event: unknown) => events.get(arn)?.push(event);
  for (const api of cloud.apis) for (const route of api.routes) add(route.functionArn, request(route));
  for (const { pattern, targets } of cloud.rules) for (const { arn } of targets) add(arn, happening(pattern));
  for (const { postConfirmationArn, id } of cloud.userPools)
    if (postConfirmationArn) add(postConfirmationArn, signUp(id));
  for (const machine of cloud.stateMachines) for (const [arn, input] of await inputs(machine)) add(arn, input);
  return events;
}

/** An API event of payload format 2.0; its body is empty, so that routes that want one refuse it. */
function request({ routeKey, authorizer }: Route) {
  const [method, path] = routeKey.split(" ") as [string, string];
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const pathParameters = Object.fromEntries(names.map((name) => [name, name === "mediaId" ? "video" : ID]));
  const rawPath = path.replace(/\{(\w+)\}/g, (_, name) => pathParameters[name]!);
  const claims = { sub: ID, token_use: "access", username: "u", "cognito:groups": "[fan creative]" };
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString: "",
    headers: { host: "api.example.com", "content-type": "application/json" },
    requestContext: {
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
      stage: "$default",
      requestId: "1",
      ...(authorizer ? { authorizer: { jwt: { claims, scopes: null } } } : {}),
    },
    pathParameters,
    isBase64Encoded: false,
  };
}

/** An event that the pattern takes, where its matchers are plain values; of a schedule, what EventBridge sends. */
function happening(pattern: any = { source: ["aws.events"], "detail-type": ["Scheduled Event"], detail: {} }) {
  const type: string = pattern["detail-type"][0];
  const details = DETAILS[type];
  if (!details) throw new Error(`no example of the event "${type}" is known here`);
  const named = Object.entries(pattern.detail ?? {}).filter(([, matchers]) => Array.isArray(matchers));
  const values = named.map(([name, matchers]) => [name, (matchers as unknown[])[0]]);
  // If a rule wants only some keys, use one of these: the function handles no others.
  const [wanted] = pattern.detail?.object?.key ?? [];
  const object = wanted ? { object: { ...OBJECT, key: typeof wanted === "string" ? wanted : FLYER } } : {};
  const detail = { ...details, ...Object.fromEntries(values), ...object };
  return { source: pattern.source[0], "detail-type": type, detail };
}

const signUp = (userPoolId: string) => ({
  triggerSource: "PostConfirmation_ConfirmSignUp",
  userPoolId,
  userName: ID,
  request: { userAttributes: { sub: ID, email: "fan@example.com" } },
  response: {},
});

/** The payloads of the machine's tasks that invoke a function, their expressions worked out. */
async function inputs({ definition }: StateMachine): Promise<[string, unknown][]> {
  const states = Object.values(definition.States as Record<string, any>);
  const tasks = states.filter(({ Resource }) => Resource === "arn:aws:states:::lambda:invoke");
  return Promise.all(
    tasks.map(
      async ({ Arguments }) => [Arguments.FunctionName, await evaluate(Arguments.Payload)] as [string, unknown],
    ),
  );
}

async function evaluate(value: any): Promise<unknown> {
  if (typeof value === "string" && value.startsWith("{%")) {
    const states = { input: INPUT, context: { Execution: EXECUTION } };
    return jsonata(value.slice(2, -2)).evaluate(undefined, { states, ...VARIABLES });
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(async ([name, member]) => [name, await evaluate(member)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
