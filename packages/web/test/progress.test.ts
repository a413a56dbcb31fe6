import { describe, expect, it } from "vitest";
import { createMeter } from "../src/send/meter.ts";
import { tell } from "../src/send/tell.ts";

describe("the meter", () => {
  it("says nothing before there is something to tell", () => {
    const meter = createMeter();
    meter.note(0, 0);
    expect(meter.speed()).toBeUndefined();
  });

  it("tells the speed of the last seconds", () => {
    const meter = createMeter();
    for (let second = 0; second <= 20; second++) meter.note(second * 1000, second * 1000);
    for (let second = 21; second <= 40; second++) meter.note(20_000 + (second - 20) * 5000, second * 1000);
    expect(meter.speed()).toBeCloseTo(5000, 0);
  });

  it("begins anew when something is sent again", () => {
    const meter = createMeter();
    meter.note(10_000, 0);
    meter.note(20_000, 1000);
    meter.note(5000, 2000);
    expect(meter.speed()).toBeUndefined();
  });
});

describe("tell", () => {
  const still = { isUnderWay: false, quarter: 0, failed: 0, paused: 0 };
  const going = { ...still, isUnderWay: true };
  it.each([
    ["the start", still, going, "begun"],
    ["each quarter", going, { ...going, quarter: 1 }, "quarter"],
    ["a file that fails", going, { ...going, failed: 1 }, "failed"],
    ["a failure before the quarter", going, { ...going, quarter: 2, failed: 1 }, "failed"],
    ["that it is paused", going, { ...still, quarter: 2, paused: 1 }, "paused"],
    ["the end", { ...going, quarter: 3 }, { ...still, quarter: 4 }, "ended"],
    ["nothing while nothing changes", going, going, undefined],
  ])("says %s", (_, before, now, told) => expect(tell(before, now)).toBe(told));
});
