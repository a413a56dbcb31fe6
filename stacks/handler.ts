import { concurrency } from "./concurrency";

/**
 * Ways to find credentials that only a developer's machine has. Lambda gives a function its role's in the environment;
 * the SDK imports these only when it finds none there, so they need not be loaded at every cold start.
 */
const CREDENTIALS_ELSEWHERE = [
  "@aws-sdk/nested-clients/*",
  "@aws-sdk/credential-provider-http",
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-login",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@aws-sdk/token-providers",
  "@smithy/credential-provider-imds",
];

/** A function of the app; `file` stands below `packages/functions/src`. */
export const handler = (
  name: string,
  file: string,
  args: Omit<sst.aws.FunctionArgs, "handler" | "nodejs"> & { install?: string[] },
) => {
  const { install, ...rest } = args;
  const made = new sst.aws.Function(name, {
    handler: `packages/functions/src/${file}.handler`,
    architecture: "arm64",
    timeout: "30 seconds",
    memory: "512 MB",
    logging: { retention: "1 month" },
    concurrency: concurrency(name),
    nodejs: { ...(install ? { install } : {}), esbuild: { external: CREDENTIALS_ELSEWHERE } },
    ...rest,
  });
  all.push(made);
  return made;
};

const all: sst.aws.Function[] = [];
/** Log groups of the functions that were made so far. */
export const functionLogs = () => all.map(({ name }) => $interpolate`/aws/lambda/${name}`);

/**
 * For functions that decode pictures. Left alone, glibc keeps an arena for each of libvips's threads, and in them what
 * pixels took: with two arenas, and pixels outside of them, a warm function keeps half as much.
 */
export const DECODING = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: String(256 * 1024) };

/** For functions that write metrics: the stage is a dimension of them. */
export const measured = () => ({ STAGE: $app.stage });

/** An IAM policy document of these statements, as JSON. */
export const policy = (statements: aws.types.input.iam.GetPolicyDocumentStatementArgs[]) =>
  aws.iam.getPolicyDocumentOutput({ statements }).json;
