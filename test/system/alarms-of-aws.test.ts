import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { TestClock } from "@dropclip/local/clock";
import { type RunningCloud, startCloud } from "@dropclip/local/cloud";
import { AwsError, type LogEntry } from "@dropclip/local/world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everIn, MINUTE_MS, statesOf } from "../support/alarms.ts";
import { aws } from "../support/aws.ts";
import { GRAPH, ROOT } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { keep } from "../support/kept.ts";

/** Bad days of AWS itself: S3 fails or is slow towards the edge, DynamoDB is slow. The stage has no fault. */

const PERIOD_MS = 5 * MINUTE_MS;
/** Periods in a quarter of an hour. */
const QUARTER = 3;
const SLOW_MS = 4000;
/** As many as a rate is taken from, and 210 or more in a quarter of an hour: percentiles say nothing of fewer. */
const REQUESTS = 100;
const FAST = 66;
/** Read in DynamoDB, and not found there. */
const NO_EVENT = `/events/${DEMO_EVENT_ID}`;
/** Calls of one function that this machine runs at a time. */
const AT_ONCE = 2;
const SLOW = 4;

let directory: string;
let cloud: RunningCloud;
let clock: TestClock;
const logs: LogEntry[] = [];
/** The service that fails, or that is slow. */
let failing: string | undefined;
let slow: string | undefined;
/** Calls that wait for a slow service. */
let waiting = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "dropclip-alarms-"));
  clock = new TestClock(Date.now());
  cloud = await startCloud({
    ...{ root: ROOT, graphFile: GRAPH, directory, port: 0, clock, log: (entry) => logs.push(entry), trouble },
    // The sweep is silent here, so that nothing is asked but what the test asks.
    adjust: (facts) => ({ ...facts, rules: [] }),
  });
});
afterAll(async () => {
  if (cloud) keep(cloud);
  await cloud?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function trouble({ service }: { service: string }) {
  if (service === failing) throw new AwsError("InternalError", "We encountered an internal error.", 500);
  if (service !== slow) return;
  waiting++;
  await clock.sleep(SLOW_MS);
}

let asked = 0;
/** Asks both distributions for what no cache has, so that S3 is asked; the answers' statuses. */
async function ask(count: number, hosts = [cloud.cdn, cloud.pages]) {
  const urls = Array.from({ length: count }, () => hosts.map((host) => `${host}/events/none/${asked++}.jpg`)).flat();
  return Promise.all(urls.map(async (url) => (await fetch(url)).status));
}

/** Lets so many calls come to the slow service, then the time pass that it takes. */
async function slowly<T>(answers: Promise<T>, count: number): Promise<T> {
  await eventually(() => expect(waiting).toBe(count));
  waiting = 0;
  await clock.advance(SLOW_MS);
  return answers;
}

const call = async (path: string) => (await fetch(cloud.api + path)).status;
/** One call in twenty takes long, the others as long as ever. */
async function callSlowly() {
  for (let fast = 0; fast < FAST; fast++) expect(await call("/health")).toBe(200);
  for (let round = 0; round < SLOW / AT_ONCE; round++) {
    const calls = Promise.all(Array.from({ length: AT_ONCE }, () => call(NO_EVENT)));
    expect(await slowly(calls, AT_ONCE)).toEqual([404, 404]);
  }
}

/** Does `work` once in each of so many periods. */
async function inEach(periods: number, work: () => Promise<unknown>) {
  for (let period = 0; period < periods; period++) {
    const endMs = clock.now() + PERIOD_MS;
    await work();
    await clock.advance(endMs - clock.now());
  }
}
const raised = async () =>
  Object.entries(await statesOf(cloud, clock)).flatMap(([name, state]) => (state === "ALARM" ? [name] : []));

describe("on a bad day of AWS", () => {
  it("the edges' alarms tell that S3 fails, and are OK when it does not", async () => {
    failing = "s3";
    await inEach(2, async () => expect(new Set(await ask(REQUESTS))).toEqual(new Set([500])));
    await clock.advance(MINUTE_MS);
    expect(await raised()).toEqual(["edge-5xx", "pages-5xx"]);
    failing = undefined;
    await inEach(2, async () => expect(new Set(await ask(REQUESTS))).toEqual(new Set([403])));
    await clock.advance(MINUTE_MS);
    expect(everIn(logs, "OK")).toEqual(expect.arrayContaining(["edge-5xx", "pages-5xx"]));
    const found = await statesOf(cloud, clock);
    expect([found["edge-5xx"], found["pages-5xx"]]).toEqual(["OK", "OK"]);
  });

  it("the edge's alarm tells that S3 is slow, and is OK when it is fast again", async () => {
    slow = "s3";
    await inEach(3, () => slowly(ask(REQUESTS, [cloud.cdn]), REQUESTS));
    expect((await statesOf(cloud, clock))["origin-slow"]).toBe("ALARM");
    slow = undefined;
    await inEach(2, () => ask(REQUESTS, [cloud.cdn]));
    expect((await statesOf(cloud, clock))["origin-slow"]).toBe("OK");
  });

  it("the API's alarm tells that one call in twenty is slow, and is OK when none is", async () => {
    expect(await call(NO_EVENT)).toBe(404);
    slow = "dynamodb";
    await inEach(3, callSlowly);
    expect((await statesOf(cloud, clock))["api-slow"]).toBe("ALARM");
    slow = undefined;
    await inEach(2, async () => {
      for (let fast = 0; fast < FAST; fast++) expect(await call("/health")).toBe(200);
    });
    expect((await statesOf(cloud, clock))["api-slow"]).toBe("OK");
  });

  it("the pages' alarm tells that nothing answers for their addresses, and is OK when they are there again", async () => {
    const opened = async () => new Set(await ask(REQUESTS, [cloud.pages]));
    await inEach(2 * QUARTER, async () => expect(await opened()).toEqual(new Set([403])));
    expect((await statesOf(cloud, clock))["pages-4xx"]).toBe("ALARM");
    const { status } = await aws(cloud, clock).s3("PUT", "/dropclip-pages-dev/index.html", {}, "<!doctype html>");
    expect(status).toBe(200);
    await inEach(2 * QUARTER, async () => expect(await opened()).toEqual(new Set([200])));
    expect((await statesOf(cloud, clock))["pages-4xx"]).toBe("OK");
  });

  it("the sweep's alarm tells that the sweep is silent, once it has been heard", async () => {
    const { cloudWatch } = aws(cloud, clock);
    const AlarmName = "dropclip-stuck-dev";
    const told = async () => {
      const { AlarmHistoryItems } = await cloudWatch("DescribeAlarmHistory", { AlarmName, HistoryItemType: "Action" });
      return AlarmHistoryItems.length;
    };
    const stuck = async () => (await statesOf(cloud, clock)).stuck;
    // Hours have passed since the stage was made.
    expect([await stuck(), await told()]).toEqual(["INSUFFICIENT_DATA", 0]);
    const [MetricName, Dimensions] = ["StuckMedia", [{ Name: "Stage", Value: "dev" }]];
    await cloudWatch("PutMetricData", { Namespace: "dropclip", MetricData: [{ MetricName, Dimensions, Value: 0 }] });
    await clock.advance(MINUTE_MS);
    expect([await stuck(), await told()]).toEqual(["OK", 1]);
    await clock.advance(61 * MINUTE_MS);
    expect([await stuck(), await told()]).toEqual(["INSUFFICIENT_DATA", 2]);
  });

  it("nothing else is raised than what was wrong, and the refusals that were asked for", () => {
    expect(everIn(logs, "ALARM")).toEqual([
      "api-slow",
      "edge-4xx",
      "edge-5xx",
      "origin-slow",
      "pages-4xx",
      "pages-5xx",
    ]);
  });
});
