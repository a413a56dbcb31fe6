import {
  CognitoIdentityProvider,
  paginateListGroups,
  paginateListUserPoolClients,
  paginateListUserPools,
} from "@aws-sdk/client-cognito-identity-provider";
import { DESCRIBED, TYPE } from "@dropclip/synth/from-graph/types";
import { type Around, all, camel, type Look, plain, shared, unlessAbsent } from "./look.ts";

const PAGE = 60;

const pools = shared(async ({ config, isOurs }: Around) => {
  const client = new CognitoIdentityProvider(config);
  const found = await all(paginateListUserPools({ client }, { MaxResults: PAGE }), (page) => page.UserPools);
  const ours = found.filter(({ Name }) => isOurs(Name));
  const described = ours.map(async ({ Id }) => (await client.describeUserPool({ UserPoolId: Id })).UserPool!);
  return { client, pools: await Promise.all(described) };
});

/** Every app client of every pool. */
const clients = shared(async (around: Around) => {
  const { client, pools: found } = await pools(around);
  const each = found.map(async ({ Id: UserPoolId }) => {
    const pages = paginateListUserPoolClients({ client }, { UserPoolId, MaxResults: PAGE });
    const ids = await all(pages, (page) => page.UserPoolClients);
    return Promise.all(
      ids.map(async ({ ClientId }) => (await client.describeUserPoolClient({ UserPoolId, ClientId })).UserPoolClient!),
    );
  });
  return (await Promise.all(each)).flat();
});

const POOL_ACTIONS = ["cognito-idp:ListUserPools", "cognito-idp:DescribeUserPool"];
const CLIENT_ACTIONS = [...POOL_ACTIONS, "cognito-idp:ListUserPoolClients", "cognito-idp:DescribeUserPoolClient"];

export const USER_LOOKS: Look[] = [
  {
    type: TYPE.userPool,
    actions: POOL_ACTIONS,
    look: async (around) =>
      (await pools(around)).pools.map((pool) => ({
        id: pool.Id!,
        inputs: {
          name: pool.Name,
          passwordPolicy: camel(pool.Policies?.PasswordPolicy ?? {}),
          usernameAttributes: pool.UsernameAttributes,
          autoVerifiedAttributes: pool.AutoVerifiedAttributes,
          deletionProtection: pool.DeletionProtection,
          mfaConfiguration: pool.MfaConfiguration,
          ...(pool.UserPoolAddOns && { userPoolAddOns: camel(pool.UserPoolAddOns) }),
          ...(pool.AccountRecoverySetting && { accountRecoverySetting: camel(pool.AccountRecoverySetting) }),
          lambdaConfig: camel(pool.LambdaConfig ?? {}),
        },
        outputs: { arn: pool.Arn },
      })),
  },
  {
    type: TYPE.userPoolClient,
    actions: CLIENT_ACTIONS,
    look: async (around) =>
      (await clients(around)).map((app) => ({
        id: app.ClientId!,
        inputs: {
          userPoolId: app.UserPoolId,
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
        },
      })),
  },
  {
    type: TYPE.userGroup,
    actions: [...POOL_ACTIONS, "cognito-idp:ListGroups"],
    look: async (around) => {
      const { client, pools: found } = await pools(around);
      const each = found.map(({ Id: UserPoolId }) =>
        all(paginateListGroups({ client }, { UserPoolId, Limit: PAGE }), (page) => page.Groups),
      );
      return (await Promise.all(each)).flat().map(({ GroupName, UserPoolId, Description, Precedence, RoleArn }) =>
        plain({
          name: GroupName,
          userPoolId: UserPoolId,
          description: Description,
          ...(Precedence !== undefined && { precedence: Precedence }),
          ...(RoleArn && { roleArn: RoleArn }),
        }),
      );
    },
  },
  {
    type: TYPE.userPoolDomain,
    actions: [...POOL_ACTIONS, "cognito-idp:DescribeUserPoolDomain"],
    look: async (around) => {
      const { client, pools: found } = await pools(around);
      const domains = found.flatMap(({ Domain, CustomDomain }) => [Domain, CustomDomain].filter(Boolean));
      return Promise.all(
        domains.map(async (Domain) => {
          const { DomainDescription: one = {} } = await client.describeUserPoolDomain({ Domain });
          return plain({
            domain: Domain,
            userPoolId: one.UserPoolId,
            managedLoginVersion: one.ManagedLoginVersion,
            ...(one.CustomDomainConfig?.CertificateArn && { certificateArn: one.CustomDomainConfig.CertificateArn }),
          });
        }),
      );
    },
  },
  {
    type: DESCRIBED.loginBranding,
    actions: [...CLIENT_ACTIONS, "cognito-idp:DescribeManagedLoginBrandingByClient"],
    look: async (around) => {
      const { client } = await pools(around);
      const each = (await clients(around)).map(async ({ UserPoolId, ClientId }) => {
        const asked = client.describeManagedLoginBrandingByClient({ UserPoolId, ClientId });
        const found = (await unlessAbsent(asked, "ResourceNotFoundException"))?.ManagedLoginBranding;
        const useCognitoProvidedValues = found?.UseCognitoProvidedValues;
        return found ? [plain({ userPoolId: UserPoolId, clientId: ClientId, useCognitoProvidedValues })] : [];
      });
      return (await Promise.all(each)).flat();
    },
  },
];
