import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A page as the user sees it. */
export interface Seen {
  status: number;
  text: string;
}

/** A browser that follows redirects and keeps the last page. */
export class TestBrowser {
  readonly opened: string[] = [];
  /** URLs visited before the page that was opened. */
  detour: (opened: URL) => string[] = () => [];
  readonly #visits: Promise<Seen[]>[] = [];

  readonly open = (url: string) => {
    this.opened.push(url);
    this.#visits.push(this.#visit(url));
  };

  async #visit(url: string): Promise<Seen[]> {
    const seen: Seen[] = [];
    for (const page of [...this.detour(new URL(url)), url]) {
      const response = await fetch(page);
      seen.push({ status: response.status, text: await response.text() });
    }
    return seen;
  }

  /** Every page that was shown, in order. */
  async pages(): Promise<Seen[]> {
    return (await Promise.all(this.#visits)).flat();
  }
}

/** Ports without a listener. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => occupy(0)));
  await Promise.all(servers.map(({ free }) => free()));
  return servers.map(({ port }) => port);
}

export async function occupy(port: number): Promise<{ port: number; free(): Promise<void> }> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const free = async () => void (await new Promise((closed) => server.close(closed)));
  return { port: (server.address() as AddressInfo).port, free };
}
