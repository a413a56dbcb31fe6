import type { HttpApi, Route } from "@dropclip/synth/cloud";
import type { FunctionInvoker, InvokeResult } from "../ports.ts";
import { AwsError, type Principal, type World } from "../world.ts";
import { Refusal } from "./outgoing.ts";

/** Maximum integration timeout of an HTTP API. */
const INTEGRATION_TIMEOUT_MS = 30_000;
/** Lambda's errors for a payload above its 6 MB. */
const TOO_LARGE = ["RequestTooLargeException", "RequestEntityTooLargeException"];

/**
 * Calls the route's function as API Gateway and returns its payload. Throws a `Refusal`: 500 when the function failed
 * or may not be called, 503 when it took too long or was throttled.
 */
export async function invoke(
  world: World,
  lambda: FunctionInvoker,
  api: HttpApi,
  route: Route,
  event: object,
): Promise<string> {
  const problem = (message: string, detail?: unknown) =>
    world.log({ service: "apigateway", level: "error", message, routeKey: route.routeKey, detail });
  try {
    const sourceArn = sourceArnOf(world, api, route);
    const service = "apigateway.amazonaws.com";
    const principal: Principal = { kind: "service", arn: service, accountId: world.account, service, sourceArn };
    const context = { "aws:SourceArn": sourceArn, "aws:SourceAccount": world.account };
    world.authorize(principal, "lambda:InvokeFunction", route.functionArn, context);
    const result = await withinTime(world, lambda.invoke(route.functionArn, JSON.stringify(event)));
    if (!result.functionError) return result.payload;
    problem("the function failed", result.payload);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    problem(`the function could not be called: ${String(error)}`);
    if (error instanceof AwsError && TOO_LARGE.includes(error.code)) throw new Refusal(413, "Request Entity Too Large");
    if (error instanceof AwsError && error.status === 429) throw new Refusal(503, "Service Unavailable");
  }
  throw new Refusal(500, "Internal Server Error");
}

/** At the timeout the function is not stopped; the gateway only stops waiting for it. */
async function withinTime(world: World, invocation: Promise<InvokeResult>): Promise<InvokeResult> {
  const done = new AbortController();
  const late = world.clock.sleep(INTEGRATION_TIMEOUT_MS, done.signal).then(() => {
    throw new Refusal(503, "Service Unavailable");
  });
  // The loser of the race must not count as unhandled.
  late.catch(() => {});
  invocation.catch(() => {});
  try {
    return await Promise.race([invocation, late]);
  } finally {
    done.abort();
  }
}

/** `arn:aws:execute-api:{region}:{account}:{api}/$default/GET/events/{eventId}`; the method of ANY is `*`. */
function sourceArnOf(world: World, api: HttpApi, { routeKey }: Route): string {
  const route = routeKey.replace(/^ANY /, "* ").replace(" ", "");
  return `arn:aws:execute-api:${world.region}:${world.account}:${api.id}/$default/${route}`;
}
