import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeRunFile } from "@dropclip/cli";
import { DeliveryEntity } from "@dropclip/core/delivery.entity";
import { uuidv7 } from "@dropclip/core/ids";
import { DELIVERY_PAUSES_MS } from "@dropclip/core/limits";
import { Webhook } from "@dropclip/core/webhook";
import { formatGraph } from "@dropclip/synth/graph";
import { synth } from "@dropclip/synth/synth";
import sharp from "sharp";
import * as standard from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Recorder, User } from "../../packages/cli/test/support/cli.ts";
import { MINUTE_MS, statesOf } from "../support/alarms.ts";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";
import { SharedClock } from "../support/shared-clock.ts";

const secret = (fill: number) => `whsec_${Buffer.alloc(32, fill).toString("base64")}`;
const OLD = secret(1);
const NEW = secret(2);

const folder = mkdtempSync(join(tmpdir(), "dropclip-"));
const clock = new SharedClock();
let cloud: TestCloud;
/** What the receiver was sent, and how it answers. */
const received: { url: string; headers: Record<string, string>; body: string }[] = [];
let answer: { status: number; headers?: Record<string, string> } = { status: 204 };
const receiver = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  received.push({ url: request.url!, headers: request.headers as Record<string, string>, body });
  response.writeHead(answer.status, answer.headers).end();
});

beforeAll(async () => {
  receiver.listen(0, "localhost");
  await once(receiver, "listening");
  const url = `http://localhost:${(receiver.address() as AddressInfo).port}/hook`;
  const graphFile = join(folder, "graph.json");
  writeFileSync(graphFile, formatGraph(await synth({ stage: "dev", env: { DROPCLIP_WEBHOOK: url } })));
  cloud = await testCloud({ graphFile, clock, adjust: (facts) => clock.share(facts) });
  clock.underWay = cloud.invocations;
  await sign(OLD);
});
afterAll(async () => {
  await cloud?.dispose();
  receiver.close().closeAllConnections();
  clock.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  received.length = 0;
  answer = { status: 204 };
});

const sign = (...secrets: string[]) =>
  aws(cloud, clock).ssm("PutParameter", {
    ...{ Name: "/dropclip/dev/webhook-secrets", Type: "SecureString", Overwrite: true },
    Value: secrets.join(" "),
  });

/** Puts an event for other programs on the bus; its id. */
async function tell(id = `${uuidv7(clock.now())}/complete`) {
  const Detail = JSON.stringify({ id, at: new Date(clock.now()).toISOString(), status: "complete", title: "Grüße" });
  const Entries = [{ Source: "dropclip.dev", DetailType: "Upload Completed", Detail }];
  expect((await aws(cloud, clock).events("PutEvents", { Entries })).FailedEntryCount).toBe(0);
  return id;
}
const sent = (id: string) => received.filter(({ headers }) => headers["webhook-id"] === id);
const heard = (id: string, times = 1) => eventually(() => expect(sent(id)).toHaveLength(times));
const rowOf = async (id: string) => (await DeliveryEntity.get({ id }).go({ consistent: true })).data;
const noted = (id: string, status: string, last?: string) =>
  eventually(async () => {
    const row = await rowOf(id);
    expect([row?.status, row?.last?.answer]).toEqual([status, last ?? "204"]);
    return row!;
  });
/** As a receiver does it, at the cloud's time. */
function verify({ body, headers }: (typeof received)[number], key: string): any {
  vi.useFakeTimers({ toFake: ["Date"], now: clock.now() });
  try {
    return new standard.Webhook(key).verify(body, headers);
  } finally {
    vi.useRealTimers();
  }
}
const pass = (ms: number) => clock.advance(ms);
/** As an operator, on the command line. */
async function run(...args: string[]) {
  const operator = new User();
  const forget = writeRunFile({ ...cloud, directory: operator.dataDirectory });
  const stdout = new Recorder();
  // The SDK's clients find out by themselves how far the cloud's time is ahead.
  const stderr = new Recorder();
  await operator.run(["webhook", ...args], { stdout, stderr, clock });
  forget();
  operator.leave();
  return stdout.text || stderr.text;
}

