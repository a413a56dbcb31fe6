import { parseArgs } from "node:util";

const SIGNALS = ["SIGKILL", "SIGINT", "SIGTERM", "SIGHUP"] as const;
export type Signal = (typeof SIGNALS)[number];

export interface Options {
  kills: number;
  uploads: number;
  /** The signals from which each kill picks one. */
  signals: readonly Signal[];
  seed: number;
}

const MIXED = ["SIGKILL", "SIGINT", "SIGTERM"] as const;

/** Reads `--kills N --uploads N --signal NAME|mixed --seed N`; throws for anything else. */
export function read(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      kills: { type: "string", default: "6" },
      uploads: { type: "string", default: "40" },
      signal: { type: "string", default: "mixed" },
      seed: { type: "string", default: "1" },
    },
  });
  const signal = SIGNALS.find((name) => name === values.signal);
  if (!signal && values.signal !== "mixed") throw new Error(`--signal is one of ${SIGNALS.join(", ")}, mixed`);
  return {
    kills: whole("--kills", values.kills),
    uploads: whole("--uploads", values.uploads),
    signals: signal ? [signal] : MIXED,
    seed: whole("--seed", values.seed),
  };
}

function whole(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${name} is a whole number, not ${text}`);
}
