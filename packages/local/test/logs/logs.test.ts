import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Recent } from "../../src/lambda/recent.ts";
import { createLogs } from "../../src/logs/index.ts";
import type { Service } from "../../src/world.ts";
import { ACCOUNT, type Asked, type LocalCloud, REGION, startLocalCloud } from "../gate/local-cloud.ts";

const GROUP = "/aws/lambda/echo";
let cloud: LocalCloud;
let logs: CloudWatchLogsClient;
let recent: Recent;
let allow: (asked: Asked) => boolean;
beforeAll(async () => {
  let service: Service;
  const deferred: Service = {
    name: "logs",
    protocol: "json",
    handle: (call) => service.handle(call),
    fail: (call, error) => service.fail(call, error),
  };
  cloud = await startLocalCloud({ services: [deferred], allow: (asked) => allow(asked) });
  service = createLogs({ world: cloud.world, functions: [{ name: "echo" }], recent: (name) => recent.of(name) });
  const credentials = cloud.credentials.assumeRole(`arn:aws:iam::${ACCOUNT}:role/reader`, "r");
  logs = new CloudWatchLogsClient({ endpoint: cloud.url, region: REGION, credentials, maxAttempts: 1 });
});
afterAll(async () => {
  logs.destroy();
  await cloud.remove();
});
beforeEach(() => {
  allow = () => true;
  recent = new Recent();
  for (const [at, message] of [
    [1000, "START"],
    [2000, '{"message":"told","n":1}'],
    [3000, '{"message":"told","n":2}'],
  ] as const)
    recent.add("echo", at, message);
});

const filter = (input: Partial<FilterLogEventsCommandInput> = {}) =>
  logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...input }));
const found = async (input?: Partial<FilterLogEventsCommandInput>) =>
  (await filter(input)).events!.map(({ timestamp }) => timestamp);

describe("FilterLogEvents", () => {
  it("finds lines by time and by a field of their JSON, each with an id of its own", async () => {
    expect(await found()).toEqual([1000, 2000, 3000]);
    expect(await found({ startTime: 2000, endTime: 2000 })).toEqual([2000]);
    expect(await found({ filterPattern: '{ $.message = "told" }' })).toEqual([2000, 3000]);
    expect(await found({ filterPattern: '{ $.message = "other" }' })).toEqual([]);
    expect(new Set((await filter()).events!.map(({ eventId }) => eventId)).size).toBe(3);
  });

  it("gives the rest by a token", async () => {
    const { nextToken } = await filter({ limit: 2 });
    expect(await found({ limit: 2, nextToken })).toEqual([3000]);
    expect((await filter({ limit: 3 })).nextToken).toBeUndefined();
  });

  it("is asked of the log group, by name or ARN", async () => {
    const arn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${GROUP}`;
    const asked: Asked[] = [];
    allow = (one) => asked.push(one) > 0;
    expect(await found({ logGroupName: undefined, logGroupIdentifier: arn })).toHaveLength(3);
    expect(asked).toMatchObject([{ action: "logs:FilterLogEvents", resource: arn }]);
    allow = () => false;
    await expect(filter()).rejects.toThrow(/logs:FilterLogEvents/);
  });

  it.each([
    [{ logGroupName: "/aws/lambda/other" }, "ResourceNotFoundException"],
    [{ logGroupName: "/aws/vendedlogs/states/x" }, "ResourceNotFoundException"],
    [{ limit: 0 }, "InvalidParameterException"],
    [{ nextToken: "x" }, "InvalidParameterException"],
    [{ logGroupIdentifier: GROUP }, "InvalidParameterException"],
    [{ filterPattern: "ERROR" }, "NotImplemented"],
    [{ logStreamNamePrefix: "a" }, "NotImplemented"],
  ])("answers %j with %s", async (input, name) => {
    await expect(filter(input)).rejects.toMatchObject({ name });
  });

  it("keeps the newest half a megabyte of each function", () => {
    for (let line = 0; line < 100; line++) recent.add("echo", line, "x".repeat(10 * 1024));
    const kept = recent.of("echo");
    expect([kept.length, kept.at(-1)!.atMs]).toEqual([51, 99]);
  });
});
