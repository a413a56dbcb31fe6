import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AwsConfig,
  accountConfig,
  CliError,
  type Context,
  cloudConfig,
  dataDirectory,
  findAuthority,
  freshSite,
  publishLocally,
  ROOT,
  readLocalOutputs,
  readOutputs,
  runningCloud,
} from "@dropclip/cli";
import { startCloud } from "@dropclip/local/cloud";

/** The deployment that is tested. */
export interface Target {
  /** Its name in messages. */
  name: string;
  api: string;
  cdn: string;
  /** Where the app's own pages are. */
  pages: string;
  /** Where Cognito's sign-in pages are. */
  signIn: string;
  /** The issuer of its users' tokens; ends with the user pool's id. */
  issuer: string;
  /** The app client's id in the user pool. */
  clientId: string;
  /** Credentials that may create users there. */
  cognito: AwsConfig;
  /** Its name in AWS, and credentials that may read its alarms and its records. */
  stage: string;
  cloudWatch: AwsConfig;
  dynamoDb: AwsConfig;
  /** Whether it is reached by HTTPS: everywhere except on this machine. */
  secure: boolean;
  polling: Polling;
  /** How long a browser waits for one thing on a page, in milliseconds. */
  pageMs: number;
  /** Stops what was started for this run. With `keep` the data stay; returns where they are. */
  stop(keep: boolean): Promise<string | undefined>;
}

/** How long background work may take, and how often to look, in milliseconds. */
export interface Polling {
  everyMs: number;
  limitMs: number;
}

const LOCAL: Polling = { everyMs: 200, limitMs: 2 * 60_000 };
/** EventBridge may take a minute, MediaConvert some minutes when its queue is long, CloudFront one. */
const AWS: Polling = { everyMs: 3_000, limitMs: 20 * 60_000 };

/** Long enough for a phone on a bad line, and for a machine that is busy. */
const PAGE_MS = 60_000;

type Surroundings = Pick<Context, "env" | "signal" | "clock" | "random">;
type Facts = Omit<Target, "secure" | "polling" | "pageMs" | "stop"> & Partial<Pick<Target, "stop">>;

function targetOf(facts: Facts): Target {
  const secure = facts.api.startsWith("https:");
  // A stage whose outputs point to this machine is the local cloud, too.
  const polling = secure ? AWS : LOCAL;
  return { ...facts, secure, polling, pageMs: PAGE_MS, stop: facts.stop ?? (async () => undefined) };
}

/** A deployed stage, from the outputs it has written. */
export async function stageTarget(around: Surroundings, stage: string): Promise<Target> {
  const outputs = await readOutputs(around, stage);
  const at = (service: string) => accountConfig(around, service, outputs.region);
  const aws = { cognito: at("COGNITO_IDENTITY_PROVIDER"), cloudWatch: at("CLOUDWATCH"), dynamoDb: at("DYNAMODB") };
  return targetOf({ ...outputs, ...aws, pages: pagesOf(outputs), name: `stage ${stage} at ${outputs.api}` });
}

function pagesOf({ pages, stage }: Awaited<ReturnType<typeof readOutputs>>): string {
  if (pages === undefined) throw new CliError(`stage ${stage} has no pages yet: deploy it again`);
  return pages;
}

/** The running local cloud, or an empty one that is started for this run. */
export async function localTarget(around: Surroundings, say: (line: string) => void): Promise<Target> {
  const cloud = await runningCloud(dataDirectory(around));
  // The file always names the CDN; its type tells only what other commands need.
  if (cloud) return cloudTarget(around, cloud as typeof cloud & { cdn: string });
  say("no local cloud is running: starting one for the occasion");
  const directory = mkdtempSync(join(tmpdir(), "dropclip-e2e-"));
  let stopping = false;
  const started = await startCloud({
    root: ROOT,
    graphFile: join(ROOT, "stacks/graph.json"),
    directory,
    port: 0,
    // What was watched is to be counted within this run.
    logDeliveryMs: 2_000,
    log: ({ service, level, message }) => {
      // Work that is still in progress at the stop fails, as expected.
      if (level === "error" && !stopping) say(`${service}: ${message}`);
    },
  }).catch((error: Error) => {
    rmSync(directory, { recursive: true, force: true });
    throw new CliError(error.message);
  });
  const site = await freshSite(ROOT, around);
  await publishLocally(started, site, around.signal);
  const stop = async (keep: boolean) => {
    stopping = true;
    await started.stop();
    if (keep) return `its data is kept: DROPCLIP_DIRECTORY=${directory} npm start`;
    rmSync(directory, { recursive: true, force: true });
    return undefined;
  };
  return cloudTarget(around, started, stop);
}

type Cloud = Parameters<typeof readLocalOutputs>[1] & { api: string; cdn: string };

/** The target of a running local cloud. */
export async function cloudTarget(around: Surroundings, cloud: Cloud, stop?: Target["stop"]): Promise<Target> {
  const { api, cdn } = cloud;
  const [authority, outputs] = await Promise.all([findAuthority({ api }, around), readLocalOutputs(around, cloud)]);
  const pages = pagesOf(outputs);
  const name = `the local cloud at ${api}`;
  const { stage, signIn } = outputs;
  const config = cloudConfig(cloud);
  const aws = { stage, cognito: config, cloudWatch: config, dynamoDb: config };
  return targetOf({ name, api, cdn, pages, signIn, ...authority, ...aws, ...(stop && { stop }) });
}
