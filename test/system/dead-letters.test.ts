import { systemClock } from "@dropclip/local/clock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aws } from "../support/aws.ts";
import { type TestCloud, testCloud } from "../support/cloud.ts";
import { eventually } from "../support/eventually.ts";

/** Lambda waits one and two minutes between its three attempts: here they pass at once. */
const MINUTES = { from: 50_000, to: 130_000 };
const hurried = {
  ...systemClock,
  sleep: (ms: number, signal?: AbortSignal) =>
    systemClock.sleep(ms >= MINUTES.from && ms <= MINUTES.to ? 1 : ms, signal),
};

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await testCloud({
    clock: hurried,
    adjust: (facts) => {
      const changed = structuredClone(facts);
      // They take no input that could be wrong: what they need is.
      for (const fn of changed.functions) {
        if (fn.name.includes("sweep")) fn.environment.UPLOADS_TABLE = "nowhere";
        if (fn.name.includes("invalidate")) fn.environment.EVENTS_TABLE = "nowhere";
      }
      return changed;
    },
  });
});
afterAll(() => cloud.dispose());

describe("an event a function cannot take", () => {
  it("is kept as a dead letter with its error, by each function that events are handed to", async () => {
    const handed = cloud.facts.functions.filter(({ deadLetterArn }) => deadLetterArn).map(({ name }) => name);
    expect(handed.sort()).toEqual(
      [
        "adopt-picture",
        "count-views",
        "invalidate",
        "record-failure",
        "record-progress",
        "settle",
        "sweep",
        "write-page",
      ].map((name) => `dropclip-${name}-dev`),
    );
    for (const name of handed) await aws(cloud).invokeAsync(name, { "detail-type": "Nonsense", for: name });
    const kept = new Map<string, string>();
    const QueueUrl = cloud.facts.queues[0]!.url;
    await eventually(async () => {
      const { Messages = [] } = await aws(cloud).sqs("ReceiveMessage", {
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ["All"],
      });
      for (const { Body, MessageAttributes } of Messages)
        kept.set(JSON.parse(Body).for, MessageAttributes.ErrorMessage.StringValue);
      expect([...kept.keys()].sort()).toEqual(handed);
    });
    for (const message of kept.values()) expect(message).not.toBe("");
  });
});
