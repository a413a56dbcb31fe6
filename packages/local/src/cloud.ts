import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cloud as cloudOf } from "@dropclip/synth/cloud-from-graph";
import { parseGraph } from "@dropclip/synth/graph";
import { createAccess } from "./access/index.ts";
import { createControl } from "./apigateway/api/index.ts";
import { createHttpApi } from "./apigateway/index.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { CloudOptions } from "./cloud-options.ts";
import { createCloudFront } from "./cloudfront/index.ts";
import { takeEmbedded } from "./cloudwatch/emf.ts";
import { createCloudWatch } from "./cloudwatch/index.ts";
import { createMetrics } from "./cloudwatch/metrics/sink.ts";
import { checkIssuers, createCognito } from "./cognito/index.ts";
import { checkDatabase, Inventory, prepareDirectory } from "./disk/directory.ts";
import { Disk } from "./disk/disk.ts";
import { StorageError } from "./disk/fault.ts";
import { createDynamoDb } from "./dynamodb/index.ts";
import { createEvents } from "./events/index.ts";
import { findFfmpeg } from "./ffmpeg.ts";
import { CredentialStore } from "./gate/credentials.ts";
import { createGate } from "./gate/index.ts";
import { createIamApi } from "./iam/api/index.ts";
import { createIam } from "./iam/index.ts";
import { createLambda } from "./lambda/index.ts";
import { bucketUrl, localApi, localPool, portsOf } from "./local-addresses.ts";
import { lockDirectory } from "./lock.ts";
import { createLogs } from "./logs/index.ts";
import { createMediaConvert } from "./mediaconvert/index.ts";
import { type RunningCloud, SERVICES } from "./running-cloud.ts";
import { createS3 } from "./s3/index.ts";
import { Settings } from "./settings.ts";
import { createSns } from "./sns/index.ts";
import { createSqs } from "./sqs/index.ts";
import { createSsm } from "./ssm/index.ts";
import { createStates } from "./states/index.ts";
import { Stopping } from "./stopping.ts";
import { Store } from "./store.ts";
import { createSts } from "./sts/index.ts";
import type { LogEntry, World } from "./world.ts";

export type { CloudOptions } from "./cloud-options.ts";
export type { RunningCloud } from "./running-cloud.ts";

const DEFAULT_PORT = 4100;
const SWEEP_MS = 60 * 60 * 1000;
/** How soon a disk that is full, or has room again, is noticed. In real time: no test clock fills a disk. */
const DISK_CHECK_MS = 1000;
/** Feedback a person sees moving. */
const PROGRESS_MS = 1000;

/**
 * Starts the AWS the graph describes, on loopback only. Errors are one clear line: a damaged graph or data directory, a
 * busy port, a missing ffmpeg, another cloud on the same data.
 */
