import type { MetricAlarm } from "@dropclip/synth/cloud";

/** A datapoint of the evaluation range: it breaches the threshold, it does not, or it is missing. */
export type Datapoint = "breaching" | "within" | "missing";
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/**
 * How many more datapoints than its evaluation periods an alarm looks at, so that it need not fill in missing ones. AWS
 * does not say what it depends on; its published tables show two more.
 */
const EXTRA_DATAPOINTS = 2;

export const evaluationRange = ({ evaluationPeriods }: Pick<MetricAlarm, "evaluationPeriods">) =>
  evaluationPeriods + EXTRA_DATAPOINTS;

type Settings = Pick<MetricAlarm, "evaluationPeriods" | "datapointsToAlarm" | "treatMissingData">;

/**
 * The state that follows from the datapoints of the evaluation range, the oldest first; undefined where the alarm keeps
 * the state it has. CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data".
 */
export function decide(datapoints: Datapoint[], settings: Settings): AlarmState | undefined {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = settings;
  const real = datapoints.filter((one) => one !== "missing");
  const breaching = (list: Datapoint[]) => list.filter((one) => one === "breaching").length;
  const stateOf = (count: number) => (count >= datapointsToAlarm ? "ALARM" : "OK");
  // With enough real ones, however far back, how to treat missing ones does not matter.
  if (real.length >= evaluationPeriods) return stateOf(breaching(real.slice(-evaluationPeriods)));
  if (treatMissingData === "notBreaching") return stateOf(breaching(real));
  if (treatMissingData === "breaching") return stateOf(breaching(real) + evaluationPeriods - real.length);
  if (breaching(real) >= datapointsToAlarm) return "ALARM";
  if (real.includes("within")) return "OK";
  if (treatMissingData === "ignore") return undefined;
  // "Premature": what breached is old enough that the datapoints since would have told if it was over.
  const age = real.length === 0 ? 0 : datapoints.length - datapoints.indexOf("breaching");
  return age >= datapointsToAlarm ? "ALARM" : "INSUFFICIENT_DATA";
}
