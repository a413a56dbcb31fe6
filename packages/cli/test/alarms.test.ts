import { describe, expect, it } from "vitest";
import { type Alarm, alarmOf, isRaised } from "../src/alarms/alarm.ts";
import { isOf } from "../src/alarms/fetch.ts";
import { alarmTable } from "../src/alarms/report.ts";

const NOW = Date.parse("2026-01-02T04:00:00Z");
const page = { paint: (_color: string, text: string) => text, width: undefined };

const alarm = (changes: Partial<Alarm> = {}): Alarm => ({
  name: "dropclip-failed-dev",
  region: "us-east-1",
  state: "OK",
  since: "2026-01-02T03:55:00.000Z",
  threshold: 1,
  comparison: "GreaterThanOrEqualToThreshold",
  description: "A file could not be published. First: list them.",
  ...changes,
});

describe("alarms", () => {
  it("are a stage's by the topic they tell, not by how a name ends", () => {
    const told = (topic: string) => ({ AlarmActions: [`arn:aws:sns:us-east-1:123456789012:${topic}`] });
    expect(isOf(told("dropclip-alarms-show"), "show")).toBe(true);
    expect(isOf(told("dropclip-edge-alarms-show"), "show")).toBe(true);
    expect(isOf(told("dropclip-alarms-big-show"), "show")).toBe(false);
    expect(isOf({ AlarmName: "dropclip-failed-show" }, "show")).toBe(false);
  });

  it("are read with the newest value their state rests on", () => {
    const read = alarmOf(
      {
        AlarmName: "dropclip-failed-dev",
        StateValue: "ALARM",
        StateTransitionedTimestamp: new Date(NOW),
        StateReasonData: JSON.stringify({ recentDatapoints: [1, 7] }),
        Threshold: 1,
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
      },
      "us-east-1",
    );
    expect(read).toMatchObject({ state: "ALARM", value: 7, threshold: 1, since: "2026-01-02T04:00:00.000Z" });
    expect(alarmOf({ AlarmName: "a", StateValue: "OK", StateReasonData: "not JSON" }, "x")).not.toHaveProperty("value");
  });
  it("are shown with what is wrong first, and then what to do about it", () => {
    const reason = "Threshold Crossed: 1 out of the last 1 datapoint";
    const raised = alarm({ name: "dropclip-stuck-dev", state: "ALARM", value: 2.345, reason });
    const lines = alarmTable([alarm(), raised], NOW, page).split("\n");
    expect(lines[0]).toMatch(/^ALARM +STATE +SINCE +VALUE +ALARMS AT +WHAT IT MEANS$/);
    expect(lines[1]).toMatch(/^dropclip-stuck-dev +ALARM .*2\.35 +>= 1 +A file could not be published\.$/);
    expect(lines[2]).toMatch(/^dropclip-failed-dev +OK /);
    expect(lines.slice(3)).toEqual(["", "dropclip-stuck-dev", `  ${raised.description}`, `  ${reason}`]);
  });
  it("are raised too where they have long been without the data that they wait for", () => {
    const since = new Date(NOW - 30 * 60_000).toISOString();
    const read = (StateTransitionedTimestamp: Date, InsufficientDataActions = ["arn:aws:sns:…"]) =>
      alarmOf(
        {
          ...{ AlarmName: "dropclip-stuck-dev", StateValue: "INSUFFICIENT_DATA", Period: 900, EvaluationPeriods: 2 },
          ...{ AlarmDescription: "The sweep is silent. First: look.", StateTransitionedTimestamp },
          InsufficientDataActions,
        },
        "us-east-1",
      );
    const silent = read(new Date(since));
    expect(isRaised(silent, NOW)).toBe(true);
    expect(alarmTable([silent], NOW, page)).toContain("First: look.");
    // Just made, or one that waits for nothing.
    expect(isRaised(read(new Date(NOW - 29 * 60_000)), NOW)).toBe(false);
    expect(isRaised(read(new Date(since), []), NOW)).toBe(false);
  });
  it("cannot control the terminal, and say so when there are none", () => {
    expect(alarmTable([alarm({ name: "a\u001b[31mb" })], NOW, page)).not.toContain("\u001b");
    expect(alarmTable([], NOW, page)).toBe("there are no alarms");
  });
});
