import type { UserPoolClient } from "@dropclip/synth/cloud";
import { authorizedPool, date, type Operation, text } from "../context.ts";
import { clientOf, type Pool } from "../pool.ts";

export const describeUserPoolClient: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "DescribeUserPoolClient");
  return { UserPoolClient: describe(pool, clientOf(pool, text(input, "ClientId"))) };
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
