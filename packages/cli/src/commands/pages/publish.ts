import { resolve } from "node:path";
import { Command } from "commander";
import { accountConfig, cloudConfig } from "../../aws/config.ts";
import { awsFailure } from "../../aws/failure.ts";
import type { Context } from "../../context.ts";
import { counted } from "../../format.ts";
import { dataDirectory, ROOT } from "../../paths.ts";
import { Screen } from "../../progress/screen.ts";
import { findCloud } from "../../start/run-file.ts";
import { type Outputs, readLocalOutputs, readOutputs } from "../../target/outputs.ts";
import { print } from "../common.ts";

interface Options {
  stage?: string;
  from?: string;
  json?: boolean;
}

const HELP = `
Files come first, index.html last: whenever it is cut off, the pages that were
there before are whole. What the new pages no longer name stays for 30 days, for
those who have the old ones open. Publish again after a deployment that changed
an address (another domain, another API).

Permissions, with --stage:
  ssm:GetParameter               on /dropclip/STAGE/outputs
  s3:ListBucket                  on dropclip-pages-STAGE (then its suffix, if any)
  s3:GetObject, s3:PutObject     on dropclip-pages-STAGE/*
  s3:GetObjectTagging,
  s3:PutObjectTagging            on dropclip-pages-STAGE/assets/*
  cloudfront:CreateInvalidation  on the distribution of the pages`;

export function publishCommand(context: Context): Command {
  return new Command("publish")
    .summary("build the pages and put them where they are served")
    .description("Builds the pages and puts them where they are served, with the addresses of the stage in them.")
    .option("--stage <name>", "a deployed stage, with your AWS credentials (default: the running local cloud)")
    .option("--from <folder>", "publish what was built there, as it is, and build nothing")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options) {
  const { signal } = context;
  const target = await findHosting(context, options.stage);
  // Load the AWS SDK, which the other commands need not wait for.
  const [{ buildSite }, { hostingOf }, { publish }, { readSite }] = await Promise.all([
    import("../../pages/build.ts"),
    import("../../pages/hosting.ts"),
    import("../../pages/publish.ts"),
    import("../../pages/site.ts"),
  ]);
  const hosting = hostingOf(target.outputs);
  if (!options.from) new Screen(context.stderr).line("building the pages …");
  const site = options.from ? readSite(resolve(options.from)) : await buildSite(ROOT, context);
  const published = await publish(site, { ...target, hosting, signal }).catch((error) => {
    signal.throwIfAborted();
    throw awsFailure(`the pages of stage ${hosting.stage}`, error);
  });
  print(context, options, published, () => {
    const { files, retired, pages } = published;
    const old = retired > 0 ? `, ${counted(retired, "old one")} to be removed in 30 days` : "";
    return `published ${counted(files, "file")}${old}\n  ${pages}/`;
  });
}

/** Where the pages of a stage, or of the running local cloud, go. */
async function findHosting(context: Context, stage: string | undefined) {
  if (stage === undefined) {
    const cloud = findCloud(dataDirectory(context));
    const config = cloudConfig(cloud);
    return { outputs: await readLocalOutputs(context, cloud), s3: config, cloudFront: config };
  }
  const outputs: Outputs = await readOutputs(context, stage);
  const s3 = accountConfig(context, "S3", outputs.region);
  return { outputs, s3, cloudFront: accountConfig(context, "CLOUDFRONT", outputs.region) };
}
