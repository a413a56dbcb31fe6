import type { LambdaFunction } from "@dropclip/synth/cloud";
import type { World } from "../world.ts";
import type { Bundle } from "./bundle.ts";

/** Where no file is: the SDK must not find the developer's own profiles. */
const NOWHERE = "/dev/null/none";

/** The whole environment of a function: Lambda's variables, its own, and the address of the local cloud. */
export function environmentOf(
  world: Pick<World, "assumeRole" | "endpoint" | "region">,
  fn: LambdaFunction,
  bundle: Pick<Bundle, "directory" | "handler">,
  logStream: string,
  localise: (value: string) => string,
): Record<string, string> {
  const credentials = world.assumeRole(fn.roleArn, fn.name, "lambda.amazonaws.com");
  const own = Object.entries(fn.environment).map(([name, value]) => [name, localise(value)]);
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    AWS_ENDPOINT_URL: world.endpoint(),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: NOWHERE,
    AWS_SHARED_CREDENTIALS_FILE: NOWHERE,
    ...Object.fromEntries(own),
    // Reserved names come last: the function's own variables cannot set them (CreateFunction refuses them).
    _HANDLER: bundle.handler,
    LAMBDA_TASK_ROOT: bundle.directory,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_REGION: world.region,
    AWS_DEFAULT_REGION: world.region,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken ? { AWS_SESSION_TOKEN: credentials.sessionToken } : {}),
  };
}
