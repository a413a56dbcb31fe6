import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { DEMO_EVENT_ID, SEEDED_PASSWORD } from "@dropclip/cli/demo";
import { seed } from "@dropclip/cli/seed";
import { type RunningCloud, startCloud } from "@dropclip/local/cloud";
import type { Cloud } from "@dropclip/synth/cloud";
import { type Api, apiOf, GRAPH, ROOT, signIn } from "../test/support/cloud.ts";
import { bundle } from "./bundle.ts";

const CALLS = 200;
/** By this many calls the functions' code is compiled, as on a server that has run for a while. */
const WARM_UP = 400;
/** Enough users that none reaches the per-user call limits, which are not measured here. */
const USERS = 8;
const SIGN_PARTS = 100;
const SIGNINGS = 20;
const INITS = 9;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const round = (value: number, digits = 1) => Number(value.toFixed(digits));

/** The graph with one more route, behind the same gateway and authorizer: a bare handler. */
function withBare(cloud: Cloud): Cloud {
  const api = cloud.apis[0]!;
  const like = cloud.functions.find(({ handler }) => handler.endsWith("api/uploads.handler"))!;
  const bare = { ...like, name: "bare", arn: like.arn.replace(like.name, "bare"), handler: "bench/bare.handler" };
  const route = api.routes.find(({ routeKey }) => routeKey === "POST /uploads/{uploadId}/sign")!;
  const routes = [...api.routes, { ...route, routeKey: "POST /bare", functionArn: bare.arn }];
  const permission = {
    functionArn: bare.arn,
    principal: "apigateway.amazonaws.com",
    action: "lambda:InvokeFunction",
  };
  return {
    ...cloud,
    apis: [{ ...api, routes }],
    functions: [...cloud.functions, bare],
    permissions: [...cloud.permissions, permission],
  };
}

async function ms(work: () => Promise<{ status: number; body: any }>, status: number) {
  const began = performance.now();
  const answer = await work();
  if (answer.status !== status) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return { ms: performance.now() - began, body: answer.body };
}

/** The API, called by a fan of that name. */
async function fan(cloud: RunningCloud, name: string): Promise<Api> {
  const cognito = new CognitoIdentityProvider({
    region: cloud.region,
    credentials: cloud.credentials,
    endpoint: cloud.endpoints.s3,
  });
  const UserPoolId = cloud.issuer.slice(cloud.issuer.lastIndexOf("/") + 1);
  const user = { UserPoolId, Username: `${name}@example.com` };
  await cognito.adminCreateUser({ ...user, MessageAction: "SUPPRESS" });
  await cognito.adminSetUserPassword({ ...user, Password: SEEDED_PASSWORD, Permanent: true });
  await cognito.adminAddUserToGroup({ ...user, GroupName: "fan" });
  return apiOf(cloud.api, await signIn(cloud, user.Username));
}

/** Measures creating an upload and signing its file against a handler that does nothing, and signing many parts. */
export async function api() {
  const directory = mkdtempSync(join(tmpdir(), "dropclip-bench-api-"));
  const cloud = await startCloud({ root: ROOT, graphFile: GRAPH, directory, port: 0, log: () => {}, adjust: withBare });
  try {
    await seed(cloud);
    const callers = await Promise.all(Array.from({ length: USERS }, (_, index) => fan(cloud, `bench-${index}`)));
    const both: number[] = [];
    const bare: number[] = [];
    const one = async (call: Api) => {
      const files = [{ name: "photo.jpg", bytes: 1_000_000 }];
      const created = await ms(() => call("POST", `/events/${DEMO_EVENT_ID}/uploads`, { files }), 201);
      const what = { mediaId: "image1", operation: "PutObject" };
      const signed = await ms(() => call("POST", `/uploads/${created.body.uploadId}/sign`, what), 200);
      const { ms: nothing } = await ms(() => call("POST", "/bare", what), 200);
      return { both: created.ms + signed.ms, nothing };
    };
    for (let index = 0; index < WARM_UP; index++) await one(callers[index % callers.length]!);
    for (let index = 0; index < CALLS; index++) {
      const times = await one(callers[index % callers.length]!);
      both.push(times.both);
      bare.push(times.nothing);
    }
    return {
      // Measures two calls against two others.
      createAndSignToBareP50: round(median(both) / (2 * median(bare)), 2),
      createAndSignMsP50: round(median(both)),
      bareMsP50: round(median(bare)),
    };
  } finally {
    await cloud.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * CPU time of signing `SIGN_PARTS` parts in one call, in milliseconds; the size and load time of each API function's
 * bundle.
 */
export async function functions() {
  const folder = mkdtempSync(join(tmpdir(), "dropclip-bench-bundles-"));
  try {
    const graph = JSON.parse(readFileSync(GRAPH, "utf8"));
    const builds = graph.builds.filter(({ handler }: any) => handler.includes("/api/"));
    const bundles: Record<string, { kb: number; initMs: number }> = {};
    for (const { handler, external } of builds) {
      const name = /api\/(\w+)\.handler$/.exec(handler)![1]!;
      const file = join(folder, `${name}.mjs`);
      bundle(handler.replace(/\.handler$/, ".ts"), file, external);
      bundles[name] = { kb: round(statSync(file).size / 1000, 0), initMs: round(median(inits(file)), 0) };
    }
    return { sign100PartsCpuMs: round(await signing()), bundles };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Time to load the bundle in a fresh process, in milliseconds: Lambda's init phase. */
function inits(file: string): number[] {
  const code = `const t = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - t)`;
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: "us-east-1",
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    UPLOADS_TABLE: "u",
    EVENTS_TABLE: "e",
    COLLECTIONS_TABLE: "c",
  };
  return Array.from({ length: INITS }, () =>
    Number(execFileSync(process.execPath, ["--input-type=module", "-e", code], { env, encoding: "utf8" })),
  );
}

async function signing(): Promise<number> {
  process.env.AWS_REGION ??= "us-east-1";
  const { Signer } = await import("@dropclip/functions/signer");
  const credentials = { accessKeyId: "ASIABENCH", secretAccessKey: "secret", sessionToken: "t".repeat(800) };
  const signer = Signer.signerOf(credentials);
  const calls = Array.from({ length: SIGN_PARTS }, (_, index) => ({
    method: "PUT" as const,
    bucket: "dropclip-uploads-dev",
    key: "events/e/uploads/f/u/video.mp4",
    query: { uploadId: "u".repeat(100), partNumber: String(index + 1) },
    contentLength: 8_388_608,
  }));
  const times: number[] = [];
  for (let index = 0; index < SIGNINGS; index++) {
    const began = process.cpuUsage();
    await Signer.presignAll(signer, calls, new Date());
    const { user, system } = process.cpuUsage(began);
    times.push((user + system) / 1000);
  }
  return median(times);
}
