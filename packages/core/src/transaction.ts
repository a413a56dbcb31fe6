import { cancellation } from "./database.ts";

/** Attempts at a write that others contend for; twenty images of one upload may finish at once. */
const ATTEMPTS = 60;
const BACKOFF_MS = 20;

/** Runs `write` until it is done, waiting with full jitter after each `again` or cancelled transaction. */
export async function conflictFree<T>(write: () => Promise<T | "again">): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let result: T | "again";
    try {
      result = await write();
    } catch (error) {
      const codes = cancellation(error);
      if (!codes?.some((code) => code === "TransactionConflict" || code === "ConditionalCheckFailed")) throw error;
      result = "again";
    }
    if (result !== "again") return result;
    if (attempt === ATTEMPTS) throw new Error(`The write was still contended after ${ATTEMPTS} attempts.`);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(250, BACKOFF_MS * 2 ** attempt)));
  }
}
