import { TransactionCanceledException, TransactionConflictException } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inFull } from "../src/store/database.ts";
import { again, conflictFree } from "../src/store/transaction.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What it comes to, its waits skipped. */
async function result<T>(work: Promise<T>) {
  const ended = Promise.allSettled([work]);
  await vi.runAllTimersAsync();
  const [{ status, ...more }] = await ended;
  return status === "fulfilled" ? (more as { value: T }).value : (more as { reason: Error }).reason.message;
}

const metadata = { message: "no", $metadata: {} };
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({ ...metadata, CancellationReasons: codes.map((Code) => ({ Code })) });

describe("conflictFree", () => {
  it.each([
    ["a single write that met a transaction", new TransactionConflictException(metadata)],
    ["a transaction that met another", cancelled("None", "TransactionConflict")],
    ["a transaction whose condition did not hold", cancelled("ConditionalCheckFailed")],
  ])("repeats %s", async (_, error) => {
    let attempts = 0;
    const write = async () => {
      if (++attempts < 3) throw error;
      return "done";
    };
    expect(await result(conflictFree(write))).toBe("done");
    expect(attempts).toBe(3);
  });

  it("throws at once what no repetition mends", async () => {
    let attempts = 0;
    const write = async () => {
      attempts++;
      throw cancelled("ValidationError");
    };
    expect(await result(conflictFree(write))).toBe("no");
    expect(attempts).toBe(1);
  });

  it("gives up after many", async () => {
    expect(await result(conflictFree(async () => "again" as const))).toContain("after 60 attempts");
  });
});

describe("again", () => {
  it("is the answer to what is gone a moment later, and to nothing else", () => {
    expect(again({ data: [{ code: "None" }, { code: "TransactionConflict" }, { code: "ThrottlingError" }] })).toBe(
      "again",
    );
    expect(() => again({ data: [{ code: "None" }, { code: "ValidationError", message: "too large" }] })).toThrow(
      "ValidationError: too large",
    );
  });
});

describe("inFull", () => {
  it("asks again for what was left unprocessed", async () => {
    const asked: number[][] = [];
    const batch = async (keys: number[]) => {
      asked.push(keys);
      return { data: keys.slice(0, 2).map(String), unprocessed: keys.slice(2) };
    };
    expect(await result(inFull([1, 2, 3, 4, 5], batch))).toEqual(["1", "2", "3", "4", "5"]);
    expect(asked).toEqual([[1, 2, 3, 4, 5], [3, 4, 5], [5]]);
  });

  it("says how much it could not do", async () => {
    expect(await result(inFull([1, 2, 3], async (keys) => ({ unprocessed: keys.slice(-1) })))).toBe(
      "1 of 3 items were left unprocessed.",
    );
  });
});
