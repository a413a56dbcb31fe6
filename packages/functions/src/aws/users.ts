export * as Users from "./users.ts";

import { config } from "@dropclip/core/config";
import { lazily } from "./lazily.ts";

/** Loaded at first use: most calls do not need the user pool. */
const pool = lazily(async () => {
  const sdk = await import("@aws-sdk/client-cognito-identity-provider");
  return { ...sdk, client: new sdk.CognitoIdentityProviderClient({}) };
});

/**
 * The groups that the user is in now; none when the pool no longer has the user. A token only tells the groups of the
 * time it was issued.
 */
export async function groupsOf(userName: string): Promise<string[]> {
  const { client, AdminListGroupsForUserCommand, UserNotFoundException } = await pool();
  const user = { UserPoolId: config.userPoolId, Username: userName };
  try {
    const { Groups = [] } = await client.send(new AdminListGroupsForUserCommand(user));
    return Groups.map(({ GroupName }) => GroupName!);
  } catch (error) {
    if (error instanceof UserNotFoundException) return [];
    throw error;
  }
}

/**
 * Removes a user from the user pool: they can no longer sign in or renew tokens, and the address is
 * free for another account. Safe to repeat.
 */
export async function remove(userId: string): Promise<void> {
  const { client, AdminDeleteUserCommand, UserNotFoundException } = await pool();
  try {
    // A user's id is their name too, in a pool whose users sign in by email (AWS: AdminDeleteUser, Username).
    await client.send(new AdminDeleteUserCommand({ UserPoolId: config.userPoolId, Username: userId }));
  } catch (error) {
    if (!(error instanceof UserNotFoundException)) throw error;
  }
}
