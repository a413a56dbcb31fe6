import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** What TCP sends of a connection before the other end has answered, bytes (RFC 6928), and most at a time. */
const WINDOW = { first: 14_600, most: 4 * 1024 ** 2 };
/** A connection that was silent for so long begins small again (RFC 2861). */
const IDLE_MS = 1000;
const TICK_MS = 4;
const CHUNK = 16 * 1024;
/** Read ahead of the line, bytes of one connection. */
const AHEAD = 64 * 1024;

/** One connection on its way up. */
interface Way {
  from: Socket;
  to: Socket;
  waiting: Buffer[];
  waitingBytes: number;
  underWay: number;
  window: number;
  lastAt: number;
  isEnded: boolean;
}

/**
 * A line as phones have them, to some local ports: it takes its time each way, and its bytes up are shared by all
 * connections, each of which begins slowly as TCP does. Nothing is ever lost on it, and down it is as fast as can be.
 */
export async function openLine({ roundTripMs, ports }: { roundTripMs: number; ports: number[] }) {
  const oneWayMs = roundTripMs / 2;
  const ways = new Set<Way>();
  const line = { mbitPerSecond: 100 };
  let budget = 0;
  let last = performance.now();

  const timer = setInterval(() => {
    const now = performance.now();
    const perMs = (line.mbitPerSecond * 1e6) / 8 / 1000;
    budget = Math.min(budget + (now - last) * perMs, perMs * 50);
    last = now;
    for (let moved = true; moved && budget > 0; ) {
      moved = false;
      for (const way of ways) moved = step(way, now) || moved;
    }
  }, TICK_MS);

  /** Puts a little of a connection on the line; false when it has nothing, or must wait for answers. */
  function step(way: Way, now: number): boolean {
    if (way.underWay === 0 && now - way.lastAt > IDLE_MS) way.window = WINDOW.first;
    const [chunk] = way.waiting;
    const bytes = Math.min(CHUNK, chunk?.length ?? 0, way.window - way.underWay, Math.ceil(budget));
    if (!chunk || bytes <= 0) return false;
    budget -= bytes;
    if (bytes === chunk.length) way.waiting.shift();
    else way.waiting[0] = chunk.subarray(bytes);
    Object.assign(way, { waitingBytes: way.waitingBytes - bytes, underWay: way.underWay + bytes, lastAt: now });
    setTimeout(() => way.to.write(chunk.subarray(0, bytes)), oneWayMs);
    setTimeout(() => {
      way.underWay -= bytes;
      way.window = Math.min(WINDOW.most, way.window + bytes);
    }, roundTripMs);
    if (way.waitingBytes < AHEAD) way.from.resume();
    if (way.isEnded && way.waiting.length === 0) setTimeout(() => way.to.end(), oneWayMs);
    return true;
  }

  function join(from: Socket, port: number) {
    const to = connect(port, "127.0.0.1");
    const way: Way = {
      ...{ from, to, waiting: [], waitingBytes: 0, underWay: 0, window: WINDOW.first },
      ...{ lastAt: performance.now(), isEnded: false },
    };
    // Before the first byte both ends have shaken hands.
    setTimeout(() => ways.add(way), roundTripMs);
    from.on("data", (chunk: Buffer) => {
      way.waiting.push(chunk);
      way.waitingBytes += chunk.length;
      if (way.waitingBytes >= AHEAD) from.pause();
    });
    from.on("end", () => {
      way.isEnded = true;
      if (way.waiting.length === 0) setTimeout(() => to.end(), oneWayMs);
    });
    to.on("data", (chunk: Buffer) => setTimeout(() => from.write(chunk), oneWayMs));
    to.on("end", () => setTimeout(() => from.end(), oneWayMs));
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => ways.delete(way));
    }
  }

  const servers = ports.map((port) => createServer({ allowHalfOpen: true }, (from) => join(from, port)));
  await Promise.all(servers.map((server) => once(server.listen(0, "127.0.0.1"), "listening")));
  const rules = servers.map(
    (server, index) => `MAP 127.0.0.1:${ports[index]} 127.0.0.1:${(server.address() as { port: number }).port}`,
  );
  return {
    /** The megabits a second that go up may be changed at any time. */
    line,
    /** Has a browser take the line to those ports: an argument of Chromium. */
    argument: `--host-resolver-rules=${rules.join(", ")}`,
    close() {
      clearInterval(timer);
      for (const { from, to } of ways) for (const one of [from, to]) one.destroy();
      for (const server of servers) server.close();
    },
  };
}
