import type { Bearer } from "../api/caller.ts";
import { cloudConfig } from "../aws/config.ts";
import type { Context } from "../context.ts";
import { SEEDED_PASSWORD, type SeededName, seededUser } from "../demo.ts";
import { CliError } from "../errors.ts";
import type { Patience } from "../net/retry.ts";
import type { RunFile } from "../start/run-file.ts";
import type { Target } from "../target/target.ts";
import { type Authority, findAuthority } from "./authority.ts";
import { type Keyring, openKeyring } from "./keyring.ts";
import { connectIssuer, GrantRefused } from "./oauth.ts";
import { signInByPassword } from "./password.ts";
import { type SignedIn, signedIn, type Tokens } from "./tokens.ts";

/** A token with less time than this left may expire before the API checks it. */
const MARGIN_MS = 60_000;

/** The user in whose name a command acts. */
export interface Session extends Bearer {
  user: Pick<SignedIn, "userId" | "name" | "groups">;
}

/** The session, and the other users who are signed in there. */
export interface Opened {
  session: Session;
  others: string[];
}

export interface SessionOptions {
  /** The signed-in user to act as (default: the one who signed in last). */
  user?: string | undefined;
  /** The user of the local cloud when no user has signed in (default: that is an error). */
  seeded?: SeededName;
  /** Told when the command acts as a user who has not signed in. */
  say: (line: string) => void;
}

/** The user that a command acts as; a `CliError` says how to sign in. */
export async function openSession(
  context: Context,
  target: Target,
  patience: Patience,
  { user, seeded, say }: SessionOptions,
): Promise<Opened> {
  const authority = await findAuthority(target, patience);
  const keyring = openKeyring(context, target, authority);
  const users = keyring.users();
  const chosen = user === undefined ? users[0] : findUser(users, user);
  const others = users.filter((other) => other !== chosen).map(({ name }) => name);
  if (chosen) return { session: keptSession(keyring, chosen, target, authority, patience), others };
  const stranger = seeded && seededUser(user ?? seeded);
  if (!target.cloud || !stranger) throw new CliError(notSignedIn(target, users, user));
  const session = await seededSession(target.cloud, authority, patience, stranger.email);
  say(user === undefined ? `no user is signed in: acting as ${stranger.email}` : `acting as ${stranger.email}`);
  return { session, others };
}

/** The user with that address or id, or that unique beginning of an address up to its @. */
export function findUser(users: SignedIn[], name: string): SignedIn | undefined {
  const wanted = name.toLowerCase();
  const exact = users.find((user) => user.userId === wanted || user.name.toLowerCase() === wanted);
  if (exact) return exact;
  const matches = users.filter((user) => user.name.toLowerCase().startsWith(`${wanted}@`));
  if (matches.length > 1) throw new CliError(`--user ${name}: ${matches.map((match) => match.name).join(" or ")}?`);
  return matches[0];
}

export function notSignedIn({ name, flags }: Target, users: SignedIn[], user?: string): string {
  if (user === undefined) return `no user is signed in at ${name}: run \`dropclip login${flags}\``;
  const others = users.length > 0 ? ` (${users.map((each) => each.name).join(", ")})` : "";
  return `--user ${user}: not among those signed in at ${name}${others}: run \`dropclip login${flags}\``;
}

/** The session of a user in the keyring: one process at a time renews the tokens there. */
function keptSession(
  keyring: Keyring,
  user: SignedIn,
  target: Target,
  authority: Authority,
  patience: Patience,
): Session {
  const ended = () => new CliError(`the sign-in of ${user.name} has ended: run \`dropclip login${target.flags}\``);
  const renew = (refused: string): Promise<SignedIn> =>
    keyring.change(async (users) => {
      const now = users.find(({ userId }) => userId === user.userId);
      if (!now) throw ended();
      // Another process may have renewed them already.
      if (now.accessToken !== refused) return { result: now };
      const renewed = await refreshed(now);
      return { users: users.map((each) => (each === now ? renewed : each)), result: renewed };
    });
  const refreshed = async (now: SignedIn): Promise<SignedIn> => {
    if (!now.refreshToken) throw ended();
    const issuer = await connectIssuer(authority, patience);
    let tokens: Tokens;
    try {
      tokens = await issuer.refresh(now.refreshToken);
    } catch (error) {
      throw error instanceof GrantRefused ? ended() : error;
    }
    const { groups, accessToken, refreshToken = now.refreshToken, expiresAt } = signedIn(tokens, patience.clock.now());
    return { ...now, groups, accessToken, refreshToken, expiresAt };
  };
  return { user, ...renewable(user, renew, patience), turnedAway: ended };
}

/** The session of a seeded user. The password is public, so nothing has to be stored. */
export async function seededSession(
  cloud: Pick<RunFile, "endpoints" | "region" | "credentials">,
  authority: Authority,
  patience: Patience,
  username: string,
): Promise<Session> {
  const signIn = async () => {
    const { signal, clock } = patience;
    const config = cloudConfig(cloud);
    const tokens = await signInByPassword({ authority, config, username, password: SEEDED_PASSWORD, signal });
    return signedIn(tokens, clock.now());
  };
  const user = await signIn();
  return {
    user,
    ...renewable(user, signIn, patience),
    turnedAway: () => new CliError(`the local cloud refused the sign-in of ${username}: restart it`),
  };
}

/** A token that is renewed in time, once for all callers at the same moment. */
function renewable(
  first: SignedIn,
  renew: (refused: string) => Promise<SignedIn>,
  { clock }: Patience,
): Pick<Bearer, "token" | "renew"> {
  let current = first;
  let renewing: Promise<SignedIn> | undefined;
  const renewed = async () => {
    renewing ??= renew(current.accessToken).finally(() => {
      renewing = undefined;
    });
    current = await renewing;
    return current.accessToken;
  };
  return {
    token: async () => (current.expiresAt - clock.now() < MARGIN_MS ? renewed() : current.accessToken),
    renew: async (refused) => (refused === current.accessToken ? renewed() : current.accessToken),
  };
}
