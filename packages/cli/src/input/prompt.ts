import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import type { Context } from "../context.ts";
import { CliError, Interrupted } from "../errors.ts";
import { clean } from "../format.ts";

/** Asks on the terminal and returns the typed line, not shown when `hidden`; undefined at the end of the input. */
export async function ask(
  { stdin, stderr, signal }: Pick<Context, "stdin" | "stderr" | "signal">,
  question: string,
  { hidden = false } = {},
): Promise<string | undefined> {
  signal.throwIfAborted();
  stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // When visible, the terminal itself echoes and edits. When hidden, readline does both and shows nothing.
  const lines = createInterface({ input: stdin, output: nowhere, terminal: hidden && stdin.isTTY === true });
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  lines.once("line", resolve);
  lines.once("close", () => resolve(undefined));
  lines.once("SIGINT", () => reject(new Interrupted("SIGINT")));
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", stop);
    lines.close();
    if (hidden) stderr.write("\n");
  }
}

/**
 * Asks before a command that cannot be undone: continues with `--yes` or a typed yes, otherwise throws a `CliError`.
 */
export async function confirm(
  context: Pick<Context, "stdin" | "stderr" | "signal">,
  what: string,
  yes: boolean | undefined,
): Promise<void> {
  if (yes) return;
  if (!context.stdin.isTTY) throw new CliError(`${what}? There is no terminal to ask on: add --yes`);
  const answer = await ask(context, `${clean(what)}? [y/N] `);
  if (!/^\s*y(es)?\s*$/i.test(answer ?? "")) throw new CliError("nothing was deleted");
}

/** The same for cases where a yes is typed too easily: the user must type the word itself. */
export async function confirmByWord(
  context: Pick<Context, "stdin" | "stderr" | "signal">,
  what: string,
  word: string,
  yes: boolean | undefined,
): Promise<void> {
  if (yes) return;
  if (!context.stdin.isTTY) throw new CliError(`${what}? There is no terminal to ask on: add --yes`);
  const answer = await ask(context, `${clean(what)}? Type ${clean(word)} to go on: `);
  if (answer?.trim().toLowerCase() !== word.toLowerCase()) throw new CliError("nothing was deleted");
}
