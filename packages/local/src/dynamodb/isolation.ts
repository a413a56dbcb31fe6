import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/**
 * How the engine is protected, since it answers every client that reaches its port. `namespace`: it listens in a
 * network of its own, in which no process but ours can open a connection. `address`: where that cannot be had it
 * listens on an address that is drawn at each start.
 */
export type Isolation =
  | { kind: "namespace" /** Makes the network and runs what follows in it. */; command: string[] }
  | { kind: "address" /** Why there is no network of its own. */; reason: string };

export interface Address {
  host: string;
  port: number;
}

/**
 * A new network has a loopback device, which is down. Whichever tool the machine has sets it up; perl is part of
 * Debian.
 */
export const LOOPBACK_UP = `
PATH="$PATH:/usr/sbin:/sbin"
loopback_up() {
  ip link set lo up || ifconfig lo up || perl -MSocket -e '
    my $up = pack("Z16 s x22", "lo", 1);
    socket(ANY, PF_INET, SOCK_DGRAM, 0) && ioctl(ANY, 0x8914, $up) or die "lo: $!\\n"'
}`;

/**
 * Without root's rights a network needs a user namespace as well; with them that would take rights on others' files
 * away.
 */
const COMMANDS = [
  ["unshare", "--net"],
  ["unshare", "--map-root-user", "--net"],
];

/** The best way that works here, tried out: containers and some distributions forbid namespaces. */
export async function findIsolation(directory: string): Promise<Isolation> {
  const refused: string[] = [];
  for (const command of COMMANDS) {
    const problem = await attempt(command, directory);
    if (problem === undefined) return { kind: "namespace", command };
    refused.push(problem);
  }
  return { kind: "address", reason: refused.at(-1)! };
}

/** Where the engine is to listen. In a network of its own every port is free. */
export async function drawAddress({ kind }: Isolation): Promise<Address> {
  if (kind === "namespace") return { host: "127.0.0.1", port: 8000 };
  // On Linux all of 127.0.0.0/8 is this machine, elsewhere only the first address: one of 2^39 cannot be found by
  // trying.
  const parts = [randomInt(1, 255), randomInt(1, 255), randomInt(1, 255)];
  const host = process.platform === "linux" ? `127.${parts.join(".")}` : "127.0.0.1";
  return { host, port: await freePort(host) };
}

/**
 * Undefined where a process can be given a network of its own and still write its files; else what was said against it.
 */
async function attempt(command: string[], directory: string): Promise<string | undefined> {
  const [program, ...flags] = command as [string, ...string[]];
  const script = `${LOOPBACK_UP}\nloopback_up && [ -w "$1" ]`;
  const child = spawn(program, [...flags, "/bin/sh", "-c", script, "sh", directory], {
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  try {
    const [code] = await once(child, "close");
    return code === 0 ? undefined : said.trim().split("\n").at(-1) || `${directory} cannot be written in one`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no unshare command" : String(error);
  }
}

/** The engine cannot say which port it took, so one is found for it. */
async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
