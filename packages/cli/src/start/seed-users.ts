import {
  CognitoIdentityProvider,
  UserNotFoundException,
  UsernameExistsException,
} from "@aws-sdk/client-cognito-identity-provider";
import { cloudConfig } from "../aws/config.ts";
import { type Group, SEEDED_PASSWORD, SEEDED_USERS, type SeededName } from "../demo.ts";
import { givenPassword, notePassword } from "./given-password.ts";
import type { Issuing, StartedCloud } from "./started.ts";

export interface SeededUser {
  /** The `sub` of the user's tokens. */
  userId: string;
  email: string;
  group: Group;
}

export type SeededUsers = Record<SeededName, SeededUser>;

/**
 * Creates a local cloud's users in their groups, with the one password. Users who are there stay unchanged, unless this
 * version has another password for them: they are given it once.
 */
export async function seedUsers(
  cloud: Pick<StartedCloud, "endpoints" | "region" | "credentials" | "directory"> & Issuing,
): Promise<SeededUsers> {
  if (!cloud.issuer) throw new Error("the graph has no user pool: no user could sign in");
  const UserPoolId = cloud.issuer.slice(cloud.issuer.lastIndexOf("/") + 1);
  const cognito = new CognitoIdentityProvider(cloudConfig(cloud));
  const isNew = givenPassword(cloud.directory) !== SEEDED_PASSWORD;
  try {
    const seeded = SEEDED_USERS.map(async ({ name, email, group }) => {
      const user = { UserPoolId, Username: email };
      const known = await find(cognito, user);
      const userId = known ?? (await create(cognito, user));
      if (known && isNew) await give(cognito, user);
      await cognito.adminAddUserToGroup({ ...user, GroupName: group });
      return [name, { userId, email, group }] as const;
    });
    const users = Object.fromEntries(await Promise.all(seeded)) as SeededUsers;
    if (isNew) notePassword(cloud.directory, SEEDED_PASSWORD);
    return users;
  } finally {
    cognito.destroy();
  }
}

type User = { UserPoolId: string; Username: string };

/** The id of an existing user, who then has a password. */
async function find(cognito: CognitoIdentityProvider, user: User): Promise<string | undefined> {
  try {
    const { UserAttributes, UserStatus } = await cognito.adminGetUser(user);
    // A start that was interrupted may have left a user without a password.
    return UserStatus === "CONFIRMED" ? UserAttributes?.find(({ Name }) => Name === "sub")?.Value : undefined;
  } catch (error) {
    if (error instanceof UserNotFoundException) return undefined;
    throw error;
  }
}

async function create(cognito: CognitoIdentityProvider, user: User): Promise<string> {
  const UserAttributes = [
    { Name: "email", Value: user.Username },
    { Name: "email_verified", Value: "true" },
  ];
  try {
    await cognito.adminCreateUser({ ...user, UserAttributes, MessageAction: "SUPPRESS" });
  } catch (error) {
    if (!(error instanceof UsernameExistsException)) throw error;
  }
  await give(cognito, user);
  const userId = await find(cognito, user);
  if (!userId) throw new Error(`Cognito made ${user.Username}, but does not find them`);
  return userId;
}

const give = (cognito: CognitoIdentityProvider, user: User) =>
  cognito.adminSetUserPassword({ ...user, Password: SEEDED_PASSWORD, Permanent: true });