export async function startCloud(options: CloudOptions): Promise<RunningCloud> {
  const { root, graphFile, directory, clock = systemClock, builds = process.env.DROPCLIP_BUILDS } = options;
  const read = cloudOf(parseGraph(readGraph(graphFile), graphFile));
  const facts = options.adjust?.(read) ?? read;
  const ffmpeg = findFfmpeg();
  const ownDatabases = engine().kind === "dynoxide" ? ["dynamodb.db"] : [];
  prepareDirectory(directory);
  const unlock = lockDirectory(directory);
  const stopping = new Stopping(unlock);
  const stop = () => stopping.stop();
  // An error of work that the stop breaks off is not logged: the next start continues it.
  const log = (entry: LogEntry) => {
    if (!stopping.begun) options.log(entry);
  };
  try {
    if (options.fresh) empty(directory);
    checkDatabase(directory);
    return { ...(await start()), stop };
  } catch (error) {
    await stop();
    throw error;
  }

  async function start() {
    const disk = new Disk({ directory, log, ...options.disk });
    disk.guard(directory);
    const store = openStore(join(directory, "cloud.db"), disk);
    stopping.afterwards(() => store.close());
    stopping.first(() => store.freeze());
    const inventory = new Inventory(store, directory);
    inventory.check("s3", ...ownDatabases);
    const credentials = new CredentialStore({ directory, account: facts.account, clock });
    const iam = createIam({ ...facts, clock, log });
    let endpoint = "";
    const metrics = createMetrics({ store, clock, region: facts.region });
    stopping.together(() => metrics.stop());
    const settings = new Settings(facts.settings);
    const world: World = {
      account: facts.account,
      region: facts.region,
      clock,
      store,
      directory,
      log,
      metrics,
      uuid: randomUUID,
      assumeRole: (roleArn, sessionName, service) => {
        const caller = { kind: "service", arn: service, accountId: facts.account, service } as const;
        iam.assumeRole(caller, roleArn, { sessionName });
        return credentials.assumeRole(roleArn, sessionName);
      },
      actAs: (service, sourceArn) => credentials.actAs(service, sourceArn),
      endpoint: () => endpoint,
      authorize: iam.authorize,
    };
    const urls = new Map<string, string>();
    const localise = (value: string) => {
      for (const [deployed, local] of urls) value = value.replaceAll(deployed, local);
      return value;
    };

    const sqs = createSqs({ world, queues: facts.queues });
    stopping.together(() => sqs.stop());
    const lambda = createLambda({
      world,
      functions: facts.functions,
      permissions: facts.permissions,
      root,
      localise,
      queues: sqs,
      builds,
      embedded: (text, functionName) => takeEmbedded(world, metrics, text, functionName),
      ...(options.lambdaConcurrency !== undefined && { concurrency: options.lambdaConcurrency }),
    });
    stopping.together(() => lambda.stop());
    const cognito = createCognito({ world, pools: facts.userPools, lambda, quotas: options.cognitoQuotas, settings });
    stopping.together(() => cognito.stop());
    const events = createEvents({ world, rules: facts.rules, lambda, states: () => states, queues: sqs });
    stopping.together(() => events.stop());
    const s3 = createS3({ world, buckets: facts.buckets, bus: events, localise, settings });
    stopping.together(() => s3.stop());
    const mediaConvert = createMediaConvert({
      world,
      bus: events,
      objects: s3.files,
      iam,
      roles: facts.roles,
      ...ffmpeg,
      updateEveryMs: options.progressMs ?? PROGRESS_MS,
      limits: options.mediaConvertJobs === undefined ? {} : { jobs: options.mediaConvertJobs },
    });
    stopping.together(() => mediaConvert.stop());
    const states = createStates({
      world,
      bus: events,
      machines: facts.stateMachines,
      lambda,
      jobs: mediaConvert,
    });
    stopping.together(() => states.stop());
    const dynamoDb = await createDynamoDb({ world, tables: facts.tables, engine: engine(), settings });
    stopping.afterwards(() => dynamoDb.stop());
    const cloudFront = createCloudFront({
      world,
      distributions: facts.distributions,
      settings,
      invalidationMs: options.invalidationMs,
      logs: s3.logs,
      logDeliveryMs: options.logDeliveryMs,
    });
    stopping.together(() => cloudFront.stop());

    const sns = createSns({ world, topics: facts.topics });
    const cloudWatch = createCloudWatch({
      world,
      metrics,
      alarms: facts.alarms,
      bus: events,
      topics: sns,
      settings,
      measure: () => sqs.measure(),
    });
    stopping.together(() => cloudWatch.stop());

    const longest = new Map(facts.roles.map(({ arn, maxSessionSeconds }) => [arn, maxSessionSeconds]));
    const sts = createSts({ world, iam, credentials, maxSessionSeconds: (arn) => longest.get(arn) });
    const ssm = createSsm({ world, parameters: facts.parameters, localise });
    const logs = createLogs({ world, functions: facts.functions, recent: lambda.recent, settings });
    const access = createAccess(world, iam);
    const { roles, managedPolicies } = facts;
    const iamApi = createIamApi({ world, roles, managedPolicies, lastUse: iam.lastUse });
    const control = createControl({ world, settings, localise });
    const services = [
      ...[sqs, lambda, events, mediaConvert, states, dynamoDb, cloudFront, cloudWatch],
      ...[sts, cognito, ssm, logs, access, iamApi, control, sns],
    ];
    const gate = createGate({ world, credentials, s3, services, trouble: options.trouble });
    stopping.together(() => gate.close());
    // The API comes last: what it is asked starts functions, which need to know where everything else is.
    const ports = portsOf(facts, options.port ?? DEFAULT_PORT);
    endpoint = await gate.listen(ports.gate).catch(busyPort);
    for (const { name } of facts.buckets) urls.set(bucketUrl(facts, name), `${endpoint}/${name}`);
    // Before what has to know the pages' own address: sign-in leads back there, API and uploads let them in.
    const [cdn = "", pages = ""] = await listenAll(facts.distributions, ports.distributions, async (one, port) => {
      const url = await cloudFront.listen(one.id, port);
      urls.set(`https://${one.domainName}`, url);
      return url;
    });
    const [signIn = ""] = await listenAll(facts.userPools, ports.userPools, async (one, port) => {
      const { issuer, domain } = await cognito.listen(localPool(one, localise), port);
      urls.set(one.issuer, issuer);
      if (one.domain) urls.set(one.domain.url, domain);
      return domain;
    });
    const [api = ""] = await listenAll(facts.apis, ports.apis, async (one, port) => {
      checkIssuers(facts.userPools, one.routes);
      const local = localApi(one, localise);
      const http = createHttpApi({ world, api: local, lambda, verifyToken: cognito.verifyToken });
      stopping.together(() => http.stop());
      const url = await http.listen(port);
      urls.set(one.endpoint, url);
      return url;
    });

    inventory.keep("s3", ...ownDatabases);
    const checks = setInterval(() => disk.check(), DISK_CHECK_MS);
    stopping.together(() => clearInterval(checks));
    disk.check();
    // Only now can what was under way reach the other services.
    lambda.resume();
    mediaConvert.resume();
    states.resume();
    events.start();
    cloudWatch.start();
    const sweep = async () => {
      s3.sweep();
      cognito.sweep();
      cloudWatch.sweep();
      await dynamoDb.sweep();
    };
    stopping.together(every(clock, SWEEP_MS, sweep, log));
    const endpoints = Object.fromEntries(SERVICES.map((name) => [name, endpoint])) as RunningCloud["endpoints"];
    const { accessKeyId, secretAccessKey } = credentials.operator();
    return {
      stage: facts.stage,
      api,
      cdn,
      pages,
      issuer: urls.get(facts.userPools[0]?.issuer ?? "") ?? "",
      signIn,
      region: facts.region,
      credentials: { accessKeyId, secretAccessKey },
      endpoints,
      directory,
      facts,
      access: access.report,
      metrics: () => metrics.store.listAll(),
      invocations: lambda.underWay,
      lost: disk.lost,
      sweep,
      async rotateKeys() {
        for (const { id } of facts.userPools) await cognito.rotateKeys(id);
      },
    };
  }
}

