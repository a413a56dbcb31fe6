import { readFileSync } from "node:fs";
import { Query } from "@dropclip/synth/query";
import { synth } from "@dropclip/synth/synth";
import { describe, expect, it } from "vitest";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
/** With everything that has an alarm. */
const env = { DROPCLIP_WEBHOOK: "https://example.com/dropclip" };
const alarms = new Query(await synth({ stage: "dev", env })).all("MetricAlarm");
const nameOf = (physical: string) => physical.replace(/^dropclip-(.+)-dev$/, "$1");

describe("every alarm", () => {
  it("has its paragraph in the runbook, and every paragraph its alarm", () => {
    const headings = [...read("docs/runbook.md").matchAll(/^## (.+)$/gm)].map(([, name]) => name!);
    // A second one of the same kind: an alarm's expression may name ten metrics only.
    const kinds = alarms.map(({ inputs }) => nameOf(inputs.name).replace(/^events-lost-\d+$/, "events-lost"));
    expect([...new Set(kinds)].sort()).toEqual(headings.sort());
  });

  it("says what it means and what to do first, as short as CloudWatch wants it", () => {
    for (const { inputs } of alarms) {
      expect(inputs.alarmDescription).toMatch(/^[A-Z].+\. First: .+\. More in docs\/runbook\.md, "[\w-]+"\.$/);
      // AWS: PutMetricAlarm, AlarmDescription.
      expect(inputs.alarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });

  it("tells a topic of its own region when it begins, and when it is over", () => {
    for (const { inputs } of alarms) {
      expect(inputs.okActions).toEqual(inputs.alarmActions);
      // Before anything is measured, nothing is told.
      const [missing, silence] = nameOf(inputs.name) === "stuck" ? ["missing", inputs.okActions] : ["notBreaching"];
      expect([inputs.treatMissingData, inputs.insufficientDataActions]).toEqual([missing, silence]);
      const region = inputs.region ?? "us-east-1";
      expect(inputs.alarmActions).toEqual([expect.stringContaining(`:sns:${region}:`)]);
    }
  });
});
