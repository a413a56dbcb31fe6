import { cancellation, conflicted } from "./database.ts";

/** Attempts at a write that others contend for; twenty images of one upload may finish at once. */
const ATTEMPTS = 60;
const BACKOFF_MS = 20;

/** Reasons of a cancelled transaction that are gone a moment later (AWS: TransactWriteItems, CancellationReasons). */
const TRANSIENT = new Set([
  ...["None", "ConditionalCheckFailed", "TransactionConflict"],
  ...["ProvisionedThroughputExceeded", "ThrottlingError"],
]);

/** Runs `write` until it is done, waiting with full jitter after each `again` or cancelled transaction. */
export async function conflictFree<T>(write: () => Promise<T | "again">): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let result: T | "again";
    try {
      result = await write();
    } catch (error) {
      const codes = cancellation(error);
      const contended = codes?.some((code) => code === "TransactionConflict" || code === "ConditionalCheckFailed");
      if (!contended && !conflicted(error)) throw error;
      result = "again";
    }
    if (result !== "again") return result;
    if (attempt === ATTEMPTS) throw new Error(`The write was still contended after ${ATTEMPTS} attempts.`);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(250, BACKOFF_MS * 2 ** attempt)));
  }
}

/** A cancelled transaction is to be tried again; throws when that cannot help. */
export function again({ data }: { data: { code?: string; message?: string | undefined }[] }): "again" {
  const lasting = data.find(({ code = "None" }) => !TRANSIENT.has(code));
  if (lasting) throw new Error(`The transaction was cancelled: ${lasting.code}: ${lasting.message}`);
  return "again";
}
