import type { Command } from "commander";
import { type Call, createCaller } from "../api/caller.ts";
import type { Listing } from "../api/pages.ts";
import type { Context } from "../context.ts";
import type { SeededName } from "../demo.ts";
import { type Opened, openSession } from "../identity/session.ts";
import { countOf } from "../input/amounts.ts";
import { patienceOf } from "../net/patience.ts";
import type { Patience } from "../net/retry.ts";
import { Screen } from "../progress/screen.ts";
import { type Page, pageOf } from "../show/page.ts";
import { addTarget } from "../target/options.ts";
import { findTarget, type Target, type TargetOptions } from "../target/target.ts";

/** Options of every command that calls the API. */
export interface Common extends TargetOptions {
  user?: string;
  json?: boolean;
}

/** Options of a command that acts as a user. */
export function addUser(command: Command): Command {
  return addTarget(command.option("--user <name>", "act as this signed-in user (default: the last one)")).option(
    "--json",
    "print JSON",
  );
}

/** Options of a command that needs no user. */
export function addPublic(command: Command): Command {
  return addTarget(command).option("--json", "print JSON");
}

/** The API, and the screen that shows delays to the user. */
export interface Connection {
  target: Target;
  patience: Patience;
  screen: Screen;
  call: Call;
}

/** Connects without a user. */
export async function connect(context: Context, options: TargetOptions): Promise<Connection> {
  const screen = new Screen(context.stderr);
  const patience = patienceOf(context, screen);
  const target = await findTarget(context, options);
  return { target, patience, screen, call: createCaller(target.api, patience) };
}

/**
 * Connects as a signed-in user. On a local cloud where no user has signed in, connects as the seeded user, if there is
 * one.
 */
export async function connectAs(context: Context, options: Common, seeded?: SeededName): Promise<Connection & Opened> {
  const connection = await connect(context, options);
  const { target, patience, screen } = connection;
  const say = (line: string) => screen.line(line);
  const opened = await openSession(context, target, patience, { user: options.user, seeded, say });
  return { ...connection, ...opened, call: createCaller(target.api, patience, opened.session) };
}

/** Prints one JSON document with `--json`, else text for people. */
export function print({ stdout }: Pick<Context, "stdout">, { json }: Common, document: unknown, text: () => string) {
  stdout.write(`${json ? JSON.stringify(document) : text()}\n`);
}

const DEFAULT_LIMIT = 20;
const LARGEST_LIMIT = 10_000;

export interface Limited {
  limit: number;
}

/** For a command that lists: pages are fetched until there are this many items. */
export function addLimit(command: Command): Command {
  return command.option("--limit <n>", "show at most this many", countOf(LARGEST_LIMIT, "limit"), DEFAULT_LIMIT);
}

/** Prints a list: a JSON array, or a table. */
export function printList<T>(
  context: Context,
  options: Common,
  listing: Listing<T>,
  table: (items: T[], page: Page) => string,
) {
  print(context, options, listing.items, () => table(listing.items, pageOf(context)));
  tellMore(context, listing);
}

/** On stderr, so that stdout has only the list. */
export function tellMore({ stderr }: Context, { items, more }: Listing<unknown>) {
  if (more) stderr.write(`there are more than these ${items.length}: use --limit to see them\n`);
}
