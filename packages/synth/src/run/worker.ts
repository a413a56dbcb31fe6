import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Graph, Resource } from "../graph.ts";
import { bundle } from "./bundle.ts";
import { createMocks } from "./mocks.ts";
import { loadPulumi, type Pulumi } from "./pulumi.ts";
import { LEFT_OUT, record } from "./record.ts";
import { startRpc } from "./rpc.ts";

/**
 * The child process of one synth: runs a config under Pulumi's mocks and sends the graph to its parent. It is a
 * process of its own because SST keeps the app, the stage and every component in globals.
 */

export interface Options {
  root: string;
  /** Absolute path of the config. */
  config: string;
  stage: string;
  dev: boolean;
  account: string;
  /** Contents of the Parameter Store before the run, by name. */
  parameters: Record<string, string>;
  /** The account's quotas where they differ from AWS's defaults. */
  quotas: Record<string, number>;
}
/** The message to the parent. */
export interface Result {
  graph?: Graph;
  /** Problems of the stacks, each in a sentence that needs no stack trace. */
  problems: string[];
  /** The thrown error, with its stack. */
  errors: string[];
}

/** The providers of a config, in the forms that SST accepts. */
type Providers = Record<string, string | boolean | (Record<string, any> & { region?: string })>;
interface App {
  name: string;
  home: string;
  providers?: Providers;
}
interface Bundle {
  config: { app(input: { stage: string }): App | Promise<App>; run(): Promise<unknown> };
  run(program: () => Promise<unknown>): Promise<Record<string, unknown>>;
}

const options: Options = JSON.parse(process.argv[2] ?? "{}");
const errors: string[] = [];
const fail = (error: unknown) => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (!errors.includes(text)) errors.push(text);
};
process.on("unhandledRejection", fail);
process.on("uncaughtException", fail);

const platform = path.join(options.root, ".sst/platform");
// Components zip under `paths.work`: two runs at once would overwrite each other's files in a shared folder.
mkdirSync(path.join(options.root, ".sst/synth"), { recursive: true });
const work = mkdtempSync(path.join(options.root, ".sst/synth/"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

main().catch((error) => {
  fail(error);
  send({ problems: [], errors });
});

async function main() {
  const pulumi = loadPulumi(platform);
  const { config, run } = await load();
  const { app, region } = await appOf(config);
  const { resources, problems } = record(pulumi.monitor.prototype, options.root);
  const rpc = await startRpc({ root: options.root, work, account: options.account, problems });
  Object.assign(process.env, { SST_SERVER: rpc.url, SST_AWS_REGION: region, AWS_REGION: region });

  await pulumi.runtime.setMocks(
    createMocks({ account: options.account, region, parameters: options.parameters, quotas: options.quotas, problems }),
    app.name,
    options.stage,
    false,
    "organization",
  );
  pulumi.runtime.setAllConfig(providerConfig(app.providers ?? {}));

  let outputs: Record<string, unknown> | undefined;
  let settled = false;
  pulumi.runtime
    .runInPulumiStack(() => run(() => config.run()))
    .then((result) => (outputs = result))
    .catch(fail)
    .finally(() => (settled = true));

  // As in a deployment, the program ends when nothing is left to wait for.
  process.once("beforeExit", () => {
    // A problem was usually thrown, too, but its own sentence explains it better.
    if (!errors.length && !problems.length) problems.push(...cycles(pulumi, settled));
    if (errors.length || problems.length) return send({ problems, errors });
    const { _protect, ...rest } = outputs ?? {};
    const { stage, dev, account } = options;
    const builds = rpc.builds.sort((a, b) => (a.functionID < b.functionID ? -1 : 1));
    const sorted = resources.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
    const graph = { version: 1, app: app.name, stage, dev, account, region, outputs: rest, builds, resources: sorted };
    send({ graph: graph as Graph, problems, errors });
  });
}

const sortKey = ({ type, name }: Resource) => `${type}\0${name}`;

/** Bundles and imports the config with the globals that the sst CLI would define. */
async function load(): Promise<Bundle> {
  const { root, dev, stage } = options;
  const paths = { home: path.join(work, "home"), root, work, platform };
  Object.assign(globalThis, {
    $dev: dev,
    $cli: { command: dev ? "dev" : "deploy", dev, rpc: "", paths, state: { version: {} } },
    $app: { name: "", stage },
  });
  // Inside the platform folder, so that the bundle's imports of @pulumi/pulumi find the instance that has the mocks.
  const outfile = path.join(platform, `synth.${process.pid}.mjs`);
  // Not earlier: Node reads the file again to map stack traces.
  process.on("exit", () => rmSync(outfile, { force: true }));
  await bundle({ root, config: options.config, outfile });
  return import(pathToFileURL(outfile).href);
}

/** The app and its home region; from here on components see both. */
async function appOf(config: Bundle["config"]): Promise<{ app: App; region: string }> {
  const app = {
    removal: "retain",
    protect: false,
    ...(await config.app({ stage: options.stage })),
    stage: options.stage,
  };
  if (app.home !== "aws") throw new Error(`the app's home is "${app.home}": synth knows "aws" only`);
  const given = app.providers?.aws;
  const aws: Record<string, any> =
    typeof given === "string" ? { version: given } : typeof given === "object" ? given : {};
  const tags = { ...aws.defaultTags?.tags, "sst:app": app.name, "sst:stage": options.stage };
  const region: string = aws.region ?? "us-east-1";
  app.providers = { ...app.providers, aws: { ...aws, region, defaultTags: { ...aws.defaultTags, tags } } };
  Object.assign(globalThis, { $app: app });
  return { app, region };
}

function providerConfig(providers: Providers): Record<string, string> {
  const entries = Object.entries(providers).flatMap(([name, value]) =>
    typeof value === "object"
      ? Object.entries(value)
          .filter(([key]) => key !== "package")
          .map(([key, setting]) => [`${name}:${key}`, typeof setting === "string" ? setting : JSON.stringify(setting)])
      : [],
  );
  return Object.fromEntries(entries);
}

/** An output that waits for itself never settles: outputs still open when the event loop is empty form the cycle. */
function cycles(pulumi: Pulumi, settled: boolean): string[] {
  const [leaked] = pulumi.leakedPromises();
  if (settled && !leaked.size) return [];
  const stuck = [...leaked].flatMap(({ _debugCtx }) => {
    const [, name, type] = /resource:([^[\]]+)\[([^\]]+)\]/.exec(_debugCtx ?? "") ?? [];
    return name && type && !LEFT_OUT.has(type) ? [`${type} ${name}`] : [];
  });
  const names = [...new Set(stuck)].sort();
  return [`dependency cycle: these wait for each other: ${names.join(", ") || "outputs of the config's run()"}`];
}

function send(result: Result) {
  process.exitCode = result.graph ? 0 : 1;
  process.send?.(result, undefined, undefined, () => process.exit());
}