function readGraph(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(
      `cannot read the graph ${file}: ${(error as NodeJS.ErrnoException).code}. Run \`npm run synth\` to write it.`,
    );
  }
}

/** The files that services keep, by name: a data directory named by mistake loses nothing else. */
const KEPT = [
  "cloud.db",
  "dynamodb.db",
  "s3",
  "mediaconvert",
  "lambda",
  "logs",
  "edge",
  "spare",
  "probe",
  "credentials.json",
  "cognito.json",
];

function empty(directory: string) {
  // SQLite keeps its journal in files beside the database.
  for (const name of KEPT)
    for (const suffix of name.endsWith(".db") ? ["", "-wal", "-shm", "-journal"] : [""])
      rmSync(join(directory, name + suffix), { recursive: true, force: true });
}

function openStore(file: string, disk: Disk): Store {
  try {
    return new Store(file, disk);
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw new Error(
      `${file} cannot be opened (${(error as Error).message}). Start with --fresh, which deletes all local data.`,
    );
  }
}

/** Any DynamoDB-compatible engine of this machine may be named instead of the one that is installed. */
function engine(): Parameters<typeof createDynamoDb>[0]["engine"] {
  const url = process.env.DROPCLIP_DYNAMODB_ENDPOINT;
  return url ? { kind: "endpoint", url } : { kind: "dynoxide" };
}

/** Listens for each, at the port of the same place (0: any); their URLs. */
async function listenAll<T>(all: T[], ports: number[], listen: (one: T, port: number) => Promise<string>) {
  const urls: string[] = [];
  for (const [index, one] of all.entries()) urls.push(await listen(one, ports[index]!).catch(busyPort));
  return urls;
}

function busyPort(error: NodeJS.ErrnoException & { port?: number }): never {
  if (error.code !== "EADDRINUSE") throw error;
  throw new Error(`port ${error.port} is in use: stop the program that uses it, or choose another port with --port`);
}

/**
 * Runs `work` again and again until the returned function is called; an error is logged, and the next turn tries again.
 */
function every(clock: Clock, ms: number, work: () => Promise<void>, log: CloudOptions["log"]) {
  const ended = new AbortController();
  const loop = async () => {
    for (;;) {
      await clock.sleep(ms, ended.signal);
      await work().catch((error: Error) => log({ service: "cloud", level: "error", message: error.message }));
    }
  };
  void loop().catch(() => {
    // Ended by the signal.
  });
  return () => ended.abort();
}
