import { CALLBACK_PORTS, callbackUrl } from "../packages/core/src/sign-in";
import { handler } from "./handler";
import { arn, dnsSuffix, named, options, region, suffixed } from "./names";
import { isProduction, signInPages } from "./options";

/**
 * Requests that one address may send the pool in five minutes. Only what is sent counts, not pages and keys that are
 * read. A venue's guests share a few addresses: signing up takes each about three, and staying signed in one in 15
 * minutes.
 */
const SENT_PER_ADDRESS = 2000;
const WINDOW_SECONDS = 5 * 60;

/**
 * A firewall before the user pool, which AWS bills by the month and by the request. It sees no names and no passwords
 * (AWS: web ACLs and user pools), so what it can tell apart is addresses.
 */
function firewall(pool: aws.cognito.UserPool) {
  const seen = (metricName: string) => ({ cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true });
  const sent = {
    byteMatchStatement: {
      fieldToMatch: { method: {} },
      positionalConstraint: "EXACTLY",
      searchString: "POST",
      textTransformations: [{ priority: 0, type: "NONE" }],
    },
  };
  const acl = new aws.wafv2.WebAcl("SignInFirewall", {
    name: named("sign-in"),
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    rules: [
      {
        name: "too-many-from-one-address",
        priority: 0,
        action: { block: {} },
        statement: {
          rateBasedStatement: {
            aggregateKeyType: "IP",
            limit: SENT_PER_ADDRESS,
            evaluationWindowSec: WINDOW_SECONDS,
            scopeDownStatement: sent,
          },
        },
        visibilityConfig: seen(named("sign-in-too-many")),
      },
    ],
    visibilityConfig: seen(named("sign-in")),
  });
  new aws.wafv2.WebAclAssociation("SignInFirewallOfUsers", { webAclArn: acl.arn, resourceArn: pool.arn });
}

/** A token is valid until it expires, even if its user is deleted meanwhile. */
const ACCESS_MINUTES = 15;
const REFRESH_DAYS = 30;
/** As short as Cognito has them: setting up a second factor takes no longer. */
const ACCOUNT_MINUTES = 5;

/**
 * Sends the pool's mails by SES, from an address of a domain that is verified there. Without it Cognito sends a few
 * mails a day by itself: enough to try it, not for an audience.
 */
function mail() {
  const { mail: sender } = options();
  if (!sender) return {};
  return {
    emailConfiguration: {
      emailSendingAccount: "DEVELOPER",
      sourceArn: arn("ses", `identity/${sender.domain}`),
      fromEmailAddress: sender.from,
    },
  };
}

/**
 * Who fans and creatives are: one user pool with managed login, one app for the pages, at `pages`, and the command
 * line, and one by which users change their own account.
 */
export function auth(pages: $util.Input<string>) {
  // The pool waits for the function, and what the function may do waits for the pool. So all that it may do stands
  // apart from its role: a role that declares policies of its own takes all others away when it is next changed.
  let granted: aws.iam.RoleArgs["inlinePolicies"];
  const assignGroup = handler("AssignGroup", "upkeep/assign-group", {
    transform: {
      role: (role) => {
        granted = role.inlinePolicies;
        role.inlinePolicies = undefined;
        role.managedPolicyArns = undefined;
      },
    },
  });
  const pool = new aws.cognito.UserPool("Users", {
    name: named("users"),
    usernameAttributes: ["email"],
    autoVerifiedAttributes: ["email"],
    userPoolTier: "ESSENTIALS",
    passwordPolicy: {
      minimumLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireNumbers: true,
      requireSymbols: true,
      temporaryPasswordValidityDays: 7,
    },
    // By an authenticator app, for whoever wants it; text messages cost, and numbers are taken over.
    mfaConfiguration: "OPTIONAL",
    softwareTokenMfaConfiguration: { enabled: true },
    accountRecoverySetting: { recoveryMechanisms: [{ name: "verified_email", priority: 1 }] },
    ...mail(),
    lambdaConfig: { postConfirmation: assignGroup.arn },
    deletionProtection: isProduction($app.stage) ? "ACTIVE" : "INACTIVE",
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
  new aws.iam.RolePolicy("AssignGroupPolicy", {
    name: "all",
    role: assignGroup.nodes.role.name,
    policy: aws.iam.getPolicyDocumentOutput({
      sourcePolicyDocuments: $util.output(granted ?? []).apply((list) => list.map(({ policy: one }) => one!)),
      statements: [{ actions: ["cognito-idp:AdminAddUserToGroup"], resources: [pool.arn] }],
    }).json,
  });

  if (options().waf) firewall(pool);

  const returns = $util
    .output(pages)
    .apply((url) => signInPages($app.stage, options(), url, CALLBACK_PORTS.map(callbackUrl)));
  const app = {
    userPoolId: pool.id,
    // Pages and command lines keep no secret: PKCE takes its place.
    generateSecret: false,
    allowedOauthFlowsUserPoolClient: true,
    allowedOauthFlows: ["code"],
    supportedIdentityProviders: ["COGNITO"],
    callbackUrls: returns.callbackUrls,
    logoutUrls: returns.logoutUrls,
    preventUserExistenceErrors: "ENABLED",
    enableTokenRevocation: true,
  };
  const client = new aws.cognito.UserPoolClient("App", {
    ...app,
    name: named("app"),
    allowedOauthScopes: ["openid", "email", "profile"],
    // Managed login offers its forms by SRP (AWS: managed login). By password it takes AWS credentials: for operators
    // and their tests.
    explicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    accessTokenValidity: ACCESS_MINUTES,
    idTokenValidity: ACCESS_MINUTES,
    refreshTokenValidity: REFRESH_DAYS,
    tokenValidityUnits: { accessToken: "minutes", idToken: "minutes", refreshToken: "days" },
  });
  // Its tokens change their user's own account, and the API takes none of them: so whoever gets hold of the app's other
  // tokens can take off no second factor.
  const account = new aws.cognito.UserPoolClient("Account", {
    ...app,
    name: named("account"),
    allowedOauthScopes: ["openid", "aws.cognito.signin.user.admin"],
    explicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
    accessTokenValidity: ACCOUNT_MINUTES,
    idTokenValidity: ACCOUNT_MINUTES,
    refreshTokenValidity: 1,
    tokenValidityUnits: { accessToken: "minutes", idToken: "minutes", refreshToken: "hours" },
  });
  const domain = new aws.cognito.UserPoolDomain("SignIn", {
    userPoolId: pool.id,
    domain: suffixed(`${$app.name}-${$app.stage}`),
    managedLoginVersion: 2,
  });
  // A client without a style has no pages.
  for (const [name, of] of [
    ["SignInStyle", client],
    ["AccountStyle", account],
  ] as const)
    new aws.cognito.ManagedLoginBranding(name, {
      userPoolId: pool.id,
      clientId: of.id,
      useCognitoProvidedValues: true,
    });
  return {
    pool,
    client,
    account,
    issuer: $interpolate`https://cognito-idp.${region()}.${dnsSuffix()}/${pool.id}`,
    signIn: $interpolate`https://${domain.domain}.auth.${region()}.amazoncognito.com`,
  };
}
export type Auth = ReturnType<typeof auth>;
