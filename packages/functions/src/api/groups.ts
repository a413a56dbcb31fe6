export * as Groups from "./groups.ts";

import type { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { config } from "@dropclip/core/config";

/** Made when first needed: few calls ask. */
let cognito: CognitoIdentityProviderClient | undefined;

/**
 * The groups the user is in at this moment; none when the pool no longer knows the user. A token says which they were when
 * it was made.
 */
export async function now(userName: string): Promise<string[]> {
  const { AdminListGroupsForUserCommand, CognitoIdentityProviderClient, UserNotFoundException } = await import(
    "@aws-sdk/client-cognito-identity-provider"
  );
  cognito ??= new CognitoIdentityProviderClient({});
  try {
    const { Groups = [] } = await cognito.send(
      new AdminListGroupsForUserCommand({ UserPoolId: config.userPoolId, Username: userName }),
    );
    return Groups.map(({ GroupName }) => GroupName!);
  } catch (error) {
    if (error instanceof UserNotFoundException) return [];
    throw error;
  }
}
