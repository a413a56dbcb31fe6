import { AwsError } from "../../world.ts";
import { cron } from "./cron.ts";

/** The next moment a schedule fires after `afterMs`; undefined when it never does again. */
export type Schedule = (afterMs: number) => number | undefined;

const UNIT_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Compiles `rate(5 minutes)` or `cron(0 8 * * ? *)` (UTC). ValidationException when it is neither. */
export function compileSchedule(expression: string): Schedule {
  const every = rateMs(expression);
  if (every !== undefined) return (afterMs) => afterMs + every;
  const fields = /^cron\(([^()]+)\)$/.exec(expression)?.[1];
  const schedule = fields === undefined ? undefined : cron(fields);
  if (schedule) return schedule;
  throw new AwsError("ValidationException", `Parameter ScheduleExpression is not valid: ${expression}`, 400);
}

/** A rate of 1 takes the singular and every other the plural. */
function rateMs(expression: string): number | undefined {
  const match = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression);
  if (!match || (match[1] === "1") === (match[3] === "s")) return undefined;
  return Number(match[1]) * UNIT_MS[match[2]!]!;
}
