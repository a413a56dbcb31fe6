import type { InvokeResult } from "../ports.ts";
import { AwsError, type Principal } from "../world.ts";
import type { Pool } from "./pool.ts";
import type { User } from "./users.ts";

const SERVICE = "cognito-idp.amazonaws.com";
/**
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html,
 * "Important considerations"
 */
const ANSWER_MS = 5000;
const ATTEMPTS = 3;

export interface Confirmation {
  /** Absent of a confirmation by an administrator. */
  clientId?: string;
  clientMetadata?: Record<string, string>;
}

/**
 * Tells the pool's function of a user who has just been confirmed. Throws UserLambdaValidationException with the
 * function's own words, UnexpectedLambdaException, or InvalidLambdaResponseException; the user stays confirmed.
 */
export async function postConfirmation(pool: Pool, user: User, { clientId, clientMetadata }: Confirmation) {
  const { world, facts } = pool;
  const { postConfirmationArn } = facts;
  if (!postConfirmationArn) return;
  const event = {
    version: "1",
    region: world.region,
    userPoolId: facts.id,
    userName: user.sub,
    callerContext: {
      awsSdkVersion: "aws-sdk-unknown-unknown",
      clientId: clientId ?? "CLIENT_ID_NOT_APPLICABLE",
    },
    triggerSource: "PostConfirmation_ConfirmSignUp",
    request: {
      userAttributes: { sub: user.sub, "cognito:user_status": user.status, ...user.attributes },
      ...(clientMetadata && { clientMetadata }),
    },
    response: {},
  };
  try {
    check(await invoke(pool, postConfirmationArn, JSON.stringify(event)));
  } catch (error) {
    const { message } = error as Error;
    const name = user.sub;
    world.log({ service: "cognito", level: "error", message: `confirmed user ${name}, but ${message}`, user: name });
    if (error instanceof AwsError && error.code.includes("Lambda")) throw error;
    const failed = `PostConfirmation invocation failed due to error ${message}.`;
    throw new AwsError("UnexpectedLambdaException", failed, 400);
  }
}

/** A function that does not answer in time is asked again, as Cognito does: it must be safe to repeat. */
async function invoke({ world, facts, lambda }: Pool, arn: string, payload: string): Promise<InvokeResult> {
  const context = { "aws:SourceArn": facts.arn, "aws:SourceAccount": world.account };
  const service = { service: SERVICE, sourceArn: facts.arn };
  const principal: Principal = { kind: "service", arn: SERVICE, accountId: world.account, ...service };
  world.authorize(principal, "lambda:InvokeFunction", arn, context);
  for (let attempt = 1; ; attempt++) {
    const [late, answered] = [new AbortController(), new AbortController()];
    world.clock.sleep(ANSWER_MS, answered.signal).then(
      () => late.abort(),
      () => undefined,
    );
    try {
      return await lambda.invoke(arn, payload, { signal: late.signal });
    } catch (error) {
      if (!late.signal.aborted) throw error;
      if (attempt === ATTEMPTS) throw new Error(`no answer within ${ANSWER_MS / 1000} seconds`);
    } finally {
      answered.abort();
    }
  }
}

function check({ functionError, payload }: InvokeResult) {
  let answer: unknown;
  try {
    answer = JSON.parse(payload);
  } catch {
    // Refused below, like any other answer that is no object.
  }
  if (functionError) {
    const { errorMessage = "unknown" } = (answer ?? {}) as { errorMessage?: string };
    const message = `PostConfirmation failed with error ${errorMessage}.`;
    throw new AwsError("UserLambdaValidationException", message, 400);
  }
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) {
    throw new AwsError("InvalidLambdaResponseException", "Unrecognizable lambda output", 400);
  }
}
