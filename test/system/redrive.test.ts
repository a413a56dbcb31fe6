import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { writeRunFile } from "@dropclip/cli";
import { systemClock } from "@dropclip/local/clock";
import type { Cloud, Role } from "@dropclip/synth/cloud";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { User } from "../../packages/cli/test/support/cli.ts";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";

const MINUTE = 60_000;

let cloud: TestCloud;
let operator: User;
let forget: () => void;
beforeEach(() => {
  operator = new User();
});
afterEach(async () => {
  forget();
  operator.leave();
  await cloud.dispose();
});

/** Starts the cloud so that the command line finds it. */
async function start(change: (facts: Cloud) => void, directory?: string) {
  cloud = await testCloud({
    ...(directory && { directory }),
    adjust: (facts) => {
      const changed = structuredClone(facts);
      change(changed);
      return changed;
    },
  });
  forget = writeRunFile(cloud);
}

/** The same cloud and its data, with nothing wrong any more. */
async function mend() {
  const { directory } = cloud;
  forget();
  await cloud.stop();
  await start(() => {}, directory);
}

/** Published pictures may not be written: the execution fails at once. */
const withoutPermission = ({ roles }: Cloud) => {
  const statements = roles.flatMap(({ policies }) => policies.flatMap(({ document }) => document.Statement));
  for (const statement of statements)
    if ([statement.Action].flat().includes("s3:PutObject") && JSON.stringify(statement.Resource).includes("images"))
      statement.Action = "s3:GetObjectAcl";
};

/** Published pictures go where nothing is: the execution tries again for a while. */
const withoutBucket = ({ functions }: Cloud) => {
  for (const fn of functions)
    if (fn.name.includes("publish-image")) fn.environment.IMAGES_BUCKET = "dropclip-nowhere-dev";
};

const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:dropclip-ingest-dev";
const EXECUTIONS = `${MACHINE.replace(":stateMachine:", ":execution:")}:*`;
/** As the help of the command has them. */
const PERMISSIONS = [
  ["states:ListStateMachines", "*"],
  ["states:ListExecutions", MACHINE],
  ["states:DescribeExecution", EXECUTIONS],
  ["states:RedriveExecution", EXECUTIONS],
] as const;

const OPERATOR: Role = {
  name: "operator",
  arn: "arn:aws:iam::123456789012:role/operator",
  maxSessionSeconds: 3600,
  trust: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::123456789012:root" } }],
  },
  policies: [
    {
      name: "redrive",
      document: {
        Version: "2012-10-17",
        Statement: PERMISSIONS.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource })),
      },
    },
  ],
};

async function photo() {
  const file = join(mkdtempSync(join(tmpdir(), "dropclip-")), "photo.png");
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: "#123456" } });
  writeFileSync(file, await picture.png().toBuffer());
  return file;
}

const run = (...args: string[]) => {
  const env = { ...operator.env, DROPCLIP_DIRECTORY: cloud.directory };
  return operator.run(args, { env, clock: systemClock });
};
const redrive = (...args: string[]) => run("redrive", ...args);
/** The record of an upload as operators read it. */
const record = async (...args: string[]) => (await run("uploads", "show", "--operator", ...args)).stdout;

/** Name, status and redrives of every execution, newest first. */
async function executions(): Promise<any[]> {
  const stateMachineArn = cloud.facts.stateMachines[0]!.arn;
  return (await aws(cloud).states("ListExecutions", { stateMachineArn })).executions;
}

