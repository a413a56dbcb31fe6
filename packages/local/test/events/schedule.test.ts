import { describe, expect, it } from "vitest";
import { compileSchedule } from "../../src/events/schedule/index.ts";

const next = (expression: string, after: string) => {
  const ms = compileSchedule(expression)(Date.parse(after));
  return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16);
};

describe("a schedule's next time", () => {
  it.each([
    ["rate(1 minute)", "2026-01-02T03:04:00Z", "2026-01-02T03:05"],
    ["rate(5 minutes)", "2026-01-02T03:04:00Z", "2026-01-02T03:09"],
    ["rate(2 days)", "2026-01-02T03:04:00Z", "2026-01-04T03:04"],
    ["cron(0 8 * * ? *)", "2026-01-02T08:00:00Z", "2026-01-03T08:00"],
    ["cron(15 10 ? * 6L 2022-2030)", "2026-01-02T00:00:00Z", "2026-01-30T10:15"],
    ["cron(0/15 * * * ? *)", "2026-01-02T03:04:05Z", "2026-01-02T03:15"],
    ["cron(0 18 ? * MON-FRI *)", "2026-01-02T19:00:00Z", "2026-01-05T18:00"],
    ["cron(0 0 L * ? *)", "2026-02-02T00:00:00Z", "2026-02-28T00:00"],
    ["cron(0 0 1W * ? *)", "2026-02-02T00:00:00Z", "2026-03-02T00:00"],
    ["cron(0 0 31W * ? *)", "2026-05-02T00:00:00Z", "2026-05-29T00:00"],
    ["cron(0 9 ? * 2#1 *)", "2026-01-02T00:00:00Z", "2026-01-05T09:00"],
    ["cron(0 0 29 2 ? *)", "2026-01-02T00:00:00Z", "2028-02-29T00:00"],
    ["cron(5,10 1 1 JAN,JUL ? 2027)", "2026-01-02T00:00:00Z", "2027-01-01T01:05"],
  ])("of %s after %s is %s", (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });
  it("is none when the years are over", () => {
    expect(next("cron(0 0 1 1 ? 2020)", "2026-01-02T00:00:00Z")).toBeUndefined();
  });
  it.each([
    "rate(1 minutes)",
    "rate(5 minute)",
    "rate(0 minutes)",
    "rate(5 seconds)",
    "cron(0 8 * * * *)",
    "cron(0 8 ? * ? *)",
    "cron(60 8 * * ? *)",
    "cron(0 8 * * ?)",
    "cron(0 8 32 * ? *)",
    "cron(0 8 5-2 * ? *)",
    "cron(0/0 8 * * ? *)",
    "every day",
    "",
  ])("is refused for %j", (expression) => {
    expect(() => compileSchedule(expression)).toThrow(expect.objectContaining({ code: "ValidationException" }));
  });
});
