import type { AwsConfig } from "../aws/config.ts";
import { awsFailure } from "../aws/failure.ts";
import { CliError } from "../errors.ts";
import { type Authority, userPoolId } from "./authority.ts";
import { EXPIRY_SECONDS, type Tokens } from "./tokens.ts";

/** Cognito's error names for mistakes that a user can make. */
const REFUSALS = [
  "NotAuthorizedException",
  "UserNotFoundException",
  "UserNotConfirmedException",
  "PasswordResetRequiredException",
];

export interface PasswordSignIn {
  authority: Authority;
  /** Credentials that allow cognito-idp:AdminInitiateAuth on the user pool. */
  config: AwsConfig;
  username: string;
  password: string;
  signal: AbortSignal;
}

/** Signs a user in by password, with the rights of the user pool's operator. A `CliError` says why it failed. */
export async function signInByPassword(given: PasswordSignIn): Promise<Tokens> {
  const { authority, config, username, password, signal } = given;
  // Loads the AWS SDK; signing in with the browser starts faster without it.
  const { CognitoIdentityProvider } = await import("@aws-sdk/client-cognito-identity-provider");
  const client = new CognitoIdentityProvider(config);
  try {
    const { AuthenticationResult, ChallengeName } = await client.adminInitiateAuth(
      {
        UserPoolId: userPoolId(authority),
        ClientId: authority.clientId,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: username, PASSWORD: password },
      },
      { abortSignal: signal },
    );
    if (!AuthenticationResult?.AccessToken)
      throw new CliError(
        `Cognito asks ${username} for more than a password (${ChallengeName}): sign in with the browser`,
      );
    return {
      accessToken: AuthenticationResult.AccessToken,
      idToken: AuthenticationResult.IdToken,
      refreshToken: AuthenticationResult.RefreshToken,
      expiresInSeconds: AuthenticationResult.ExpiresIn ?? EXPIRY_SECONDS,
    };
  } catch (error) {
    signal.throwIfAborted();
    const { name, message } = error as Error;
    if (REFUSALS.includes(name)) throw new CliError(`${username} cannot sign in: ${message}`);
    throw awsFailure("Cognito", error);
  } finally {
    client.destroy();
  }
}
