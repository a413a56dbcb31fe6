import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CloudOptions } from "@dropclip/local/cloud";
import type { Cloud } from "@dropclip/synth/cloud";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everIn, MINUTE_MS, statesOf } from "../support/alarms.ts";
import { aws } from "../support/aws.ts";
import { type Api, apiOf, clip, signIn, type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { SharedClock } from "../support/shared-clock.ts";

/**
 * A stage with three mistakes, in one cloud whose functions go by the test's clock: photos cannot be written, deletions
 * cannot be carried out, MediaConvert takes jobs and never ends them; and fans who send what cannot be used. Then a
 * deployment that mends it.
 */

const QUARTER_MS = 15 * MINUTE_MS;
/** As many as a rate is taken from, and as one upload holds. */
const REFUSED = 20;
const SWEEP = "dropclip-sweep-dev";

const folder = mkdtempSync(join(tmpdir(), "dropclip-alarms-"));
const directory = join(folder, "data");
const clock = new SharedClock();
let cloud: TestCloud;
let before: TestCloud;
let read: Api;
let ids: Record<"photo" | "clip" | "deleted", string>;

beforeAll(async () => {
  const video = await clip(join(folder, "clip.mp4"), { seconds: 1, size: "160x120" });
  cloud = await begin({ adjust: mistaken, mediaConvertJobs: 0 });
  before = cloud;
  const [photo, sent] = [await cloud.send([await picture("photo.png")]), await cloud.send([video])];
  const { uploadId: deleted } = await cloud.send([await picture("other.png")]);
  ids = { photo: photo.uploadId, clip: sent.uploadId, deleted };
});
afterAll(async () => {
  await cloud?.dispose();
  clock.close();
  rmSync(folder, { recursive: true, force: true });
});

async function begin({ adjust = (facts) => facts, ...options }: Partial<CloudOptions> = {}) {
  const begun = await testCloud({ directory, clock, adjust: (facts) => adjust(clock.share(facts)), ...options });
  clock.underWay = begun.invocations;
  read = await begun.as("creative");
  return begun;
}

/** What a role may no longer do, by a part of its name. */
const TAKEN = { "publish-image": "s3:PutObject", "dropclip-settle": "dynamodb:GetItem" };

function mistaken(facts: Cloud): Cloud {
  const without = (role: Cloud["roles"][number]) => {
    const taken = Object.entries(TAKEN).find(([part]) => role.name.includes(part))?.[1];
    if (!taken) return role;
    const policies = JSON.parse(JSON.stringify(role.policies).replaceAll(`"${taken}"`, `"${taken}Gone"`));
    return { ...role, policies };
  };
  return { ...facts, roles: facts.roles.map(without) };
}

async function picture(name: string) {
  const made = sharp({ create: { width: 8, height: 8, channels: 3, background: "#123456" } });
  await made.png().toFile(join(folder, name));
  return join(folder, name);
}

/** Pictures by name only. */
function fakes() {
  return Array.from({ length: REFUSED }, (_, at) => {
    const file = join(folder, `fake-${at}.png`);
    writeFileSync(file, "no picture");
    return file;
  });
}

/** Time passes, a little at a time, until `check` holds: what is tried again waits by the cloud's clock. */
const inTime = (check: () => Promise<void>) =>
  eventually(async () => {
    await clock.advance(2000);
    await check();
  }, 400);

const sweeps = () => cloud.logs.filter(({ function: name, message }) => name === SWEEP && /^END /.test(message)).length;
/** Lets quarters of an hour pass, and each of their sweeps end. */
async function pass(quarters: number) {
  for (let quarter = 0; quarter < quarters; quarter++) {
    const ended = sweeps();
    await clock.advance(QUARTER_MS);
    await eventually(() => expect(sweeps()).toBeGreaterThan(ended));
  }
}

const raised = async () =>
  Object.entries(await statesOf(cloud, clock)).flatMap(([name, state]) => (state === "ALARM" ? [name] : []));

describe("the alarms of a stage with mistakes", () => {
  it("tell within minutes of what failed, and of what was refused", async () => {
    const { uploadId } = await cloud.send(fakes());
    await inTime(async () => expect(await status(uploadId)).toBe("rejected"));
    await inTime(async () => expect(await status(ids.photo)).toBe("failed"));
    await inTime(async () => expect(await raised()).toEqual(expect.arrayContaining(["failed", "refused"])));
  });

  it("tell of what does not end: jobs, deletions, and the events of these", async () => {
    expect((await cloud.call("DELETE", `/uploads/${ids.deleted}`)).status).toBe(204);
    await pass(8);
    expect(await raised()).toEqual(expect.arrayContaining(["dead-letters", "stuck", "unsettled"]));
    expect(everIn(cloud.logs, "ALARM")).toEqual(["dead-letters", "failed", "refused", "stuck", "unsettled"]);
  });

  it("are OK once a deployment has mended it, and the dead letters are dealt with", async () => {
    await cloud.stop();
    cloud = await begin();
    await inTime(async () => expect(await status(ids.clip)).toBe("complete"));
    await handleDeadLetters();
    await redrive();
    await inTime(async () => expect(await status(ids.photo)).toBe("complete"));
    await pass(3);
    const found = await statesOf(cloud, clock);
    for (const name of everIn(before.logs, "ALARM")) expect([name, found[name]]).toEqual([name, "OK"]);
    expect(await raised()).toEqual([]);
  });
});

/** The status of an upload's record. */
async function status(uploadId: string): Promise<string> {
  const { status: answered, body } = await read("GET", `/uploads/${uploadId}`);
  if (answered === 200) return body.status;
  // A token lives for a quarter of an hour.
  read = apiOf(cloud.api, await signIn(cloud, "creative"));
  throw new Error(`was answered ${answered}`);
}

/** Lets what failed go on, as `npx dropclip redrive` does. */
async function redrive() {
  const { states } = aws(cloud, clock);
  const stateMachineArn = cloud.facts.stateMachines[0]!.arn;
  const { executions } = await states("ListExecutions", { stateMachineArn, statusFilter: "FAILED" });
  for (const { executionArn } of executions) {
    const { input } = await states("DescribeExecution", { executionArn });
    if (input.includes(ids.photo)) await states("RedriveExecution", { executionArn });
  }
}

/** Reads and deletes them, as the runbook says: the sweep makes up for what they asked. */
async function handleDeadLetters() {
  const { sqs } = aws(cloud, clock);
  const { QueueUrl } = await sqs("GetQueueUrl", { QueueName: "dropclip-dead-letters-dev" });
  for (;;) {
    const { Messages = [] } = await sqs("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
    if (Messages.length === 0) return;
    for (const { ReceiptHandle } of Messages) await sqs("DeleteMessage", { QueueUrl, ReceiptHandle });
  }
}
