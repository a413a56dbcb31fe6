import { AwsError } from "../world.ts";
import type { Pool } from "./pool.ts";

/** What administrators do has this in the place of a client. */
export const ADMIN = "Admin";

const LIMITS = { SignUp: "userCreation", SignIn: "userAuthentication" } as const;

/**
 * Does what the account's quota allows and reports on it in `AWS/Cognito`, dimensions `UserPool` and `UserPoolClient`:
 * 1 for a success and 0 for a failure. A request over the quota counts as a failure too.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/metrics-for-cognito-user-pools.html
 */
export async function measured<T>(
  pool: Pool,
  client: string,
  what: keyof typeof LIMITS,
  work: () => Promise<T>,
): Promise<T> {
  const put = (metricName: string, value: number) => putFor(pool, client, metricName, value);
  if (!pool.limits[LIMITS[what]].admits()) {
    put(`${what}Throttles`, 1);
    put(`${what}Successes`, 0);
    throw new AwsError("TooManyRequestsException", "Rate exceeded", 400);
  }
  try {
    const done = await work();
    put(`${what}Successes`, 1);
    return done;
  } catch (error) {
    put(`${what}Successes`, 0);
    throw error;
  }
}

/** A sign-in was renewed, or was not. */
export const reportRefresh = (pool: Pool, client: string, succeeded: boolean) =>
  putFor(pool, client, "TokenRefreshSuccesses", succeeded ? 1 : 0);

function putFor({ world, facts }: Pool, client: string, metricName: string, value: number) {
  world.metrics.put("AWS/Cognito", metricName, { UserPool: facts.id, UserPoolClient: client }, value);
}
