import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { SEEDED_PASSWORD, SEEDED_USERS, type SeededName } from "@dropclip/cli/demo";
import { type Seeds, seed } from "@dropclip/cli/seed";
import { forget } from "@dropclip/functions/clients";
import { type CloudOptions, type RunningCloud, startCloud } from "@dropclip/local/cloud";
import type { LogEntry } from "@dropclip/local/world";
import { type Api, apiOf, sendFiles } from "../../e2e/index.ts";
import { eventually } from "./eventually.ts";
import { keep } from "./kept.ts";

export { type Api, apiOf, clip, ffprobe, generate, sendFiles } from "../../e2e/index.ts";

export const ROOT = join(import.meta.dirname, "../..");
export const GRAPH = join(ROOT, "stacks/graph.json");
const ENDED = ["complete", "partial", "rejected", "failed", "expired"];

export interface TestCloud extends RunningCloud {
  /** Everything logged since the start. */
  logs: LogEntry[];
  seeds: Seeds;
  /** The seeded fan's id. */
  fanId: string;
  /** The seeded creative's id: the demo event is theirs. */
  creativeId: string;
  /** The API as one of the seeded users. */
  as(name: SeededName): Promise<Api>;
  /** The API as the seeded fan. */
  call: Api;
  /** Sends files to an event as the seeded fan; the record as created. */
  send(files: string[], options?: { eventId?: string; call?: Api }): Promise<any>;
  /** Waits until the upload has ended; its record. */
  ended(uploadId: string): Promise<any>;
  /** Waits until the upload is complete, whatever it was before; its record. */
  completed(uploadId: string): Promise<any>;
  dispose(): Promise<void>;
}

/** A real local cloud from the project's graph, on free ports and a folder of its own, with the demo event. */
export async function testCloud(options: Partial<CloudOptions> = {}): Promise<TestCloud> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "dropclip-"));
  const logs: LogEntry[] = [];
  const cloud = await startCloud({
    root: ROOT,
    graphFile: GRAPH,
    directory,
    port: 0,
    // Long enough that a handler which counts on the edge forgetting at once is found out.
    invalidationMs: 1000,
    log: (entry) => logs.push(entry),
    ...options,
  });
  const seeds = await seed(cloud);
  stepIn(cloud);
  const apis = new Map<SeededName, Promise<Api>>();
  const as: TestCloud["as"] = (name) => {
    const known = apis.get(name) ?? signIn(cloud, name).then((token) => apiOf(cloud.api, token));
    apis.set(name, known);
    return known;
  };
  const call = await as("fan");
  const send: TestCloud["send"] = (files, { eventId, call: by = call } = {}) => sendFiles(by, files, eventId);
  const reach = async (uploadId: string, statuses: string[]) => {
    // The event's creative reads every upload to it.
    const read = await as("creative");
    let last: any;
    await eventually(async () => {
      last = (await read("GET", `/uploads/${uploadId}`)).body;
      if (!statuses.includes(last.status)) throw new Error(`still ${JSON.stringify(last)}`);
    }, 200);
    return last;
  };
  const ended: TestCloud["ended"] = (uploadId) => reach(uploadId, ENDED);
  const completed: TestCloud["completed"] = (uploadId) => reach(uploadId, ["complete"]);
  const stop = async () => {
    keep(cloud);
    await cloud.stop();
  };
  const dispose = async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  };
  const { fan, creative } = seeds.users;
  const whose = { fanId: fan.userId, creativeId: creative.userId };
  return { ...cloud, stop, logs, seeds, ...whose, as, call, send, ended, completed, dispose };
}

/**
 * Has handlers that a test calls in its own process work on this cloud, with what all functions are told and an
 * operator's rights.
 */
function stepIn({ facts, endpoints, cdn, pages, region, credentials }: RunningCloud) {
  Object.assign(process.env, ...facts.functions.map(({ environment }) => environment), {
    AWS_ENDPOINT_URL: endpoints.dynamodb,
    CDN_URL: cdn,
    PAGES_URL: pages,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  delete process.env.AWS_SESSION_TOKEN;
  forget();
}

/** Where a cloud is, as far as signing in needs to know. */
type Reachable = Pick<RunningCloud, "api" | "region" | "credentials" | "endpoints">;

/**
 * An access token of a seeded user, or of another one by their address and the same password, as an operator gets it.
 */
export async function signIn({ api, region, credentials, endpoints }: Reachable, name: string): Promise<string> {
  const { components } = (await (await fetch(`${api}/openapi.json`)).json()) as any;
  const { openIdConnectUrl, "x-clientId": ClientId } = components.securitySchemes.user;
  const UserPoolId = new URL(openIdConnectUrl).pathname.split("/")[1]!;
  const cognito = new CognitoIdentityProvider({ region, credentials, endpoint: endpoints.s3 });
  const USERNAME = SEEDED_USERS.find((user) => user.name === name)?.email ?? name;
  const { AuthenticationResult } = await cognito.adminInitiateAuth({
    UserPoolId,
    ClientId,
    AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME, PASSWORD: SEEDED_PASSWORD },
  });
  return AuthenticationResult!.AccessToken!;
}
