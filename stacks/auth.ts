import { CALLBACK_PORTS, callbackUrl } from "../packages/core/src/sign-in";
import { handler } from "./handler";
import { arn, dnsSuffix, named, region, suffixed, webOrigins } from "./names";

const production = () => $app.stage === "production";

/**
 * Where sign-in may lead back to. In production nowhere on the user's own machine unless that is asked for: whatever runs
 * there could ask for a sign-in in the app's name.
 */
function callbacks() {
  const cli = !production() || isOn("DROPCLIP_CLI_SIGN_IN");
  // Not asked for where the environment is silent.
  const origins = production() && !process.env.DROPCLIP_WEB_ORIGINS?.trim() ? [] : webOrigins();
  if (!cli && origins.length === 0)
    throw new Error(
      "Nobody could sign in at the stage production. Set DROPCLIP_WEB_ORIGINS to the origins of your pages, or DROPCLIP_CLI_SIGN_IN=1 to let `dropclip login` in.",
    );
  return {
    callbackUrls: [...origins.map((origin) => `${origin}/callback`), ...(cli ? CALLBACK_PORTS.map(callbackUrl) : [])],
    logoutUrls: origins.map((origin) => `${origin}/`),
  };
}

/**
 * Requests that one address may send the pool in five minutes. Only what is sent counts, not pages and keys that are read.
 * A venue's guests share a few addresses: signing up takes each about three, and staying signed in one in 15 minutes.
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

/** Of a variable that turns something on. */
function isOn(variable: string): boolean {
  const given = process.env[variable]?.trim() ?? "";
  if (!["", "0", "1"].includes(given)) throw new Error(`${variable} is "${given}". Use 1, or leave it out.`);
  return given === "1";
}

/** A token stays good until it ends, whatever becomes of its user meanwhile. */
const ACCESS_MINUTES = 15;
const REFRESH_DAYS = 30;

/**
 * Sends the pool's mails by SES, from an address of a domain that is verified there. Without it Cognito sends a few mails
 * a day by itself: enough to try it, not for an audience.
 */
function mail() {
  const from = process.env.DROPCLIP_EMAIL_FROM?.trim();
  if (!from) return {};
  const domain = /^[^@\s<>]+@([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/i.exec(from)?.[1];
  if (!domain) throw new Error(`DROPCLIP_EMAIL_FROM is "${from}". Use a bare address, for example hello@example.com.`);
  return {
    emailConfiguration: {
      emailSendingAccount: "DEVELOPER",
      sourceArn: arn("ses", `identity/${domain}`),
      fromEmailAddress: from,
    },
  };
}

/** Who fans and creatives are: one user pool with managed login, one app for pages and command line. */
export function auth() {
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
      minimumLength: 10,
      requireLowercase: true,
      requireUppercase: true,
      requireNumbers: true,
      requireSymbols: false,
      temporaryPasswordValidityDays: 7,
    },
    accountRecoverySetting: { recoveryMechanisms: [{ name: "verified_email", priority: 1 }] },
    ...mail(),
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
  new aws.iam.RolePolicy("AssignGroupPolicy", {
    name: "all",
    role: assignGroup.nodes.role.name,
    policy: aws.iam.getPolicyDocumentOutput({
      sourcePolicyDocuments: $util.output(granted ?? []).apply((list) => list.map(({ policy: one }) => one!)),
      statements: [{ actions: ["cognito-idp:AdminAddUserToGroup"], resources: [pool.arn] }],
    }).json,
  });

  if (isOn("DROPCLIP_WAF")) firewall(pool);

  const client = new aws.cognito.UserPoolClient("App", {
    name: named("app"),
    userPoolId: pool.id,
    // Pages and command lines keep no secret: PKCE takes its place.
    generateSecret: false,
    allowedOauthFlowsUserPoolClient: true,
    allowedOauthFlows: ["code"],
    allowedOauthScopes: ["openid", "email", "profile"],
    supportedIdentityProviders: ["COGNITO"],
    ...callbacks(),
    // Managed login offers its forms by SRP (AWS: managed login). By password it takes AWS credentials: for operators
    // and their tests.
    explicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
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
    issuer: $interpolate`https://cognito-idp.${region()}.${dnsSuffix()}/${pool.id}`,
    signIn: $interpolate`https://${domain.domain}.auth.${region()}.amazoncognito.com`,
  };
}
export type Auth = ReturnType<typeof auth>;
