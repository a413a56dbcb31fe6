import { Command } from "commander";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { clean, counted } from "../../format.ts";
import { findAuthority } from "../../identity/authority.ts";
import { openKeyring } from "../../identity/keyring.ts";
import { confirmByWord } from "../../input/prompt.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";
import { belongingsFacts, belongingsOf } from "./belongings.ts";

interface Options extends Common {
  events?: boolean;
  yes?: boolean;
}

export function deleteCommand(context: Context): Command {
  const command = new Command("delete")
    .summary("delete your account and everything that is yours")
    .description(
      "Shows what is yours and asks for your address. Then deletes your account: your uploads, published or not,\n" +
        "your picture, your collections, and with --events your events with all that fans sent to them.\n" +
        "After that no one can sign in as you. This cannot be undone.",
    )
    .option("--events", "delete your events too: required when you have any")
    .option("--yes", "do not ask");
  return addUser(command).action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options) {
  // No default user here: only a user who has signed in can be deleted.
  const { target, patience, call, session } = await connectAs(context, options);
  const { name, userId } = session.user;
  const theirs = await belongingsOf(call);
  if (!options.yes) context.stderr.write(`${belongingsFacts(name, theirs)}\n`);
  if (theirs.events.length > 0 && !options.events)
    throw new CliError(
      `you have ${counted(theirs.events.length, "event")}: deleting your account deletes them and all that fans sent to them: add --events`,
    );
  const what = `permanently delete all of this at ${target.name}`;
  await confirmByWord(context, what, name, options.yes);
  await call("DELETE", `/me${options.events ? "?events=delete" : ""}`);
  // Their tokens no longer grant access.
  const keyring = openKeyring(context, target, await findAuthority(target, patience));
  await keyring.change((users) => ({ users: users.filter((user) => user.userId !== userId), result: undefined }));
  print(context, options, { userId, name, deleted: true }, () => clean(`deleted the account ${name}`));
}
