import { describe, expect, it } from "vitest";
import { createSlots } from "../src/send/slots.ts";
import { createWidth } from "../src/send/width.ts";

describe("slots", () => {
  const never = new AbortController().signal;
  /** Something that is done when it is told to be; which were begun, by their names. */
  function work() {
    const begun: string[] = [];
    const ends = new Map<string, PromiseWithResolvers<void>>();
    const act = (name: string) => () => {
      begun.push(name);
      ends.set(name, Promise.withResolvers());
      return ends.get(name)!.promise;
    };
    return { begun, act, end: (name: string) => ends.get(name)!.resolve() };
  }

  it("let so many be done at a time, and the others in the order they came", async () => {
    const slot = createSlots(2);
    const { begun, act, end } = work();
    const all = ["a", "b", "c", "d"].map((name) => slot(never, act(name)));
    expect(begun).toEqual(["a", "b"]);
    end("b");
    await all[1];
    expect(begun).toEqual(["a", "b", "c"]);
    end("a");
    await all[0];
    expect(begun).toEqual(["a", "b", "c", "d"]);
    end("c");
    end("d");
    await Promise.all(all);
  });

  it("pass over what was given up while it waited, and are free again after a failure", async () => {
    const slot = createSlots(1);
    const { begun, act, end } = work();
    const failing = slot(never, () => Promise.reject(new Error("no")));
    const givenUp = new AbortController();
    const waiting = slot(givenUp.signal, act("given up"));
    const last = slot(never, act("last"));
    givenUp.abort();
    await expect(failing).rejects.toThrow("no");
    await expect(waiting).rejects.toThrow();
    end("last");
    await last;
    expect(begun).toEqual(["last"]);
  });
});

describe("the width", () => {
  const after = (...seconds: number[]) => {
    const width = createWidth();
    for (const one of seconds) width.note(one * 1000);
    return width.now();
  };
  it.each([
    ["one part at first", [], 1],
    ["more on a fast line", [1, 1], 3],
    ["four at most", [1, 1, 1, 1, 1, 1], 4],
    ["as many as before where a part takes a while", [1, 8, 8], 2],
    ["fewer when the line gets slow", [1, 1, 30], 2],
    ["one part on a slow line", [60, 60], 1],
  ])("is %s", (_, seconds, width) => expect(after(...seconds)).toBe(width));
});
