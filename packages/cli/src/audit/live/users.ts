import {
  CognitoIdentityProvider,
  paginateListUserPoolClients,
  paginateListUserPools,
} from "@aws-sdk/client-cognito-identity-provider";
import { TYPE } from "@dropclip/synth/from-graph/types";
import { type Around, all, camel, type Look } from "./look.ts";

const PAGE = 60;

async function pools({ config, isOurs }: Around) {
  const client = new CognitoIdentityProvider(config);
  const found = await all(paginateListUserPools({ client }, { MaxResults: PAGE }), (page) => page.UserPools);
  return { client, ids: found.filter(({ Name }) => isOurs(Name!)).map(({ Id }) => Id!) };
}

export const USER_LOOKS: Look[] = [
  {
    type: TYPE.userPool,
    actions: ["cognito-idp:ListUserPools", "cognito-idp:DescribeUserPool"],
    look: async (around) => {
      const { client, ids } = await pools(around);
      return Promise.all(
        ids.map(async (UserPoolId) => {
          const { UserPool: pool = {} } = await client.describeUserPool({ UserPoolId });
          return {
            name: pool.Name,
            passwordPolicy: camel(pool.Policies?.PasswordPolicy ?? {}),
            usernameAttributes: pool.UsernameAttributes,
            autoVerifiedAttributes: pool.AutoVerifiedAttributes,
            deletionProtection: pool.DeletionProtection,
            mfaConfiguration: pool.MfaConfiguration,
            ...(pool.AccountRecoverySetting && { accountRecoverySetting: camel(pool.AccountRecoverySetting) }),
          };
        }),
      );
    },
  },
  {
    type: TYPE.userPoolClient,
    actions: ["cognito-idp:ListUserPools", "cognito-idp:ListUserPoolClients", "cognito-idp:DescribeUserPoolClient"],
    look: async (around) => {
      const { client, ids } = await pools(around);
      const found = await Promise.all(
        ids.map(async (UserPoolId) => {
          const pages = paginateListUserPoolClients({ client }, { UserPoolId, MaxResults: PAGE });
          const clients = await all(pages, (page) => page.UserPoolClients);
          return Promise.all(
            clients.map(async ({ ClientId }) => {
              const { UserPoolClient: app = {} } = await client.describeUserPoolClient({ UserPoolId, ClientId });
              return {
                name: app.ClientName,
                allowedOauthFlows: app.AllowedOAuthFlows,
                allowedOauthScopes: app.AllowedOAuthScopes,
                callbackUrls: app.CallbackURLs,
                logoutUrls: app.LogoutURLs,
                explicitAuthFlows: app.ExplicitAuthFlows,
                preventUserExistenceErrors: app.PreventUserExistenceErrors,
                enableTokenRevocation: app.EnableTokenRevocation,
                accessTokenValidity: app.AccessTokenValidity,
                refreshTokenValidity: app.RefreshTokenValidity,
                tokenValidityUnits: camel(app.TokenValidityUnits ?? {}),
              };
            }),
          );
        }),
      );
      return found.flat();
    },
  },
];
