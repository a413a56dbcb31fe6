import { AdminAddUserToGroupCommand, CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";

const client = new CognitoIdentityProviderClient();

/** A usual trigger: puts the user who has signed up into the default group. */
export const handler = async (event: { userPoolId: string; userName: string }) => {
  const of = { UserPoolId: event.userPoolId, Username: event.userName };
  await client.send(new AdminAddUserToGroupCommand({ ...of, GroupName: "fan" }));
  return event;
};
