import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "@dropclip/synth/cloud";
import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../../../../test/support/eventually.ts";
import { findDynoxide } from "../../src/dynamodb/dynoxide.ts";
import { createDynamoDb, type DynamoDbOptions } from "../../src/dynamodb/index.ts";
import { findIsolation } from "../../src/dynamodb/isolation.ts";
import { cannotMount, SmallDisk } from "../disk/tmpfs.ts";
import { testGate, testWorld } from "../lambda/support.ts";
import { items } from "./tables.ts";

const isolation = await findIsolation(tmpdir());
const cannotIsolate = isolation.kind === "address" ? ` (skipped: ${isolation.reason})` : "";
const KEEPER = fileURLToPath(new URL("./keeper.ts", import.meta.url));
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "dropclip-engine-"));
  closing.push(async () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function open(
  directory: string,
  tables: Table[] = [items],
  engine: DynamoDbOptions["engine"] = { kind: "dynoxide" },
) {
  const world = testWorld({ directory });
  const dynamodb = await createDynamoDb({ world, tables, engine });
  const gate = await testGate(dynamodb);
  const client = new DynamoDBClient({ ...gate.client, maxAttempts: 5 });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    client.destroy();
    await gate.close();
    await dynamodb.stop();
    world.close();
  };
  closing.push(close);
  return { world, client, close };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const enginePid = (directory: string) => Number(readFileSync(join(directory, "dynamodb.pid"), "utf8"));
const put = (client: DynamoDBClient, pk: string) =>
  client.send(new PutItemCommand({ TableName: "items", Item: { pk: { S: pk } } }));
const has = async (client: DynamoDBClient, pk: string) =>
  (await client.send(new GetItemCommand({ TableName: "items", Key: { pk: { S: pk } } }))).Item !== undefined;

function alive(pid: number) {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** The engine's sibling that opens connections to it. */
function dialerOf(engine: number): number {
  const keeper = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${engine}/status`, "utf8"))![1];
  const siblings = readFileSync(`/proc/${keeper}/task/${keeper}/children`, "utf8").trim().split(" ").map(Number);
  return siblings.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("dialer"))!;
}

describe("the engine", () => {
  it("keeps its data over a stop and leaves no process behind", async () => {
    const directory = newDirectory();
    const first = await open(directory);
    await put(first.client, "a");
    const pid = enginePid(directory);
    await first.close();
    expect(alive(pid)).toBe(false);
    const second = await open(directory);
    expect(await has(second.client, "a")).toBe(true);
  });
  it("is started again when it dies, with everything it acknowledged", async () => {
    const directory = newDirectory();
    const { client, world } = await open(directory);
    await put(client, "a");
    process.kill(enginePid(directory), "SIGKILL");
    await eventually(() => expect(world.logs.at(-1)?.message).toContain("starting it again"));
    expect(await has(client, "a")).toBe(true);
    await put(client, "b");
  });
  it.skipIf(cannotIsolate)(`is started again when what connects us with it dies${cannotIsolate}`, async () => {
    const directory = newDirectory();
    const { client, world } = await open(directory);
    await put(client, "a");
    const engine = enginePid(directory);
    process.kill(dialerOf(engine), "SIGKILL");
    await eventually(() => expect(world.logs.at(-1)?.message).toContain("starting it again"));
    expect(alive(engine)).toBe(false);
    expect(await has(client, "a")).toBe(true);
  });
  it("dies with a local cloud that is killed, and every acknowledged write is there afterwards", async () => {
    const directory = newDirectory();
    const keeper = spawn(process.execPath, [KEEPER, directory], { stdio: ["ignore", "pipe", "inherit"] });
    let acknowledged = -1;
    for await (const line of createInterface({ input: keeper.stdout })) {
      acknowledged = Number(line);
      if (acknowledged >= 100) break;
    }
    const pid = enginePid(directory);
    expect(alive(pid)).toBe(true);
    const gone = once(keeper, "exit");
    keeper.kill("SIGKILL");
    await gone;
    await eventually(() => expect(alive(pid)).toBe(false));
    const { client } = await open(directory);
    const { Items } = await client.send(new ScanCommand({ TableName: "items" }));
    const found = new Set(Items!.map(({ pk }) => Number(pk!.S)));
    expect(Array.from({ length: acknowledged + 1 }, (_, n) => n).filter((n) => !found.has(n))).toEqual([]);
  });
  it.skipIf(cannotMount)(
    `says what is wrong on a full disk, and goes on when there is room${cannotMount}`,
    async () => {
      const small = new SmallDisk(16);
      closing.push(async () => small.unmount());
      const { world, client } = await open(small.directory);
      await put(client, "before");
      small.fill();
      const long = { pk: { S: "long" }, text: { S: "x".repeat(200_000) } };
      const write = () => client.send(new PutItemCommand({ TableName: "items", Item: long }));
      await expect(write()).rejects.toMatchObject({
        name: "InternalServerError",
        message: expect.stringMatching(/cannot be written \(database or disk is full\)/),
      });
      expect(world.store.disk.look()).toMatch(/database or disk is full/);
      expect(await has(client, "before")).toBe(true);
      expect(await has(client, "long")).toBe(false);
      small.empty();
      await write();
      expect(await has(client, "long")).toBe(true);
    },
  );
  it("may be one that runs already", async () => {
    const directory = newDirectory();
    const port = await freePort();
    const serve = ["serve", "--port", String(port), "--db-path", join(directory, "own.db")];
    const own = spawn(findDynoxide(), serve, { stdio: "ignore" });
    closing.push(async () => {
      own.kill("SIGKILL");
      await once(own, "exit");
    });
    const url = `http://127.0.0.1:${port}`;
    await eventually(() => expect(fetch(url)).resolves.toBeDefined());
    const { client } = await open(newDirectory(), [items], { kind: "endpoint", url });
    await put(client, "there");
    expect(await has(client, "there")).toBe(true);
  });
  it.each(["https://dynamodb.us-east-1.amazonaws.com", "not a url"])("is never %s", async (url) => {
    await expect(open(newDirectory(), [items], { kind: "endpoint", url })).rejects.toThrow(`not ${url}`);
  });
  it("that is missing for this machine gets one sentence", () => {
    expect(() => findDynoxide("plan9", "mips")).toThrow(
      /^no DynamoDB engine for plan9 on mips \(@dynoxide\/plan9-mips is not installed\): set DROPCLIP_DYNAMODB_ENDPOINT/,
    );
  });
});

