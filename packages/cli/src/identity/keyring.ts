import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { writeDurably } from "../files/durable.ts";
import { withLock } from "../files/lock.ts";
import { configDirectory } from "../paths.ts";
import type { Target } from "../target/target.ts";
import type { Authority } from "./authority.ts";
import { SignedIn } from "./tokens.ts";

const Stored = v.object({
  version: v.literal(1),
  /** For people who read the file; its name is derived from these. */
  api: v.string(),
  issuer: v.string(),
  clientId: v.string(),
  /** The user who signed in last comes first. */
  users: v.array(SignedIn),
});

/** The users who are signed in at one API, on disk. Only one process at a time changes them. */
export interface Keyring {
  /** The user who signed in last comes first. */
  users(): SignedIn[];
  /** Changes the users, or returns them unchanged. No other process changes them meanwhile. */
  change<T>(work: (users: SignedIn[]) => Promise<Change<T>> | Change<T>): Promise<T>;
}

interface Change<T> {
  users?: SignedIn[];
  result: T;
}

/**
 * The keyring of an API and its issuer. The API belongs to the key, too: an API that names another API's issuer must
 * not get the tokens that were meant for that other API.
 */
export function openKeyring(
  context: Pick<Context, "env" | "clock" | "signal">,
  { api }: Pick<Target, "api">,
  { issuer, clientId }: Authority,
): Keyring {
  const name = createHash("sha256")
    .update(JSON.stringify([api, issuer, clientId]))
    .digest("hex");
  const file = join(configDirectory(context), "users", `${name.slice(0, 32)}.json`);
  const users = () => read(file);
  return {
    users,
    change: (work) =>
      withLock(`${file}.lock`, context, async () => {
        const { users: changed, result } = await work(users());
        if (changed?.length === 0) rmSync(file, { force: true });
        else if (changed)
          writeDurably(file, `${JSON.stringify({ version: 1, api, issuer, clientId, users: changed })}\n`);
        return result;
      }),
  };
}

function read(file: string): SignedIn[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Stored), text);
  if (parsed.success) return parsed.output.users;
  throw new CliError(`${file} is damaged: delete it and run \`dropclip login\``);
}
