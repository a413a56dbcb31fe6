import { Command, Option } from "commander";
import type { Context } from "../context.ts";
import { CliError, messageOf } from "../errors.ts";
import { clean } from "../format.ts";
import { type Authority, findAuthority } from "../identity/authority.ts";
import { openKeyring } from "../identity/keyring.ts";
import { connectIssuer } from "../identity/oauth.ts";
import { findUser, notSignedIn } from "../identity/session.ts";
import type { SignedIn } from "../identity/tokens.ts";
import type { Patience } from "../net/retry.ts";
import { addTarget } from "../target/options.ts";
import type { Target, TargetOptions } from "../target/target.ts";
import { connect, print } from "./common.ts";

interface Options extends TargetOptions {
  user?: string;
  all?: boolean;
  json?: boolean;
}

export function logoutCommand(context: Context): Command {
  const command = new Command("logout")
    .summary("sign out")
    .description("Deletes the tokens of the user who signed in last, and has the issuer revoke them.")
    .addOption(new Option("--user <name>", "sign out this user instead").conflicts("all"))
    .option("--all", "sign out all users");
  return addTarget(command)
    .option("--json", "print JSON")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options) {
  const { target, patience, screen } = await connect(context, options);
  const authority = await findAuthority(target, patience);
  const keyring = openKeyring(context, target, authority);
  const gone = await keyring.change((users) => {
    const leaving = leavingOf(users, options, target);
    return { users: users.filter((user) => !leaving.includes(user)), result: leaving };
  });
  await revoke(gone, authority, patience).catch((error) => {
    if (!(error instanceof CliError)) throw error;
    // The tokens are deleted here in any case, and no other copy exists.
    screen.line(`the tokens could not be revoked, they expire by themselves: ${clean(messageOf(error))}`);
  });
  const names = gone.map(({ name }) => name);
  print(context, options, { signedOut: names, signedIn: keyring.users().map(({ name }) => name) }, () =>
    clean(
      names.length > 0 ? `signed out ${names.join(", ")} at ${target.name}` : `no user was signed in at ${target.name}`,
    ),
  );
}

function leavingOf(users: SignedIn[], { user, all }: Options, target: Target): SignedIn[] {
  if (all) return users;
  if (user === undefined) return users.slice(0, 1);
  const found = findUser(users, user);
  if (!found) throw new CliError(notSignedIn(target, users, user));
  return [found];
}

async function revoke(users: SignedIn[], authority: Authority, patience: Patience) {
  const tokens = users.flatMap(({ refreshToken }) => refreshToken ?? []);
  if (tokens.length === 0) return;
  const issuer = await connectIssuer(authority, patience);
  for (const token of tokens) await issuer.revoke(token);
}
