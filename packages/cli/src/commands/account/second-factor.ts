import type { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { Argument, Command } from "commander";
import { cloudConfig } from "../../aws/config.ts";
import { awsFailure } from "../../aws/failure.ts";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { clean } from "../../format.ts";
import { findAccount, issuerRegion } from "../../identity/authority.ts";
import { signInWithBrowser } from "../../identity/browser.ts";
import { signedIn } from "../../identity/tokens.ts";
import { ask } from "../../input/prompt.ts";
import { addTarget } from "../../target/options.ts";
import type { Target, TargetOptions } from "../../target/target.ts";
import { connect, print } from "../common.ts";

interface Options extends TargetOptions {
  browser: boolean;
  json?: boolean;
}

const STATES = ["on", "off", "show"] as const;
/** Typed codes that may be wrong: phones' clocks are, too. */
const ATTEMPTS = 3;
/** What Cognito calls a code that is of another app or time; one that is no code at all is an invalid parameter. */
const WRONG = ["EnableSoftwareTokenMFAException", "CodeMismatchException"];
const CODE = /^\d{6}$/;

export function secondFactorCommand(context: Context): Command {
  const command = new Command("second-factor")
    .summary("ask for a code of your phone when you sign in, or no more")
    .description(
      "Signs you in with the browser once more, then turns your second factor on or off: with one, signing in asks for\n" +
        "a code of an authenticator app (TOTP). It guards events and profile of who runs them. Who loses their phone asks\n" +
        "the stage's operator.",
    )
    .addArgument(new Argument("[state]", "what to do").choices(STATES).default("show"))
    .option("--no-browser", "print the address only, do not open it");
  return addTarget(command)
    .option("--json", "print JSON")
    .action((state: (typeof STATES)[number], options: Options) => run(context, state, options));
}

async function run(context: Context, state: (typeof STATES)[number], options: Options) {
  const { target, patience, screen } = await connect(context, options);
  const authority = await findAccount(target, patience);
  const signIn = { authority, patience, screen, open: options.browser, again: true };
  const { accessToken: AccessToken, ...tokens } = await signInWithBrowser(context, signIn);
  const { name } = signedIn({ accessToken: AccessToken, ...tokens }, context.clock.now());
  const cognito = await cognitoOf(target, authority.issuer);
  try {
    if (state === "on") await turnOn(context, cognito, AccessToken, name);
    // Cognito refuses to turn off what was never set up.
    if (state === "off" && (await hasOne(cognito, AccessToken)))
      await cognito.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings: { Enabled: false } });
    const isOn = await hasOne(cognito, AccessToken);
    print(context, options, { name, secondFactor: isOn }, () =>
      clean(`${name} signs in with ${isOn ? "a password and a code" : "a password alone"} at ${target.name}`),
    );
  } catch (error) {
    context.signal.throwIfAborted();
    throw awsFailure("Cognito", error);
  } finally {
    cognito.destroy();
  }
}

async function hasOne(cognito: CognitoIdentityProvider, AccessToken: string): Promise<boolean> {
  const { UserMFASettingList = [] } = await cognito.getUser({ AccessToken });
  return UserMFASettingList.includes("SOFTWARE_TOKEN_MFA");
}

/** Has the user set their app up; nothing changes before it has shown a right code. */
async function turnOn(context: Context, cognito: CognitoIdentityProvider, AccessToken: string, name: string) {
  const { SecretCode = "" } = await cognito.associateSoftwareToken({ AccessToken });
  const label = encodeURIComponent(`dropclip:${name}`);
  const link = `otpauth://totp/${label}?secret=${SecretCode}&issuer=dropclip`;
  const key = SecretCode.replace(/(.{4})(?=.)/g, "$1 ");
  context.stderr.write(`add this key to your authenticator app\n\n  ${key}\n\nor open\n\n  ${link}\n\n`);
  for (let attempt = 1; ; attempt++) {
    const UserCode = (await ask(context, "the code that it shows: "))?.replaceAll(/\s/g, "");
    if (!UserCode) throw new CliError("no code was given: nothing has changed");
    try {
      await cognito.verifySoftwareToken({ AccessToken, UserCode, FriendlyDeviceName: "authenticator" });
      break;
    } catch (error) {
      const isWrong = WRONG.includes((error as Error).name) || !CODE.test(UserCode);
      if (!isWrong) throw error;
      if (attempt === ATTEMPTS) throw new CliError("the codes were not right: nothing has changed");
      context.stderr.write("that code is not right: is the phone's clock?\n");
    }
  }
  await cognito.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
}

/** Cognito's API as users call it: by their token, without AWS credentials. */
async function cognitoOf({ cloud, outputs }: Target, issuer: string): Promise<CognitoIdentityProvider> {
  // Loads the AWS SDK; other commands start faster without it.
  const { CognitoIdentityProvider } = await import("@aws-sdk/client-cognito-identity-provider");
  if (cloud) return new CognitoIdentityProvider({ region: cloud.region, endpoint: cloudConfig(cloud).endpoint });
  const region = outputs?.region ?? issuerRegion(issuer);
  if (!region) throw new CliError(`${issuer} is no user pool of Cognito`);
  return new CognitoIdentityProvider({ region });
}
