import * as v from "valibot";
import { type AwsConfig, accountConfig, cloudConfig, regionOf } from "../aws/config.ts";
import { awsFailure } from "../aws/failure.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import type { RunFile } from "../start/run-file.ts";

export const url = v.pipe(v.string(), v.url(), v.regex(/^https?:/));

/** The outputs of a deployed stage. */
export const Outputs = v.looseObject({
  stage: v.string(),
  region: v.string(),
  api: url,
  cdn: url,
  issuer: url,
  signIn: url,
  clientId: v.string(),
  /** A stage that was deployed before there were second factors has none. */
  accountClientId: v.optional(v.string()),
  userPoolId: v.string(),
  /** Where the app's own pages are; a stage that was deployed before there were any has none. */
  pages: v.optional(url),
});
export type Outputs = v.InferOutput<typeof Outputs>;

/** Valid stage names: any other character in the parameter's name could lead to another parameter. */
const STAGE = /^[a-z0-9][a-z0-9-]*$/i;

/** Reads the outputs of a deployed stage with the user's own AWS credentials; a `CliError` says why that failed. */
export async function readOutputs(context: Pick<Context, "env" | "signal">, stage: string): Promise<Outputs> {
  if (!STAGE.test(stage)) throw new CliError(`--stage ${stage}: not the name of a stage`);
  return read(context, stage, accountConfig(context, "SSM", regionOf(context)));
}

/** Reads those of a local cloud, whose addresses are of this machine. */
export const readLocalOutputs = (
  context: Pick<Context, "signal">,
  cloud: Pick<RunFile, "endpoints" | "region" | "credentials" | "stage">,
) => read(context, cloud.stage, cloudConfig(cloud));

async function read(context: Pick<Context, "signal">, stage: string, config: AwsConfig): Promise<Outputs> {
  const { region } = config;
  const name = `/dropclip/${stage}/outputs`;
  // Loads the AWS SDK; other targets start faster without it.
  const { SSM } = await import("@aws-sdk/client-ssm");
  const client = new SSM(config);
  let text: string | undefined;
  try {
    const { Parameter } = await client.getParameter({ Name: name }, { abortSignal: context.signal });
    text = Parameter?.Value;
  } catch (error) {
    context.signal.throwIfAborted();
    throw failure(error, stage, region, name);
  } finally {
    client.destroy();
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Outputs), text);
  if (parsed.success) return { ...parsed.output, api: parsed.output.api.replace(/\/+$/, "") };
  const where = v.getDotPath(parsed.issues[0]);
  throw new CliError(`the outputs of stage ${stage} are not understood${where ? ` at ${where}` : ""}: deploy it again`);
}

function failure(error: unknown, stage: string, region: string, parameter: string): CliError {
  const { name, message } = error as Error;
  if (name === "ParameterNotFound")
    return new CliError(
      `there is no stage ${stage} in ${region}: deploy it with \`npx sst deploy --stage ${stage}\`, or name its region with DROPCLIP_REGION`,
    );
  if (name === "AccessDeniedException")
    return new CliError(
      `stage ${stage}: these AWS credentials may not read ${parameter} (ssm:GetParameter in ${region}): ${message}`,
    );
  return awsFailure(`stage ${stage}: Systems Manager`, error);
}
