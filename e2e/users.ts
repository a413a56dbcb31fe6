import { randomUUID } from "node:crypto";
import {
  CognitoIdentityProvider,
  UserNotFoundException,
  UsernameExistsException,
} from "@aws-sdk/client-cognito-identity-provider";
import { signedIn, signInByPassword } from "@dropclip/cli";
import type { Target } from "./target.ts";

/** The roles that take part, and each one's group. */
export const ROLES = { fan: "fan", otherFan: "fan", creative: "creative", otherCreative: "creative" } as const;
export type Role = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as Role[];

/** A user of this run, signed in. */
export interface Account {
  email: string;
  userId: string;
  groups: string[];
  accessToken: string;
  /** Says who the user is, but grants no access. */
  idToken: string;
}

/** The users of one run: created in the target's user pool, and deleted from it at the end. */
export interface Accounts {
  password: string;
  /** Creates all of them and signs them in. */
  make(signal: AbortSignal): Promise<Record<Role, Account>>;
  /** Users that may exist already. */
  emails(): string[];
  /** Deletes one; safe to repeat. */
  remove(email: string): Promise<void>;
}

export function accountsAt(target: Target): Accounts {
  const cognito = new CognitoIdentityProvider(target.cognito);
  const UserPoolId = target.issuer.slice(target.issuer.lastIndexOf("/") + 1);
  const run = randomUUID().slice(0, 8);
  const password = `Dropclip-${randomUUID()}`;
  const made = new Set<string>();

  const make = async (role: Role, signal: AbortSignal): Promise<Account> => {
    const email = `dropclip-e2e-${run}-${role.toLowerCase()}@example.com`;
    const user = { UserPoolId, Username: email };
    const UserAttributes = [
      { Name: "email", Value: email },
      { Name: "email_verified", Value: "true" },
    ];
    // Noted before the call: the user may exist although the answer is lost.
    made.add(email);
    try {
      await cognito.adminCreateUser({ ...user, UserAttributes, MessageAction: "SUPPRESS" });
    } catch (error) {
      // The first attempt created the user, but its answer was lost.
      if (!(error instanceof UsernameExistsException)) throw error;
    }
    await cognito.adminSetUserPassword({ ...user, Password: password, Permanent: true });
    await cognito.adminAddUserToGroup({ ...user, GroupName: ROLES[role] });
    const given = { authority: target, config: target.cognito, username: email, password, signal };
    const tokens = await signInByPassword(given);
    const { userId, groups, accessToken } = signedIn(tokens, Date.now());
    return { email, userId, groups, accessToken, idToken: tokens.idToken ?? "" };
  };
  return {
    password,
    make: async (signal) => {
      const all = ROLE_NAMES.map(async (role) => [role, await make(role, signal)] as const);
      // All calls have ended, successful or not: no user is created after the deletion.
      await Promise.allSettled(all);
      return Object.fromEntries(await Promise.all(all)) as Record<Role, Account>;
    },
    emails: () => [...made],
    remove: async (email) => {
      try {
        await cognito.adminDeleteUser({ UserPoolId, Username: email });
      } catch (error) {
        if (!(error instanceof UserNotFoundException)) throw error;
      }
      made.delete(email);
    },
  };
}
