/**
 * A process of its own that has no key: `node attacker.ts {pid}`. Finds every TCP port on which that process or one
 * below it listens, in whichever network, asks each for its tables as the engine's front would and as a web page would,
 * and prints who answered what, as JSON.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { request } from "node:http";

export interface Answer {
  host: string;
  port: number;
  as: string;
  /** Nothing where no connection could be opened. */
  text: string;
}

const LISTEN = "0A";
const SIGNED = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=AKIALOCAL/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
  "x-amz-date": "20260101T000000Z",
  "x-amz-target": "DynamoDB_20120810.ListTables",
  "content-type": "application/x-amz-json-1.0",
};
/** A page's own requests: simple ones need no preflight, and a rebound name brings its own Host. */
const WAYS: Record<string, Record<string, string>> = {
  "the front": SIGNED,
  "a page": { ...SIGNED, origin: "https://evil.example" },
  "a rebound page": { ...SIGNED, origin: "http://evil.example:8000", host: "evil.example:8000" },
  "nobody in particular": { "x-amz-target": SIGNED["x-amz-target"], "content-type": SIGNED["content-type"] },
};

/** Addresses on which any of the processes listens, told by the sockets they have open. */
function listening(pids: number[]): { host: string; port: number }[] {
  const found = new Map<string, { host: string; port: number }>();
  for (const pid of pids) {
    const open = new Set(attempt(() => readdirSync(`/proc/${pid}/fd`)).map((fd) => link(`/proc/${pid}/fd/${fd}`)));
    for (const table of ["tcp", "tcp6"]) {
      for (const line of attempt(() => readFileSync(`/proc/${pid}/net/${table}`, "utf8").split("\n")).slice(1)) {
        const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
        if (state !== LISTEN || !open.has(`socket:[${inode}]`)) continue;
        const [address = "", port = ""] = local.split(":");
        const host = table === "tcp6" ? "::1" : Buffer.from(address, "hex").reverse().join(".");
        found.set(local + table, { host, port: Number.parseInt(port, 16) });
      }
    }
  }
  return [...found.values()];
}

function tree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const [stat] = attempt(() => [readFileSync(`/proc/${name}/stat`, "utf8")]);
    // The name in brackets may have anything in it.
    if (stat) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const found = [root];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found;
}

function ask(host: string, port: number, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request({ host, port, method: "POST", path: "/", headers, timeout: 2000 }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve(text);
    });
    outgoing.on("timeout", () => outgoing.destroy());
    outgoing.on("error", () => resolve(""));
    outgoing.end("{}");
  });
}

/** Processes end while they are looked at. */
function attempt<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch {
    return [];
  }
}

const link = (path: string) => attempt(() => [readlinkSync(path)])[0];

const answers: Answer[] = [];
for (const { host, port } of listening(tree(Number(process.argv[2])))) {
  for (const [as, headers] of Object.entries(WAYS))
    answers.push({ host, port, as, text: await ask(host, port, headers) });
}
process.stdout.write(JSON.stringify(answers));