describe("the webhook", () => {
  it("is told once, signed, what became of an upload", async () => {
    const photo = join(folder, "a.png");
    await sharp({ create: { width: 8, height: 6, channels: 3, background: "#123456" } }).toFile(photo);
    const { uploadId } = await cloud.send([photo]);
    await heard(`${uploadId}/image1/complete`);
    await heard(`${uploadId}/complete`);
    const [message] = sent(`${uploadId}/image1/complete`);
    expect(message!.headers["content-type"]).toBe("application/json");
    const { type, data } = verify(message!, OLD);
    expect([type, data.uploadId, data.mediaId]).toEqual(["Media Published", uploadId, "image1"]);
    expect(() => verify(message!, NEW)).toThrow("No matching signature");
    await noted(`${uploadId}/complete`, "delivered");
    // The bus promises no more than at least once.
    await tell(`${uploadId}/complete`);
    await eventually(() => expect(cloud.logs.some(({ message }) => message.includes("taken before"))).toBe(true));
    expect(sent(`${uploadId}/complete`)).toHaveLength(1);
  });

  it("that fails is tried again after 5 minutes and half an hour, with the same words, until it takes it", async () => {
    answer = { status: 500 };
    const id = await tell();
    await heard(id);
    await noted(id, "due", "500");
    await pass(10 * MINUTE_MS);
    await heard(id, 2);
    expect(await noted(id, "due", "500")).toMatchObject({ attempts: 2 });
    answer = { status: 200 };
    await pass(20 * MINUTE_MS);
    expect(sent(id)).toHaveLength(2);
    await pass(15 * MINUTE_MS);
    await heard(id, 3);
    await noted(id, "delivered", "200");
    const [first, , last] = sent(id);
    expect(last!.body).toBe(first!.body);
    expect(Number(last!.headers["webhook-timestamp"])).toBeGreaterThan(Number(first!.headers["webhook-timestamp"]));
    expect(verify(last!, OLD).data.title).toBe("Grüße");
    await pass(40 * MINUTE_MS);
    expect(sent(id)).toHaveLength(3);
  });

  it("that is slow is sent no new events for 5 minutes, but those that wait", async () => {
    const [slow, next] = [`${uuidv7(clock.now())}/complete`, `${uuidv7(clock.now())}/complete`];
    const url = cloud.facts.functions.find(({ name }) => name.includes("deliver"))!.environment.WEBHOOK_URL!;
    const source = { now: () => clock.now(), id: () => "" };
    const taken = await Webhook.take({ id: slow, body: "{}" }, url, source);
    await Webhook.ended(taken!, url, { result: "slow", answer: "TimeoutError", ms: 15_000 }, source);
    await tell(next);
    await eventually(async () => expect((await rowOf(next))?.attempts).toBe(0));
    expect(received).toEqual([]);
    await pass(10 * MINUTE_MS);
    for (const id of [slow, next]) await noted(id, "delivered");
    const later = await tell();
    await heard(later);
  });

  it("that redirects is not followed", async () => {
    answer = { status: 307, headers: { location: "/elsewhere" } };
    const id = await tell();
    await noted(id, "due", "307");
    answer = { status: 204 };
    await pass(10 * MINUTE_MS);
    await noted(id, "delivered");
    expect(received.map(({ url }) => url)).toEqual(["/hook", "/hook"]);
  });

  it("verifies by either secret while they are changed over, and by the new one alone after that", async () => {
    await sign(NEW, OLD);
    await pass(4 * MINUTE_MS);
    const both = await tell();
    await heard(both);
    for (const key of [OLD, NEW]) expect(verify(sent(both)[0]!, key).data.id).toBe(both);
    await sign(NEW);
    await pass(4 * MINUTE_MS);
    const one = await tell();
    await heard(one);
    expect(verify(sent(one)[0]!, NEW).data.id).toBe(one);
    expect(() => verify(sent(one)[0]!, OLD)).toThrow("No matching signature");
  });

  it("that is gone is off, and is told all that waits once it is on again", async () => {
    expect(await run("status")).toMatch(/^on\ndeliveries: 0 waiting, 0 given up/);
    answer = { status: 410 };
    const first = await tell();
    await noted(first, "due", "410");
    const second = await tell();
    await eventually(async () => expect((await rowOf(second))?.attempts).toBe(0));
    await pass(10 * MINUTE_MS);
    expect([sent(first).length, sent(second).length]).toEqual([1, 0]);
    expect(cloud.logs.some(({ alarm, state }) => alarm === "dropclip-webhook-dev" && state === "ALARM")).toBe(true);
    expect(await run("status")).toMatch(/^off: .* that it is gone.*\ndeliveries: 2 waiting, 0 given up/);
    answer = { status: 204 };
    expect(await run("enable")).toBe("on again: what waits is sent within 5 minutes\n");
    expect(await run("enable", "--json")).toBe('{"wasOff":false}\n');
    await pass(6 * MINUTE_MS);
    for (const id of [first, second]) await noted(id, "delivered");
    expect([sent(first).length, sent(second).length]).toEqual([2, 1]);
    await pass(10 * MINUTE_MS);
    expect((await statesOf(cloud, clock)).webhook).toBe("OK");
  });

  it("that takes nothing for three days is told no more of it, and operators are alarmed", async () => {
    answer = { status: 503 };
    const [id, lost] = [await tell(), await tell()];
    for (const one of [id, lost]) await noted(one, "due", "503");
    const alarms = () =>
      cloud.logs.filter(({ alarm, state }) => alarm === "dropclip-webhook-dev" && state === "ALARM").length;
    const before = alarms();
    // All but the last pause, as for a receiver that never takes it; of one the end of the last attempt is lost.
    const at = (now: number) => ({ now: () => now, id: () => "" });
    for (let attempts = 1; attempts < DELIVERY_PAUSES_MS.length; attempts++) {
      const now = clock.now();
      expect(await Webhook.begin({ id, body: "", attempts }, at(now))).toMatchObject({ attempts: attempts + 1 });
      expect(Date.parse((await rowOf(id))!.dueAt) - now).toBe(DELIVERY_PAUSES_MS[attempts]);
    }
    const dueAt = new Date(clock.now() - 1).toISOString();
    const end = (one: string, attempts: number) =>
      DeliveryEntity.patch({ id: one }).set({ dueAt, attempts, status: "due" }).go();
    await end(id, DELIVERY_PAUSES_MS.length);
    await end(lost, DELIVERY_PAUSES_MS.length + 1);
    await pass(10 * MINUTE_MS);
    await noted(id, "given-up", "503");
    await noted(lost, "given-up", "503");
    expect([sent(id).length, sent(lost).length]).toEqual([2, 1]);
    expect(alarms()).toBe(before + 1);
    expect(await run("status", "--json").then(JSON.parse)).toMatchObject({ waiting: [], givenUp: [{}, {}] });

    // Once the receiver is mended, an operator has one sent again, then all that is left; nothing is sent twice.
    answer = { status: 204 };
    expect(await run("resend", id)).toBe(
      "1 event to be sent within 5 minutes (dropclip webhook status shows what becomes of it)\n",
    );
    expect(await run("resend", id)).toMatch(/has not been given up: it is tried again by itself\n$/);
    expect(await run("status")).toMatch(/waits, resent [\d.]+ m?s ago/);
    expect(JSON.parse(await run("resend", "--all", "--json"))).toEqual({ resent: [lost], off: false });
    await pass(6 * MINUTE_MS);
    for (const one of [id, lost]) expect(await noted(one, "delivered")).toMatchObject({ attempts: 1 });
    expect([sent(id).length, sent(lost).length]).toEqual([3, 2]);
    expect(new Set(sent(id).map(({ body }) => body)).size).toBe(1);
    expect(await run("resend", id)).toMatch(/was delivered: only what was given up is sent again\n$/);
    expect(await run("resend", "none/complete")).toMatch(/there is no delivery none\/complete/);
    expect(await run("resend", "--all")).toBe("dropclip: nothing was given up: there is nothing to send again\n");
    expect(await run("resend")).toBe("dropclip: name what to send again: a delivery, or --all\n");
  });

  it("is sent nothing unsigned: without a secret all waits, and operators find dead letters", async () => {
    const QueueUrl = cloud.facts.queues.find(({ name }) => name.includes("dead-letters"))!.url;
    const letters = async () => {
      const { Attributes } = await aws(cloud, clock).sqs("GetQueueAttributes", {
        ...{ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] },
      });
      return Number(Attributes.ApproximateNumberOfMessages);
    };
    await sign("whsec_short");
    await pass(4 * MINUTE_MS);
    const before = await letters();
    const id = await tell();
    await eventually(async () => expect((await rowOf(id))?.attempts).toBe(1));
    await pass(15 * MINUTE_MS);
    expect(await rowOf(id)).toMatchObject({ attempts: 1, status: "due" });
    expect(received).toEqual([]);
    await eventually(async () => expect(await letters()).toBeGreaterThan(before));
    await sign(NEW);
    await pass(6 * MINUTE_MS);
    await noted(id, "delivered");
    expect(verify(sent(id)[0]!, NEW).data.id).toBe(id);
  });
});
