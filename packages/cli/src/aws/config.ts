import type { Context } from "../context.ts";
import type { RunFile } from "../start/run-file.ts";

/** Options of every AWS client. */
export interface AwsConfig {
  region: string;
  endpoint?: string;
  /** Undefined: the SDK finds credentials in the same places as the AWS command line. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  maxAttempts: number;
}

/** Where global services take their calls: IAM, CloudFront. */
export const globally = (config: AwsConfig): AwsConfig => ({ ...config, region: "us-east-1" });

const MAX_ATTEMPTS = 3;
/** The region of `sst deploy` when none is set. */
const DEFAULT_REGION = "us-east-1";

/** The region to which stages are deployed from here: the deployment's own setting first, then those of AWS's tools. */
export function regionOf({ env }: Pick<Context, "env">): string {
  return env.DROPCLIP_REGION || env.AWS_REGION || env.AWS_DEFAULT_REGION || DEFAULT_REGION;
}

/** Access to the user's own AWS account. `service` as in `AWS_ENDPOINT_URL_{service}`. */
export function accountConfig(context: Pick<Context, "env">, service: string, region: string): AwsConfig {
  const { env } = context;
  const endpoint = env[`AWS_ENDPOINT_URL_${service}`] || env.AWS_ENDPOINT_URL;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env;
  const credentials = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined;
  return {
    region,
    maxAttempts: MAX_ATTEMPTS,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials: { ...credentials, ...(token && { sessionToken: token }) } }),
  };
}

/** Access to the running local cloud, as its operator. All services answer at one address. */
export function cloudConfig({ endpoints, region, credentials }: Pick<RunFile, "endpoints" | "region" | "credentials">) {
  return { endpoint: endpoints.states, region, credentials, maxAttempts: MAX_ATTEMPTS };
}