describe("a table that differs from the graph", () => {
  const indexed: Table = {
    ...items,
    attributes: [...items.attributes, { name: "fan", type: "S" }],
    indexes: [{ indexName: "byFan", hashKey: "fan", projection: ["a", "b"] }],
    ttlAttribute: "expiresAt",
  };

  it.each<[string, Table, string]>([
    [
      "by its key",
      { ...indexed, hashKey: "id", attributes: [{ name: "id", type: "S" }, indexed.attributes[1]!] },
      "hash id S",
    ],
    ["by its key's type", { ...indexed, attributes: [{ name: "pk", type: "N" }, indexed.attributes[1]!] }, "hash pk N"],
    ["by an index", { ...indexed, indexes: [], attributes: items.attributes }, "indexes none"],
    [
      "by a projection",
      { ...indexed, indexes: [{ ...indexed.indexes[0]!, projection: "ALL" }] },
      "byFan (hash fan S) ALL",
    ],
    ["by its time to live", { ...indexed, ttlAttribute: undefined }, "time to live none"],
  ])("%s is refused in one sentence", async (_name, changed, wanted) => {
    const directory = newDirectory();
    const first = await open(directory, [indexed]);
    await first.close();
    const refused = open(directory, [changed]);
    await expect(refused).rejects.toThrow(/^the local table items is not the one the graph describes \(.*--fresh/);
    await expect(refused).rejects.toThrow(`wanted`);
    await expect(refused).rejects.toThrow(wanted);
  });
  it("only by the order of indexes and attributes is the same", async () => {
    const two = {
      ...indexed,
      indexes: [...indexed.indexes, { indexName: "other", hashKey: "fan", projection: "ALL" as const }],
    };
    const directory = newDirectory();
    await (await open(directory, [two])).close();
    const turned = {
      ...two,
      attributes: two.attributes.toReversed(),
      indexes: [two.indexes[1]!, { ...two.indexes[0]!, projection: ["b", "a"] }],
    };
    await (await open(directory, [turned])).close();
  });
});
