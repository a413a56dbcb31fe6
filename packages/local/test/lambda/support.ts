import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestClock } from "../../src/clock.ts";
import { Store } from "../../src/store.ts";
import { AwsError, type LogEntry, type Principal, type Service, type World } from "../../src/world.ts";
import { checkKnown } from "../iam/known.ts";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

export interface TestWorld extends World {
  clock: TestClock;
  logs: LogEntry[];
  /** Calls of `authorize`, as `action resource`. */
  asked: string[];
  /** Actions `authorize` refuses. */
  denied: Set<string>;
  close(): void;
}

/** A world in a directory of its own. `directory` is given to start again in that of another. */
export function testWorld(options: { directory?: string; endpoint?: string; clock?: TestClock } = {}): TestWorld {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "dropclip-test-"));
  const logs: LogEntry[] = [];
  const asked: string[] = [];
  const denied = new Set<string>();
  const store = new Store(join(directory, "store.db"));
  return {
    account: ACCOUNT,
    region: REGION,
    clock: options.clock ?? new TestClock(),
    store,
    directory,
    logs,
    asked,
    denied,
    log: (entry) => logs.push(entry),
    uuid: randomUUID,
    metrics: { put() {} },
    assumeRole: (roleArn, sessionName) => ({
      accessKeyId: `ASIA${roleArn.split("/").at(-1)}`,
      secretAccessKey: "secret",
      sessionToken: sessionName,
    }),
    actAs: () => ({ accessKeyId: "ASIASERVICE", secretAccessKey: "secret" }),
    endpoint: () => options.endpoint ?? "http://127.0.0.1:1",
    authorize(principal, action, resource, context) {
      checkKnown(action, resource, context);
      asked.push(`${action} ${resource}`);
      if (!denied.has(action)) return;
      const message = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`;
      throw new AwsError("AccessDeniedException", message, 403);
    },
    close() {
      store.close();
      if (!options.directory) rmSync(directory, { recursive: true, force: true });
    },
  };
}

const OPERATOR: Principal = { kind: "operator", arn: `arn:aws:iam::${ACCOUNT}:user/operator`, accountId: ACCOUNT };

export interface TestGate {
  endpoint: string;
  /** Client settings of the SDK that reach the service behind this gate. */
  client: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  close(): Promise<void>;
}

/** An HTTP server that hands every request to one service, unverified: what the gate does after its checks. */
export async function testGate(service: Service): Promise<TestGate> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? "/", endpoint);
    const call = {
      request,
      response,
      url,
      method: request.method ?? "GET",
      body: Buffer.concat(chunks),
      principal: OPERATOR,
      requestId: randomUUID(),
      region: REGION,
    };
    try {
      await service.handle(call);
    } catch (error) {
      const unexpected = new AwsError("InternalFailure", String((error as Error).stack), 500);
      service.fail(call, error instanceof AwsError ? error : unexpected);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };
  return {
    endpoint,
    client: { endpoint, region: REGION, credentials, maxAttempts: 1 },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
