import { describe, expect, it } from "vitest";
import { fair } from "../src/upkeep/fair.ts";

const inTurn = (items: string[], turn = 0) => fair(items, (item) => item[0]!, turn).join(" ");

describe("items in turn", () => {
  it("are one of each owner, then another one of each", () => {
    expect(inTurn(["a1", "a2", "a3", "a4", "b1", "c1", "c2"])).toBe("a1 b1 c1 a2 c2 a3 a4");
    expect(inTurn([])).toBe("");
  });

  it("let nobody wait for more of another's than of their own", () => {
    const many = Array.from({ length: 5000 }, (_, index) => `a${index}`);
    const order = fair([...many, "b1", "b2"], (item) => item[0]!, 4711);
    expect(order.indexOf("b1")).toBeLessThan(4);
    expect(order.indexOf("b2")).toBeLessThan(4);
    expect(order.toSorted()).toEqual([...many, "b1", "b2"].toSorted());
  });

  it("begin at another one of each owner's with every turn", () => {
    expect([0, 1, 2, 3].map((turn) => inTurn(["a1", "a2", "a3", "b1"], turn))).toEqual([
      "a1 b1 a2 a3",
      "a2 b1 a3 a1",
      "a3 b1 a1 a2",
      "a1 b1 a2 a3",
    ]);
  });
});
