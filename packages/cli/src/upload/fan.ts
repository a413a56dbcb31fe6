import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { CliError } from "../errors.ts";

const Fan = v.pipe(v.string(), v.parseJson(), v.looseObject({ fanId: v.pipe(v.string(), v.uuid()) }));

/** Who the user is until sign-in exists: a random UUID, made once and kept in `fan.json`. */
export function fanId(directory: string): string {
  const file = join(directory, "fan.json");
  const known = read(file);
  if (known) return known;
  const draft = `${file}.${process.pid}.tmp`;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(draft, `${JSON.stringify({ fanId: randomUUID() })}\n`, { mode: 0o600 });
  try {
    // Unlike a rename, a link never replaces the id that another dropclip made at the same moment.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
  return read(file)!;
}

function read(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const parsed = v.safeParse(Fan, text);
  if (!parsed.success) throw new CliError(`${file} is damaged: delete it to get a new fan id, or name one with --fan`);
  return parsed.output.fanId;
}
