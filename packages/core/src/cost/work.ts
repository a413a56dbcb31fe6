import type { Amounts } from "./bill.ts";

/** What the stage's own graph says: how many steps a file takes, and who does them with how much memory. */
export interface Machinery {
  /** States that an execution passes, by content type. */
  states: Record<"video" | "image", number>;
  /** Memory of the functions, MB, by the name of their file. */
  memoryMb: Record<string, number>;
}

/** Seconds of one call, where the file does not tell: assumptions, all of them small beside what MediaConvert costs. */
const SECONDS = {
  "claim-upload": 0.3,
  "plan-transcode": 1,
  publish: 1,
  "publish-image": 2,
  "record-progress": 0.1,
  "uploads-api": 0.1,
} as const;
type Function = keyof typeof SECONDS;

/** Calls that one file causes: its announcement, signature and the looks at its record count as the API's. */
const CALLS: Record<"video" | "image", Partial<Record<Function, number>>> = {
  video: { "claim-upload": 1, "plan-transcode": 1, publish: 1, "record-progress": 6, "uploads-api": 6 },
  image: { "claim-upload": 1, "publish-image": 1, publish: 1, "uploads-api": 6 },
};
/** Units of one file: a transaction counts twice, and so does every index that holds the row. */
const WRITES = 60;
const READS = 40;

export function work(
  kind: "video" | "image",
  { states, memoryMb }: Machinery,
  seconds: Partial<Record<Function, number>> = {},
): Amounts {
  const calls = Object.entries(CALLS[kind]) as [Function, number][];
  const gigabyteSeconds = calls.map(([name, count]) => {
    const memory = memoryMb[name];
    if (memory === undefined) throw new Error(`The graph has no function ${name}.`);
    return (count * (seconds[name] ?? SECONDS[name]) * memory) / 1024;
  });
  return {
    "Step Functions": states[kind],
    "Lambda, calls": calls.reduce((sum, [, count]) => sum + count, 0),
    "Lambda, time": gigabyteSeconds.reduce((sum, one) => sum + one, 0),
    "DynamoDB, writes": WRITES,
    "DynamoDB, reads": READS,
  };
}
