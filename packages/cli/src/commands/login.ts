import { Command } from "commander";
import { accountConfig, cloudConfig, regionOf } from "../aws/config.ts";
import type { Context } from "../context.ts";
import { SEEDED_PASSWORD, seededUser } from "../demo.ts";
import { CliError } from "../errors.ts";
import { clean } from "../format.ts";
import { type Authority, findAuthority, issuerRegion } from "../identity/authority.ts";
import { signInWithBrowser } from "../identity/browser.ts";
import { openKeyring } from "../identity/keyring.ts";
import { signInByPassword } from "../identity/password.ts";
import { signedIn, type Tokens } from "../identity/tokens.ts";
import { ask } from "../input/prompt.ts";
import { addTarget } from "../target/options.ts";
import type { Target, TargetOptions } from "../target/target.ts";
import { connect, print } from "./common.ts";

interface Options extends TargetOptions {
  user?: string;
  browser: boolean;
  json?: boolean;
}

export function loginCommand(context: Context): Command {
  const command = new Command("login")
    .summary("sign in, with the browser or by password")
    .description(
      "Signs in with the browser; further commands act as that user. Several users can be signed in at once: commands act as the last one, unless --user names another.",
    )
    .option("--user <name>", "sign in by password: a seeded user (fan, creative …) or an address")
    .option("--no-browser", "print the address only, do not open it");
  return addTarget(command)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nDROPCLIP_PASSWORD sets the password, else it is asked for. Signing in by password needs the\nrights of the user pool's operator: with --stage, your AWS credentials.",
    )
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options) {
  const { target, patience, screen } = await connect(context, options);
  const authority = await findAuthority(target, patience);
  const keyring = openKeyring(context, target, authority);
  const tokens =
    options.user === undefined
      ? await signInWithBrowser(context, {
          authority,
          patience,
          screen,
          open: options.browser,
          again: keyring.users().length > 0,
        })
      : await byPassword(context, target, authority, options.user);
  const user = signedIn(tokens, context.clock.now());
  await keyring.change((users) => ({
    users: [user, ...users.filter(({ userId }) => userId !== user.userId)],
    result: undefined,
  }));
  const { userId, name, groups } = user;
  print(context, options, { userId, name, groups, api: target.api, issuer: authority.issuer }, () =>
    clean(`signed in as ${name}${groups.length > 0 ? ` (${groups.join(", ")})` : ""} at ${target.name}`),
  );
}

async function byPassword(context: Context, target: Target, authority: Authority, name: string): Promise<Tokens> {
  const seeded = target.cloud && seededUser(name);
  const username = seeded?.email ?? name;
  const password = await passwordOf(context, username, seeded ? SEEDED_PASSWORD : undefined);
  const config = target.cloud
    ? cloudConfig(target.cloud)
    : accountConfig(context, "COGNITO_IDENTITY_PROVIDER", poolRegion(context, target, authority));
  return signInByPassword({ authority, config, username, password, signal: context.signal });
}

async function passwordOf(context: Context, username: string, known: string | undefined): Promise<string> {
  const password =
    context.env.DROPCLIP_PASSWORD ||
    known ||
    (await ask(context, `password of ${clean(username)}: `, { hidden: true }));
  if (!password) throw new CliError("no password was given");
  return password;
}

function poolRegion(context: Context, { outputs }: Target, { issuer }: Authority): string {
  return outputs?.region ?? issuerRegion(issuer) ?? regionOf(context);
}
