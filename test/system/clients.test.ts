import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestCloud, testCloud } from "../support/cloud.ts";

const Bucket = "dropclip-uploads-dev";
const folder = mkdtempSync(join(tmpdir(), "dropclip-clients-"));
const file = join(folder, "60mb.bin");
const bytes = randomBytes(60 * 1024 ** 2);
let cloud: TestCloud;

beforeAll(async () => {
  writeFileSync(file, bytes);
  cloud = await testCloud();
});
afterAll(async () => {
  await cloud.dispose();
  rmSync(folder, { recursive: true });
});

const awsCli = (() => {
  try {
    execFileSync("aws", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("skipped: the aws CLI is not installed, its s3 cp is not checked");
    return false;
  }
})();

describe("the JavaScript SDK's managed upload", () => {
  it("sends 60 MB from a stream in parts", async () => {
    const { endpoints, region, credentials } = cloud;
    const client = new S3Client({ endpoint: endpoints.s3, region, credentials });
    const parts: number[] = [];
    const upload = new Upload({ client, params: { Bucket, Key: "managed", Body: createReadStream(file) } });
    upload.on("httpUploadProgress", ({ part }) => part && parts.push(part));
    const { ETag } = await upload.done();
    expect(ETag).toMatch(/^"[0-9a-f]{32}-12"$/);
    expect(parts).toHaveLength(12);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "managed" }));
    expect(bytes.equals(await Body!.transformToByteArray())).toBe(true);
    client.destroy();
  });
});

describe.runIf(awsCli)("the aws CLI", () => {
  it("copies 60 MB there and back", async () => {
    const { endpoints, region, credentials } = cloud;
    const env = {
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: region,
      AWS_CONFIG_FILE: "/dev/null",
    };
    const s3 = (...args: string[]) =>
      promisify(execFile)("aws", ["--endpoint-url", endpoints.s3, "s3", ...args], { env });
    await s3("cp", file, `s3://${Bucket}/cli/60mb.bin`);
    expect((await s3("ls", `s3://${Bucket}/cli/`)).stdout).toMatch(/62914560 60mb\.bin/);
    await s3("cp", `s3://${Bucket}/cli/60mb.bin`, join(folder, "back.bin"));
    expect(bytes.equals(readFileSync(join(folder, "back.bin")))).toBe(true);
  });
});
