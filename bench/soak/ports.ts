import { createServer } from "node:net";

/** Number of ports: API, CDN, AWS endpoint and user pool. */
const PORTS = 4;
const FIRST = 20_000;
const LAST = 30_000;

/** The first of four free ports in a row, so that a restarted cloud keeps its addresses. */
export async function freePorts(random: () => number): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const first = FIRST + Math.floor(random() * (LAST - FIRST));
    const free = await Promise.all(Array.from({ length: PORTS }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return first;
  }
  throw new Error("no four free ports in a row");
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
