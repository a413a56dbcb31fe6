import { spawn } from "node:child_process";
import type { Context } from "../context.ts";
import { CliError, messageOf } from "../errors.ts";
import { durationText } from "../format.ts";
import type { Patience } from "../net/retry.ts";
import type { Screen } from "../progress/screen.ts";
import type { Authority } from "./authority.ts";
import { type CallbackListener, listenForCallback } from "./callback.ts";
import { connectIssuer, GrantRefused, type OAuth, type Request } from "./oauth.ts";
import type { Tokens } from "./tokens.ts";

/** The time limit for signing in; the sign-in pages have a shorter one. */
const LONGEST_MS = 5 * 60_000;

export interface BrowserSignIn {
  authority: Authority;
  patience: Patience;
  screen: Screen;
  /** Opens the address instead of only printing it. */
  open: boolean;
  /** Asks for the password even when the browser is signed in, to sign in another user. */
  again: boolean;
}

/** Signs a user in with the browser: OAuth's authorization code flow with PKCE, with a loopback redirect (RFC 8252). */
export async function signInWithBrowser(context: Context, given: BrowserSignIn): Promise<Tokens> {
  const { authority, patience, screen, open, again } = given;
  const issuer = await connectIssuer(authority, patience);
  const listener = await listenForCallback(context.callbackPorts);
  try {
    const request = await issuer.authorize(listener.redirectUri, again);
    await issuer.checkReturn(request);
    const waiting = answered(context, listener, request);
    screen.line(`sign in with your browser at\n\n  ${request.url}\n`);
    if (open) context.openBrowser(request.url.href);
    const callback = await waiting;
    return await redeem(issuer, request, callback);
  } finally {
    await listener.close();
  }
}

/** The browser gets its answer once the result is known. */
async function redeem(
  issuer: OAuth,
  request: Request,
  { answer, reply }: Awaited<ReturnType<CallbackListener["wait"]>>,
) {
  try {
    const tokens = await issuer.redeem(request, answer);
    await reply("You are signed in", "You can close this page and go back to the terminal.");
    return tokens;
  } catch (error) {
    const why = messageOf(error);
    await reply("Not signed in", `The sign-in failed: ${why}. See the terminal.`);
    throw error instanceof GrantRefused ? new CliError(`the sign-in was refused: ${why}`) : error;
  }
}

async function answered({ clock, signal }: Context, listener: CallbackListener, { state }: Request) {
  const done = new AbortController();
  const late = clock.sleep(LONGEST_MS, AbortSignal.any([signal, done.signal])).then(() => {
    throw new CliError(`no sign-in within ${durationText(LONGEST_MS)}: run the command again`);
  });
  try {
    return await Promise.race([listener.wait(state), late]);
  } finally {
    done.abort();
  }
}

/** Opens the address in the user's browser. A failure is ignored: the address has been printed. */
export function openBrowser(url: string) {
  // Without a display `xdg-open` would start a text browser in this terminal, below our output.
  const { DISPLAY, WAYLAND_DISPLAY, BROWSER } = process.env;
  if (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY && !BROWSER) return;
  const [command, ...args] = {
    darwin: ["open", url],
    // `start` runs in a shell, which would cut the address at its `&`.
    win32: ["rundll32", "url.dll,FileProtocolHandler", url],
  }[process.platform as string] ?? ["xdg-open", url];
  const child = spawn(command!, args, { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
