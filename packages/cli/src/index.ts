/** The parts of the command line that the end-to-end run, the measurements and the tests use; the rest is private. */
export { type AwsConfig, accountConfig, cloudConfig } from "./aws/config.ts";
export type { Context } from "./context.ts";
export { CliError, messageOf, Refusal } from "./errors.ts";
export { inspect } from "./files/media-file.ts";
export { clean, durationText } from "./format.ts";
export { findAuthority } from "./identity/authority.ts";
export { CALLBACK_URLS } from "./identity/callback.ts";
export { signInByPassword } from "./identity/password.ts";
export { type Session, seededSession } from "./identity/session.ts";
export { signedIn } from "./identity/tokens.ts";
export { program } from "./main.ts";
export { dataDirectory, ROOT } from "./paths.ts";
export { interrupts } from "./process.ts";
export { Screen } from "./progress/screen.ts";
export { runningCloud, writeRunFile } from "./start/run-file.ts";
export { readOutputs } from "./target/outputs.ts";
export { type Finished, upload } from "./upload/upload.ts";
