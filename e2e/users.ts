import { randomUUID } from "node:crypto";
import {
  CognitoIdentityProvider,
  UserNotFoundException,
  UsernameExistsException,
} from "@aws-sdk/client-cognito-identity-provider";
import { signedIn, signInByPassword } from "@dropclip/cli";
import type { Target } from "./target.ts";

/** Who takes part, and which group each is in. */
export const ROLES = { fan: "fan", otherFan: "fan", creative: "creative", otherCreative: "creative" } as const;
export type Role = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as Role[];

/** A user of this run, signed in. */
export interface Account {
  email: string;
  userId: string;
  groups: string[];
  accessToken: string;
  /** Says who they are, and opens nothing. */
  idToken: string;
}

/** The users of one run: made in the target's user pool, and deleted from it at the end. */
export interface Accounts {
  password: string;
  /** Makes all of them and signs them in. */
  make(signal: AbortSignal): Promise<Record<Role, Account>>;
  /** Those that may be there. */
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
    // Noted first: an answer that is lost may have made them.
    made.add(email);
    try {
      await cognito.adminCreateUser({ ...user, UserAttributes, MessageAction: "SUPPRESS" });
    } catch (error) {
      // The first attempt was answered to nobody.
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
      // All have ended, whatever became of one: nobody is made any more once they are deleted.
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
