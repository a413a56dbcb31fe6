import {
  CognitoIdentityProvider,
  NotAuthorizedException,
  UserNotFoundException,
} from "@aws-sdk/client-cognito-identity-provider";
import { SEEDED_PASSWORD } from "@dropclip/cli/demo";
import { appClient } from "../support/app-client.ts";
import { type Api, apiOf, type TestCloud } from "../support/cloud.ts";

/** A user who signed up for one test. */
export interface Person {
  email: string;
  userId: string;
  api: Api;
  refreshToken: string;
}

/** The cloud's user pool, as its operator has it. */
export function peopleOf({ api, issuer, region, credentials, endpoints, facts }: TestCloud) {
  const cognito = new CognitoIdentityProvider({ region, credentials, endpoint: endpoints["cognito-idp"] });
  const UserPoolId = new URL(issuer).pathname.slice(1);
  const ClientId = appClient(facts).id;

  async function signIn(email: string): Promise<Person> {
    const { AuthenticationResult } = await cognito.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: email, PASSWORD: SEEDED_PASSWORD },
    });
    const { AccessToken, RefreshToken } = AuthenticationResult!;
    const { sub } = JSON.parse(Buffer.from(AccessToken!.split(".")[1]!, "base64url").toString());
    return { email, userId: sub, api: apiOf(api, AccessToken!), refreshToken: RefreshToken! };
  }
  return {
    signIn,
    async signUp(email: string, ...groups: ("fan" | "creative")[]): Promise<Person> {
      const user = { UserPoolId, Username: email };
      await cognito.adminCreateUser({ ...user, MessageAction: "SUPPRESS" });
      await cognito.adminSetUserPassword({ ...user, Password: SEEDED_PASSWORD, Permanent: true });
      for (const GroupName of groups) await cognito.adminAddUserToGroup({ ...user, GroupName });
      return signIn(email);
    },
    /** Whether the pool still knows who had this id. */
    async knows({ userId }: Pick<Person, "userId">): Promise<boolean> {
      try {
        await cognito.adminGetUser({ UserPoolId, Username: userId });
        return true;
      } catch (error) {
        if (error instanceof UserNotFoundException) return false;
        throw error;
      }
    },
    /** Whether a sign-in can still be renewed. */
    async renews({ refreshToken }: Person): Promise<boolean> {
      try {
        await cognito.adminInitiateAuth({
          UserPoolId,
          ClientId,
          AuthFlow: "REFRESH_TOKEN_AUTH",
          AuthParameters: { REFRESH_TOKEN: refreshToken },
        });
        return true;
      } catch (error) {
        if (error instanceof NotAuthorizedException) return false;
        throw error;
      }
    },
  };
}
