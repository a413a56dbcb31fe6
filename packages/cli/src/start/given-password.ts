import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeDurably } from "../files/durable.ts";

/** Which password the seeded users were last given; a data directory of an earlier version does not say. */
const fileOf = (directory: string) => join(directory, "seeded-password");

export function givenPassword(directory: string): string | undefined {
  try {
    return readFileSync(fileOf(directory), "utf8").trimEnd();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export const notePassword = (directory: string, password: string) => writeDurably(fileOf(directory), `${password}\n`);
