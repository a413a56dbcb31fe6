import { describe, expect, it } from "vitest";
import { type Datapoint, decide, evaluationRange } from "../../src/cloudwatch/alarms/decide.ts";

const POINTS: Record<string, Datapoint> = { "0": "within", X: "breaching", "-": "missing" };
const KEEP = undefined;
const NONE = "INSUFFICIENT_DATA";

type Row = [points: string, missing: string | undefined, ignore: string | undefined, breaching: string, within: string];

/** CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data", both tables. */
const TABLES: Record<string, Row[]> = {
  "3/3": [
    ["0 - X - X", "OK", "OK", "OK", "OK"],
    ["0 - - - -", "OK", "OK", "OK", "OK"],
    ["- - - - -", NONE, KEEP, "ALARM", "OK"],
    ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
    ["- - X - -", "ALARM", KEEP, "ALARM", "OK"],
    // The guide's older tables, whose rows the newer text confirms: too young to alarm, and no good datapoint.
    ["- - - - X", NONE, KEEP, "ALARM", "OK"],
    ["X - - - -", "ALARM", KEEP, "ALARM", "OK"],
  ],
  "2/3": [
    ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
    ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
    ["0 - X - -", "OK", "OK", "ALARM", "OK"],
    ["- - - - 0", "OK", "OK", "ALARM", "OK"],
    ["- - - X -", "ALARM", KEEP, "ALARM", "OK"],
    ["- - - - X", NONE, KEEP, "ALARM", "OK"],
  ],
};

describe("an alarm's state", () => {
  for (const [when, rows] of Object.entries(TABLES)) {
    const [datapointsToAlarm, evaluationPeriods] = when.split("/").map(Number) as [number, number];
    it.each(rows)(`follows from %s as AWS's table for ${when} says`, (points, missing, ignore, breaching, within) => {
      const datapoints = points.split(" ").map((one) => POINTS[one]!);
      const stateFor = (treatMissingData: "missing" | "ignore" | "breaching" | "notBreaching") =>
        decide(datapoints, { evaluationPeriods, datapointsToAlarm, treatMissingData });
      expect(datapoints).toHaveLength(evaluationRange({ evaluationPeriods }));
      expect([stateFor("missing"), stateFor("ignore"), stateFor("breaching"), stateFor("notBreaching")]).toEqual([
        missing,
        ignore,
        breaching,
        within,
      ]);
    });
  }
});
