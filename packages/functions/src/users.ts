export * as Users from "./users.ts";

import type { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { config } from "@dropclip/core/config";

/** Made when first needed: most of what a function does has nothing to do with it. */
let cognito: CognitoIdentityProviderClient | undefined;

/**
 * Removes a user from the user pool: nobody signs in as them any more, nothing renews their tokens, and the address is
 * free for another account. Safe to repeat.
 */
export async function remove(userId: string): Promise<void> {
  const { AdminDeleteUserCommand, CognitoIdentityProviderClient, UserNotFoundException } = await import(
    "@aws-sdk/client-cognito-identity-provider"
  );
  cognito ??= new CognitoIdentityProviderClient({});
  try {
    // A user's id is their name too, in a pool whose users sign in by email (AWS: AdminDeleteUser, Username).
    await cognito.send(new AdminDeleteUserCommand({ UserPoolId: config.userPoolId, Username: userId }));
  } catch (error) {
    if (!(error instanceof UserNotFoundException)) throw error;
  }
}
