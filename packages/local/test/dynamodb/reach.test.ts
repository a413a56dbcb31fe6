import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, it } from "vitest";
import { TestClock } from "../../src/clock.ts";
import { createDynamoDb } from "../../src/dynamodb/index.ts";
import { findIsolation } from "../../src/dynamodb/isolation.ts";
import { CredentialStore } from "../../src/gate/credentials.ts";
import { createGate } from "../../src/gate/index.ts";
import { createS3 } from "../../src/s3/index.ts";
import { ACCOUNT, REGION, testWorld } from "../lambda/support.ts";
import type { Answer } from "./attacker.ts";
import { items } from "./tables.ts";

const ATTACKER = fileURLToPath(new URL("./attacker.ts", import.meta.url));
const { PATH } = process.env;
const isolation = await findIsolation(tmpdir());
const cannotIsolate = isolation.kind === "address" ? ` (skipped: ${isolation.reason})` : "";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  process.env.PATH = PATH;
  for (const close of closing.splice(0).reverse()) await close();
});

/** The engine behind the real gate. */
async function start() {
  const directory = mkdtempSync(join(tmpdir(), "dropclip-reach-"));
  closing.push(() => rmSync(directory, { recursive: true, force: true }));
  let endpoint = "";
  const clock = new TestClock(Date.now());
  const world = Object.assign(testWorld({ directory, clock }), { endpoint: () => endpoint });
  closing.push(() => world.close());
  const dynamodb = await createDynamoDb({ world, tables: [items], engine: { kind: "dynoxide" } });
  closing.push(() => dynamodb.stop());
  const credentials = new CredentialStore({ directory, account: ACCOUNT, clock: world.clock });
  const s3 = createS3({ world, buckets: [], bus: { publish: () => undefined } });
  const gate = createGate({ world, credentials, s3, services: [dynamodb] });
  endpoint = await gate.listen(0);
  closing.push(() => gate.close());
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: credentials.operator() });
  closing.push(() => client.destroy());
  const pid = Number(readFileSync(join(directory, "dynamodb.pid"), "utf8"));
  return { directory, world, client, port: Number(new URL(endpoint).port), pid };
}

async function attack(): Promise<Answer[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [ATTACKER, String(process.pid)]);
  return JSON.parse(stdout);
}

const gave = (answers: Answer[]) => answers.filter(({ text }) => text.includes(`"${items.name}"`));

/** A machine with nothing but the commands the keeper cannot do without. */
function bareMachine(...more: string[]) {
  const bin = mkdtempSync(join(tmpdir(), "dropclip-bin-"));
  closing.push(() => rmSync(bin, { recursive: true, force: true }));
  for (const name of ["cat", ...more]) {
    const { stdout } = spawnSync("/bin/sh", ["-c", `command -v ${name}`], { env: { PATH }, encoding: "utf8" });
    symlinkSync(stdout.trim(), join(bin, name));
  }
  process.env.PATH = bin;
}

describe("the engine's port", () => {
  it.skipIf(cannotIsolate)(`gives its tables to nobody but through the gate${cannotIsolate}`, async () => {
    const { client, port, world } = await start();
    const answers = await attack();
    // The engine's own port was among those that were tried, and four ways each.
    expect(answers.filter((one) => one.port !== port).length).toBeGreaterThanOrEqual(4);
    expect(gave(answers)).toEqual([]);
    for (const { text } of answers.filter((one) => one.port === port))
      expect(text).toMatch(/Signature expired|Missing Authentication Token/);
    expect((await client.send(new ListTablesCommand())).TableNames).toEqual([items.name]);
    expect(world.logs).toEqual([
      { service: "dynamodb", level: "debug", message: expect.stringContaining("a network of its own (unshare") },
    ]);
  });

  it.skipIf(cannotIsolate || process.getuid?.() !== 0)(
    `is not entered by another user of this machine either${cannotIsolate || " (as root)"}`,
    async () => {
      const { pid, directory } = await start();
      const nobody = { uid: 65534, gid: 65534, encoding: "utf8" } as const;
      const entered = spawnSync("nsenter", [`--net=/proc/${pid}/ns/net`, "true"], nobody);
      expect(entered.status).not.toBe(0);
      expect(entered.stderr).toMatch(/Permission denied|Operation not permitted/);
      for (const file of ["dynamodb.db", "dynamodb.db-wal"])
        expect(statSync(join(directory, file)).mode & 0o077).toBe(0);
    },
  );

  it.skipIf(cannotIsolate)(`stays unreachable where only perl can set a network up${cannotIsolate}`, async () => {
    const ours = PATH!;
    bareMachine("unshare", "perl");
    // The places of `ip` are searched as well, so that it is tried and fails here.
    const masked = mkdtempSync(join(tmpdir(), "dropclip-masked-"));
    closing.push(() => rmSync(masked, { recursive: true, force: true }));
    mkdirSync(join(masked, "bin"));
    for (const name of ["ip", "ifconfig"]) symlinkSync("/bin/false", join(masked, "bin", name));
    process.env.PATH = `${join(masked, "bin")}:${process.env.PATH}`;
    const { client } = await start();
    process.env.PATH = ours;
    expect(gave(await attack())).toEqual([]);
    expect((await client.send(new ListTablesCommand())).TableNames).toEqual([items.name]);
  });

  it("is at an address drawn at each start where there are no namespaces, and the log says what remains", async () => {
    bareMachine();
    const hosts = [];
    for (const _ of [1, 2]) {
      const { world, client, port } = await start();
      const [engine, ...others] = new Set(gave(await attack()).map((one) => `${one.host}:${one.port}`));
      expect(others).toEqual([]);
      expect(engine).not.toContain(`:${port}`);
      expect(world.logs).toEqual([
        {
          service: "dynamodb",
          level: "warn",
          message: `the DynamoDB engine answers every user of this machine at http://${engine}, since it cannot have a network of its own (there is no unshare command)`,
        },
      ]);
      expect((await client.send(new ListTablesCommand())).TableNames).toEqual([items.name]);
      hosts.push(engine!.split(":")[0]);
      for (const close of closing.splice(1).reverse()) await close();
    }
    expect(hosts).not.toContain("127.0.0.1");
    expect(new Set(hosts).size).toBe(2);
  });
});
