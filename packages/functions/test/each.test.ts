import { describe, expect, it } from "vitest";
import { each, eachAlone } from "../src/each.ts";

async function* numbers(count: number) {
  for (let n = 0; n < count; n++) yield n;
}

describe("each", () => {
  it("does all of it, so many at a time", async () => {
    const done: number[] = [];
    let [now, most] = [0, 0];
    const work = async (n: number) => {
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now--;
      done.push(n);
    };
    await each(numbers(50), work, 4);
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(most).toBe(4);
  });

  it("begins nothing after a failure, and throws it when all that was begun has ended", async () => {
    const [begun, ended]: [number[], number[]] = [[], []];
    const work = async (n: number) => {
      begun.push(n);
      if (n === 2) throw new Error("two");
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      ended.push(n);
    };
    await expect(each(numbers(50), work, 4)).rejects.toThrow("two");
    expect(begun).toEqual([0, 1, 2]);
    expect(ended).toEqual([0, 1]);
    await new Promise(setImmediate);
    expect(begun).toHaveLength(3);
  });
});

describe("eachAlone", () => {
  it("does all of it, whatever fails, and says of each what did", async () => {
    const [done, failed]: [number[], string[]] = [[], []];
    const work = async (n: number) => {
      if (n % 4 === 0) throw new Error(`no ${n}`);
      done.push(n);
    };
    const failure = await eachAlone(numbers(10), work, 3, (n, { message }) => failed.push(`${n}: ${message}`));
    expect(done).toEqual([1, 2, 3, 5, 6, 7, 9]);
    expect(failed).toEqual(["0: no 0", "4: no 4", "8: no 8"]);
    expect(failure?.message).toBe("3 failed; the others are done.");
    expect(failure?.errors).toHaveLength(3);
    expect(
      await eachAlone(
        numbers(3),
        async () => {},
        3,
        () => {},
      ),
    ).toBeUndefined();
  });
});
