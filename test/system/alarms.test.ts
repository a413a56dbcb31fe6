import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { type CloudOptions, type RunningCloud, startCloud } from "@dropclip/local/cloud";
import type { LogEntry } from "@dropclip/local/world";
import type { Cloud } from "@dropclip/synth/cloud";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everIn as everInLogs, MINUTE_MS, statesOf } from "../support/alarms.ts";
import { appClient } from "../support/app-client.ts";
import { aws } from "../support/aws.ts";
import { GRAPH, ROOT } from "../support/cloud.ts";
import { keep } from "../support/kept.ts";
import { SharedClock } from "../support/shared-clock.ts";

/**
 * Faults that need no function to run, in one cloud: its functions have no concurrency, its edge may not read the
 * bucket, its sign-ins are over their quota, and its schedules may invoke nothing. Each shows in the metric that AWS
 * has for it, and in the alarm on it; when it stops, the alarm is OK again.
 */

/** A rule beside the stage's own, the only one that the dead-letter queue's policy names. */
const KEPT = "kept";
let directory: string;
let cloud: RunningCloud;
const clock = new SharedClock();
const logs: LogEntry[] = [];
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "dropclip-alarms-"));
  cloud = await begin({ lambdaConcurrency: 0, cognitoQuotas: { userAuthentication: 0 }, adjust });
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await end();
  clock.close();
  rmSync(directory, { recursive: true, force: true });
});

async function begin(options: Partial<CloudOptions>) {
  const log = (entry: LogEntry) => logs.push(entry);
  const begun = await startCloud({ root: ROOT, graphFile: GRAPH, directory, port: 0, clock, log, ...options });
  clock.underWay = begun.invocations;
  return begun;
}

async function end() {
  if (cloud) keep(cloud);
  await cloud?.stop();
}

function adjust(facts: Cloud): Cloud {
  const sweepDue = facts.rules.find(({ schedule }) => schedule)!;
  const kept = { ...sweepDue, name: KEPT, arn: sweepDue.arn.replace(sweepDue.name, KEPT) };
  const { schedule, targets } = sweepDue;
  // All rules come due by the clock.
  const lost = facts.rules.map(({ pattern: _pattern, ...rule }) => ({ ...rule, schedule, targets }));
  const queues = lost.reduce(
    (text, { arn }) => text.replaceAll(`"${arn}"`, `"${kept.arn}"`),
    JSON.stringify(facts.queues),
  );
  return {
    ...facts,
    rules: [...lost, kept],
    queues: JSON.parse(queues),
    permissions: facts.permissions.filter(({ principal }) => principal !== "events.amazonaws.com"),
    functions: facts.functions.map(({ reservedConcurrency: _reserved, ...one }) => one),
    buckets: facts.buckets.map(({ policy: _policy, ...one }) => one),
  };
}

const config = () => ({
  endpoint: cloud.endpoints["cognito-idp"],
  region: cloud.region,
  credentials: cloud.credentials,
  maxAttempts: 1,
});

const states = () => statesOf(cloud, clock);

/** The alarms by name that were in `state` at some time. */
const everIn = (state: string) => everInLogs(logs, state);
/** A fault whose end the test can bring about. */
const MENDED = ["api-5xx", "edge-4xx", "sign-in", "throttled"];
/** The schedules go on failing. */
const LASTING = ["dead-letters", "events-lost"];

/** What users do in one minute while nothing works. */
async function suffer(minute: number) {
  const { routes } = cloud.facts.apis[0]!;
  const open = routes.find(({ authorizer, routeKey }) => !authorizer && routeKey.startsWith("GET "))!;
  const path = open.routeKey.slice("GET ".length).replaceAll(/\{[^}]+\}/g, "x");
  if (minute % 5 === 0) for (let call = 0; call < 10; call++) expect((await fetch(cloud.api + path)).status).toBe(503);
  if (minute % 15 === 0)
    for (let call = 0; call < 100; call++)
      expect((await fetch(`${cloud.cdn}/events/none/${call}.mp4`)).status).toBe(403);
  const cognito = new CognitoIdentityProvider({ ...config(), systemClockOffset: clock.now() - Date.now() });
  clients.push(cognito);
  const [pool] = cloud.facts.userPools;
  const signIn = cognito.adminInitiateAuth({
    ...{ UserPoolId: pool!.id, ClientId: appClient(cloud.facts).id, AuthFlow: "ADMIN_USER_PASSWORD_AUTH" },
    AuthParameters: { USERNAME: "fan@example.com", PASSWORD: "wrong" },
  });
  await expect(signIn).rejects.toMatchObject({ name: "TooManyRequestsException" });
}

describe("the alarms of a stage", () => {
  it("are OK while nothing happens", async () => {
    await clock.advance(2 * MINUTE_MS);
    expect(new Set(Object.values(await states()))).toEqual(new Set(["OK", "INSUFFICIENT_DATA"]));
    expect(everIn("ALARM")).toEqual([]);
  });

  it("tell of every fault that there is, and of nothing else", async () => {
    for (let minute = 0; minute < 31; minute++) {
      await suffer(minute);
      await clock.advance(MINUTE_MS);
    }
    const found = await states();
    for (const name of MENDED) expect([name, found[name]]).toEqual([name, "ALARM"]);
    await clock.advance(40 * MINUTE_MS);
    expect(everIn("ALARM")).toEqual([...MENDED, ...LASTING].sort());
  });

  it("are OK again once it is over", async () => {
    await clock.advance(40 * MINUTE_MS);
    const found = await states();
    for (const name of MENDED) expect([name, found[name]]).toEqual([name, "OK"]);
    // The sweep could not run once, as after a first deployment: nobody is told that it is silent.
    expect(found.stuck).toBe("INSUFFICIENT_DATA");
  });

  it("are all OK once a deployment has mended the rest, and the dead letters are dealt with", async () => {
    await end();
    logs.length = 0;
    cloud = await begin({ adjust: (facts) => clock.share(facts) });
    await clock.advance(MINUTE_MS);
    const { sqs } = aws(cloud, clock);
    await sqs("PurgeQueue", await sqs("GetQueueUrl", { QueueName: "dropclip-dead-letters-dev" }));
    // Two sweeps, and what was lost before is no longer in any period that is looked at.
    await clock.advance(31 * MINUTE_MS);
    const found = await states();
    for (const name of [...LASTING, "stuck"]) expect([name, found[name]]).toEqual([name, "OK"]);
    expect(Object.values(found)).not.toContain("ALARM");
  });
});
