import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Json } from "../../src/states/types.ts";
import { createLab, FunctionError, type Handler, type Lab } from "./harness.ts";

/** Executions recorded on AWS, beside the repository; not part of it. */
const FOLDER = resolve(import.meta.dirname, "../../../../../shared/conformance/asl");

export const present = existsSync(FOLDER);
if (!present) console.log(`States Language conformance: ${FOLDER} is not there, its cases are skipped`);

export interface Case {
  id: string;
  definition: object;
  input: Json;
  machineType?: "STANDARD" | "EXPRESS";
  lambdas?: Record<string, { spec: Spec }>;
  expected: Record<string, unknown>;
}

interface Spec {
  return?: "event";
  returnJson?: Json;
  returnRepeated?: { text: string; times: number };
  throw?: { errorType: string; errorMessage: string };
  sleepSeconds?: number;
}

export function casesOf(folder: "." | "outcome-only" | "definition-checks"): any[] {
  if (!present) return [];
  const files = readdirSync(join(FOLDER, folder)).filter((file) => file.endsWith(".json"));
  return files.flatMap((file) => JSON.parse(readFileSync(join(FOLDER, folder, file), "utf8")).cases);
}

/** The corpus' own comparison. */
export async function comparator(): Promise<{
  compareCase(testCase: Case, actual: object): string[];
  expand<T>(definition: T): T;
}> {
  return import(pathToFileURL(join(FOLDER, "compare.mjs")).href);
}

/** Runs one case on a clock that moves by itself; differences from what AWS did. */
export async function differences(testCase: Case): Promise<string[]> {
  const { compareCase, expand } = await comparator();
  let lab: Lab | undefined;
  const handlers = Object.fromEntries(
    Object.entries(testCase.lambdas ?? {}).map(([name, { spec }]) => [name, handlerOf(spec, () => lab!)]),
  );
  try {
    lab = await createLab({ definition: expand(testCase.definition), handlers, machineType: testCase.machineType });
  } catch (error) {
    return [`refused: ${(error as Error).message}`];
  }
  try {
    const arn = lab.start(testCase.input);
    const { status, output, error, cause } = await lab.finish(arn);
    const parsed = output === undefined ? undefined : JSON.parse(output);
    return compareCase(testCase, { status, output: parsed, error, cause, events: await lab.history(arn) });
  } finally {
    await lab.close();
  }
}

function handlerOf(spec: Spec, lab: () => Lab): Handler {
  return async (event) => {
    if (spec.sleepSeconds) await lab().clock.sleep(spec.sleepSeconds * 1000);
    if (spec.throw) throw new FunctionError(spec.throw.errorType, spec.throw.errorMessage);
    if (spec.returnRepeated) return spec.returnRepeated.text.repeat(spec.returnRepeated.times);
    return spec.returnJson !== undefined ? spec.returnJson : event;
  };
}
