import type { Input } from "../protocol/json.ts";
import { AwsError } from "../world.ts";

const ENTRIES = 10;

/** Runs a batch's entries one by one: those that fail are listed, the others happen. */
export function batch(input: Input, run: (entry: Input) => Record<string, unknown> | undefined) {
  const entries = checkEntries(input.Entries);
  const Successful: unknown[] = [];
  const Failed: unknown[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: error.status < 500, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

function checkEntries(entries: unknown): Input[] {
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.", 400);
  }
  if (entries.length > ENTRIES) {
    const message = `Maximum number of entries per request are ${ENTRIES}. You have sent ${entries.length}.`;
    throw new AwsError("TooManyEntriesInBatchRequest", message, 400);
  }
  const ids = entries.map((entry) => entry?.Id);
  if (ids.some((id) => typeof id !== "string" || !/^[\w-]{1,80}$/.test(id))) {
    const message =
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.";
    throw new AwsError("InvalidBatchEntryId", message, 400);
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice) throw new AwsError("BatchEntryIdsNotDistinct", `Id ${twice} repeated.`, 400);
  return entries;
}
