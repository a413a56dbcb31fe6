import type { UserPoolClient } from "@dropclip/synth/cloud";
import { clientOf, type Pool } from "../pool.ts";
import { authorizedPool, constraint, date, type Operation, page, text } from "./operation.ts";

export const describeUserPool: Operation = (context, input, call) => {
  const pool = authorizedPool(context, input, call, "DescribeUserPool");
  const { facts } = pool;
  const { passwordPolicy: policy, postConfirmationArn } = facts;
  return {
    UserPool: {
      Id: facts.id,
      Name: facts.name,
      Arn: facts.arn,
      Policies: {
        PasswordPolicy: {
          MinimumLength: policy.minimumLength,
          RequireUppercase: policy.requireUppercase,
          RequireLowercase: policy.requireLowercase,
          RequireNumbers: policy.requireNumbers,
          RequireSymbols: policy.requireSymbols,
          TemporaryPasswordValidityDays: policy.temporaryPasswordValidityDays,
        },
      },
      LambdaConfig: postConfirmationArn ? { PostConfirmation: postConfirmationArn } : {},
      CreationDate: date(pool.createdMs),
      LastModifiedDate: date(pool.createdMs),
      AutoVerifiedAttributes: ["email"],
      UsernameAttributes: facts.usernameAttributes,
      UsernameConfiguration: { CaseSensitive: false },
      MfaConfiguration: "OFF",
      EstimatedNumberOfUsers: pool.users.all().length,
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: !facts.selfSignUp },
      ...(facts.domain && { Domain: facts.domain.prefix }),
    },
  };
};

export const describeUserPoolClient: Operation = (context, input, call) => {
  const pool = authorizedPool(context, input, call, "DescribeUserPoolClient");
  return { UserPoolClient: describe(pool, clientOf(pool, text(input, "ClientId"))) };
};

/** Not about any one pool: who may list them may list all. */
export const listUserPools: Operation = ({ world, pools }, input, call) => {
  if (input.MaxResults === undefined) throw constraint("maxResults", "Member must not be null");
  world.authorize(call.principal, "cognito-idp:ListUserPools", "*");
  const { items, next } = page(pools, input.MaxResults, input.NextToken);
  const UserPools = items.map(({ facts, createdMs }) => ({
    Id: facts.id,
    Name: facts.name,
    LambdaConfig: {},
    CreationDate: date(createdMs),
    LastModifiedDate: date(createdMs),
  }));
  return { UserPools, ...(next && { NextToken: next }) };
};

export const listUserPoolClients: Operation = (context, input, call) => {
  const { facts } = authorizedPool(context, input, call, "ListUserPoolClients");
  const { items, next } = page(facts.clients, input.MaxResults, input.NextToken);
  const UserPoolClients = items.map(({ id, name }) => ({ ClientId: id, ClientName: name, UserPoolId: facts.id }));
  return { UserPoolClients, ...(next && { NextToken: next }) };
};

function describe(pool: Pool, client: UserPoolClient) {
  const hosted = client.scopes.length > 0;
  return {
    UserPoolId: pool.facts.id,
    ClientName: client.name,
    ClientId: client.id,
    CreationDate: date(pool.createdMs),
    LastModifiedDate: date(pool.createdMs),
    AccessTokenValidity: client.accessTokenSeconds,
    IdTokenValidity: client.idTokenSeconds,
    RefreshTokenValidity: client.refreshTokenSeconds,
    TokenValidityUnits: { AccessToken: "seconds", IdToken: "seconds", RefreshToken: "seconds" },
    ExplicitAuthFlows: client.explicitAuthFlows,
    ...(hosted && {
      SupportedIdentityProviders: ["COGNITO"],
      CallbackURLs: client.callbackUrls,
      LogoutURLs: client.logoutUrls,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: client.scopes,
    }),
    AllowedOAuthFlowsUserPoolClient: hosted,
    PreventUserExistenceErrors: client.preventUserExistenceErrors ? "ENABLED" : "LEGACY",
    EnableTokenRevocation: true,
  };
}
