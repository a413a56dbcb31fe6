import { handler, policy } from "./handler";
import { named, region, suffixed, webOrigins } from "./names";

const production = () => $app.stage === "production";

/** `dropclip login` waits for the browser at one of these; Cognito wants every callback exactly. */
const CLI_PORTS = [4180, 4181, 4182];

const ACCESS_MINUTES = 60;
const REFRESH_DAYS = 30;

/** Who fans and creatives are: one user pool with managed login, one app for pages and command line. */
export function auth() {
  const assignGroup = handler("AssignGroup", "assign-group", {});
  const pool = new aws.cognito.UserPool("Users", {
    name: named("users"),
    usernameAttributes: ["email"],
    autoVerifiedAttributes: ["email"],
    userPoolTier: "ESSENTIALS",
    passwordPolicy: {
      minimumLength: 10,
      requireLowercase: true,
      requireUppercase: true,
      requireNumbers: true,
      requireSymbols: false,
      temporaryPasswordValidityDays: 7,
    },
    accountRecoverySetting: { recoveryMechanisms: [{ name: "verified_email", priority: 1 }] },
    lambdaConfig: { postConfirmation: assignGroup.arn },
    deletionProtection: production() ? "ACTIVE" : "INACTIVE",
  });
  for (const [name, description] of [
    ["fan", "Uploads to events"],
    ["creative", "Runs events, flyers and collections"],
  ] as const)
    new aws.cognito.UserGroup(name === "fan" ? "FanGroup" : "CreativeGroup", {
      userPoolId: pool.id,
      name,
      description,
    });

  new aws.lambda.Permission("AssignGroupPermission", {
    action: "lambda:InvokeFunction",
    function: assignGroup.name,
    principal: "cognito-idp.amazonaws.com",
    sourceArn: pool.arn,
  });
  // Apart from the function: the pool waits for the function, and this waits for the pool.
  new aws.iam.RolePolicy("AssignGroupUsers", {
    name: "users",
    role: assignGroup.nodes.role.name,
    policy: policy([{ actions: ["cognito-idp:AdminAddUserToGroup"], resources: [pool.arn] }]),
  });

  const origins = webOrigins();
  const client = new aws.cognito.UserPoolClient("App", {
    name: named("app"),
    userPoolId: pool.id,
    // Pages and command lines keep no secret: PKCE takes its place.
    generateSecret: false,
    allowedOauthFlowsUserPoolClient: true,
    allowedOauthFlows: ["code"],
    allowedOauthScopes: ["openid", "email", "profile"],
    supportedIdentityProviders: ["COGNITO"],
    callbackUrls: [
      ...origins.map((origin) => `${origin}/callback`),
      ...CLI_PORTS.map((port) => `http://localhost:${port}/callback`),
    ],
    logoutUrls: origins.map((origin) => `${origin}/`),
    // Signing in by password takes AWS credentials: for operators and their tests.
    explicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    preventUserExistenceErrors: "ENABLED",
    enableTokenRevocation: true,
    accessTokenValidity: ACCESS_MINUTES,
    idTokenValidity: ACCESS_MINUTES,
    refreshTokenValidity: REFRESH_DAYS,
    tokenValidityUnits: { accessToken: "minutes", idToken: "minutes", refreshToken: "days" },
  });
  const domain = new aws.cognito.UserPoolDomain("SignIn", {
    userPoolId: pool.id,
    domain: suffixed(`${$app.name}-${$app.stage}`),
    managedLoginVersion: 2,
  });
  new aws.cognito.ManagedLoginBranding("SignInStyle", {
    userPoolId: pool.id,
    clientId: client.id,
    useCognitoProvidedValues: true,
  });
  return {
    pool,
    client,
    issuer: $interpolate`https://cognito-idp.${region()}.amazonaws.com/${pool.id}`,
    signIn: $interpolate`https://${domain.domain}.auth.${region()}.amazoncognito.com`,
  };
}
export type Auth = ReturnType<typeof auth>;
