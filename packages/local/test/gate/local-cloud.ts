import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { Bucket } from "@dropclip/synth/cloud";
import { TestClock } from "../../src/clock.ts";
import { Disk, type DiskOptions } from "../../src/disk/disk.ts";
import { CredentialStore } from "../../src/gate/credentials.ts";
import { createGate } from "../../src/gate/index.ts";
import type { EventBus } from "../../src/ports.ts";
import { createS3 } from "../../src/s3/index.ts";
import { Store } from "../../src/store.ts";
import { AwsError, type Credentials, type LogEntry, type Service, type World } from "../../src/world.ts";
import { checkKnown } from "../iam/known.ts";

export const ACCOUNT = "111122223333";
export const REGION = "eu-west-1";

export interface Published {
  source: string;
  detailType: string;
  resources: string[];
  detail: Record<string, any>;
}

export interface Asked {
  who: string;
  action: string;
  resource: string;
  context: Record<string, string | string[]>;
}

export interface LocalCloudOptions {
  buckets?: Bucket[];
  services?: Service[];
  /** A folder to go on with, as after a restart. */
  directory?: string;
  clock?: TestClock;
  /** Denies a role or service what is not listed here; the operator may do all, anonymous callers nothing. */
  allow?: (asked: Asked) => boolean;
  /** What stands in the place of deployed addresses. */
  localise?: (value: string) => string;
  /** How full the disk is. */
  disk?: Pick<DiskOptions, "space" | "reserve">;
}

export type LocalCloud = Awaited<ReturnType<typeof startLocalCloud>>;

export const bucket = (name: string, more: Partial<Bucket> = {}): Bucket => ({
  name,
  arn: `arn:aws:s3:::${name}`,
  cors: [],
  lifecycle: [],
  eventBridge: true,
  ...more,
});

/** A gate with S3 on a free port, events and authorisation questions kept for the test to read. */
export async function startLocalCloud(options: LocalCloudOptions = {}) {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "dropclip-gate-"));
  // SDK clients sign with the real time, so the clock starts there.
  const clock = options.clock ?? new TestClock(Date.now());
  const log: LogEntry[] = [];
  const disk = new Disk({ directory, log: (entry) => log.push(entry), ...options.disk });
  const store = new Store(join(directory, "store.sqlite"), disk);
  const credentials = new CredentialStore({ directory, account: ACCOUNT, clock });
  const events: Published[] = [];
  const asked: Asked[] = [];
  let url = "";
  const world: World = {
    account: ACCOUNT,
    region: REGION,
    clock,
    store,
    directory,
    log: (entry) => log.push(entry),
    uuid: () => crypto.randomUUID(),
    metrics: { put() {} },
    assumeRole: (roleArn, sessionName) => credentials.assumeRole(roleArn, sessionName),
    actAs: (service, sourceArn) => credentials.actAs(service, sourceArn),
    endpoint: () => url,
    authorize(principal, action, resource, context = {}) {
      checkKnown(action, resource, context);
      const question = { who: principal.arn, action, resource, context };
      asked.push(question);
      if (principal.kind === "operator" || options.allow?.(question)) return;
      throw new AwsError("AccessDenied", `User: ${principal.arn} is not authorized to perform: ${action}`, 403);
    },
  };
  const bus: EventBus = {
    publish: (event) => store.afterCommit(() => events.push(event)),
  };
  const s3 = createS3({ world, buckets: options.buckets ?? [bucket("clips")], bus, localise: options.localise });
  const gate = createGate({ world, credentials, s3, services: options.services ?? [] });
  url = await gate.listen(0);
  const clients: S3Client[] = [];
  return {
    url,
    directory,
    clock,
    store,
    credentials,
    events,
    asked,
    log,
    world,
    s3,
    bus,
    client(more: S3ClientConfig & { credentials?: Credentials } = {}) {
      const client = new S3Client({
        endpoint: url,
        region: REGION,
        forcePathStyle: true,
        credentials: credentials.operator(),
        maxAttempts: 1,
        ...more,
      });
      clients.push(client);
      return client;
    },
    /** Stops serving; the folder stays, for another start. */
    async stop() {
      for (const client of clients) client.destroy();
      await gate.close();
      store.close();
    },
    async remove() {
      await this.stop();
      rmSync(directory, { recursive: true });
    },
  };
}