describe("dropclip redrive", () => {
  it("completes an upload once the cause of its failure is mended, and others only when told to", async () => {
    await start(withoutPermission);
    const [first, second] = [await cloud.send([await photo()]), await cloud.send([await photo()])];
    for (const { uploadId } of [first, second]) expect((await cloud.ended(uploadId)).status).toBe("failed");
    const [why] = JSON.parse(await record(first.uploadId, "--json")).media;
    expect(why).toMatchObject({ mediaId: "image1", status: "failed", failure: { error: "AccessDenied" } });
    await mend();

    expect(await redrive(first.uploadId)).toEqual({
      code: 0,
      stderr: "",
      sleeps: [],
      stdout: `${first.uploadId}/image1  AccessDenied  redriven\n1 redriven\n`,
    });
    const { urls } = await cloud.completed(first.uploadId);
    expect((await fetch(urls.content)).status).toBe(200);
    // What it cost is for operators: neither fan nor creative read it.
    expect(await record(first.uploadId)).toMatch(/^status +complete\n.*\ncost +\$[\d.]+, \$[\d.]+ of it by prices/m);
    for (const name of ["fan", "creative"] as const) {
      const { body } = await (await cloud.as(name))("GET", `/uploads/${first.uploadId}`);
      expect(JSON.stringify(body)).not.toMatch(/cost|failure|AccessDenied/);
    }
    await eventually(async () =>
      expect((await executions()).map(({ status, redriveCount }) => [status, redriveCount])).toEqual([
        ["FAILED", 0],
        ["SUCCEEDED", 1],
      ]),
    );

    const run = await redrive("--since", "1h", "--json");
    expect(JSON.parse(run.stdout).executions).toMatchObject([{ uploadId: second.uploadId, outcome: "redriven" }]);
    await cloud.completed(second.uploadId);
    await eventually(async () =>
      expect((await executions()).map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]),
    );
    expect((await redrive("--all")).stdout).toBe("nothing failed that is to be redriven\n");
  });

  it("needs the permissions its help names, and no others", async () => {
    await start((facts) => {
      withoutPermission(facts);
      facts.roles.push(OPERATOR);
    });
    const { uploadId } = await cloud.send([await photo()]);
    await cloud.ended(uploadId);
    const { region, credentials, endpoints } = cloud;
    const sts = new STSClient({ region, credentials, endpoint: endpoints.s3 });
    const { Credentials: session } = await sts.send(
      new AssumeRoleCommand({ RoleArn: OPERATOR.arn, RoleSessionName: "mina" }),
    );
    const env = {
      ...operator.env,
      AWS_ACCESS_KEY_ID: session!.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: session!.SecretAccessKey,
      AWS_SESSION_TOKEN: session!.SessionToken,
    };
    const run = await operator.run(["redrive", "--all", "--endpoint", endpoints.states], { env, clock: systemClock });
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining("1 redriven") });
    const { grants } = cloud.access().roles.find(({ role }) => role === OPERATOR.arn)!;
    expect(grants.map(({ action, used }) => [action, used > 0])).toEqual(PERMISSIONS.map(([action]) => [action, true]));
  });

  it("says what fails again as it said it before", async () => {
    await start(withoutPermission);
    const { uploadId } = await cloud.send([await photo()]);
    await cloud.ended(uploadId);
    for (const count of [1, 2]) {
      expect((await redrive(uploadId)).stdout).toContain("AccessDenied  redriven");
      await eventually(async () =>
        expect(await executions()).toMatchObject([{ status: "FAILED", redriveCount: count }]),
      );
    }
    expect((await cloud.call("GET", `/uploads/${uploadId}`)).body.status).toBe("failed");
  });

  it("leaves alone what a later execution, as the sweep begins them, has completed", async () => {
    await start(withoutPermission);
    const { uploadId } = await cloud.send([await photo()]);
    await cloud.ended(uploadId);
    await mend();
    const [{ executionArn, stateMachineArn }] = await executions();
    const { input } = await aws(cloud).states("DescribeExecution", { executionArn });
    const name = `retry-4-${uploadId}-image1`;
    await aws(cloud).states("StartExecution", { stateMachineArn, name, input });
    await cloud.completed(uploadId);
    expect((await redrive("--all")).stdout).toBe("nothing failed that is to be redriven\n");
    expect((await executions()).find((one) => one.executionArn === executionArn)).toMatchObject({
      status: "FAILED",
      redriveCount: 0,
    });
  });

  it.each([
    ["redrive", 15 * MINUTE],
    ["begin anew", 12 * 60 * MINUTE],
  ])("is not disturbed by a sweep that was about to %s the same media", async (_what, laterMs) => {
    await start(withoutPermission);
    const { uploadId } = await cloud.send([await photo()]);
    await cloud.ended(uploadId);
    const { directory } = cloud;
    forget();
    await cloud.stop();
    // Redriven, it is under way for a while.
    await start(withoutBucket, directory);
    process.env.INGEST_ARN = cloud.facts.stateMachines[0]!.arn;
    const { MediaEntity } = await import("@dropclip/core/media.entity");
    if (laterMs > 15 * MINUTE) await MediaEntity.patch({ uploadId, mediaId: "image1" }).set({ retries: 3 }).go();
    expect((await redrive(uploadId)).stdout).toContain("1 redriven");
    const { sweep } = await import("@dropclip/functions/sweep");
    await sweep({ now: () => Date.now() + laterMs + MINUTE, id: () => "unused" });
    expect(await executions()).toMatchObject([{ status: "RUNNING", redriveCount: 1 }]);
    expect((await cloud.call("GET", `/uploads/${uploadId}`)).body.status).toBe("processing");
  });

  it("leaves alone what was stopped because its upload was deleted", async () => {
    await start(withoutBucket);
    const { uploadId } = await cloud.send([await photo()]);
    await eventually(async () =>
      expect((await cloud.call("GET", `/uploads/${uploadId}`)).body.status).toBe("processing"),
    );
    expect((await cloud.call("DELETE", `/uploads/${uploadId}`)).status).toBe(204);
    await eventually(async () => expect(await executions()).toMatchObject([{ status: "ABORTED" }]));
    expect(await redrive("--all")).toMatchObject({
      code: 0,
      stdout: "nothing failed that is to be redriven; left alone: 1 whose upload was deleted\n",
    });
    expect(await executions()).toMatchObject([{ status: "ABORTED", redriveCount: 0 }]);
  });
});
