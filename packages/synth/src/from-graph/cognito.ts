import type { PasswordPolicy, UserPool, UserPoolClient, UserPoolGroup } from "../cloud.ts";
import type { Resource } from "../graph.ts";
import { checkInvokable } from "./lambda.ts";
import { list, only, type Reader, refuse, text } from "./reader.ts";
import { TYPE } from "./types.ts";

/** Settings of mails, their sender, password recovery and deletion protection: they change no request. */
const WITHOUT_EFFECT = [
  "accountRecoverySetting",
  "deletionProtection",
  "emailConfiguration",
  "emailVerificationMessage",
  "emailVerificationSubject",
  "userAttributeUpdateSettings",
  "userPoolTier",
];

const KNOWN = [
  "adminCreateUserConfig",
  "autoVerifiedAttributes",
  "lambdaConfig",
  "mfaConfiguration",
  "name",
  "passwordPolicy",
  "schemas",
  "signInPolicy",
  "softwareTokenMfaConfiguration",
  "usernameAttributes",
  "usernameConfiguration",
  "verificationMessageTemplate",
];

export function userPools(reader: Reader): UserPool[] {
  for (const type of [TYPE.userGroup, TYPE.userPoolClient, TYPE.userPoolDomain]) {
    reader.checkReferences(type, "userPoolId", TYPE.userPool);
  }
  return reader.all(TYPE.userPool).map((resource) => {
    const { inputs } = resource;
    checkSettings(resource);
    only(resource, inputs.lambdaConfig ?? {}, ["postConfirmation"], "lambdaConfig.");
    const postConfirmationArn = trigger(reader, resource, inputs.lambdaConfig?.postConfirmation);
    const domain = domainOf(reader, resource);
    const clients = reader.referring(TYPE.userPoolClient, "userPoolId", resource).map(client);
    const lost = clients.find(({ scopes }) => scopes.length > 0 && !domain);
    if (lost) throw refuse(resource, `client ${lost.name} signs in by hosted pages, and it has no domain for them`);
    return {
      id: String(resource.id),
      arn: text(resource, "arn"),
      name: text(resource, "name"),
      issuer: `https://${text(resource, "endpoint")}`,
      usernameAttributes: ["email"],
      passwordPolicy: passwordPolicy(resource),
      selfSignUp: inputs.adminCreateUserConfig?.allowAdminCreateUserOnly !== true,
      ...(inputs.mfaConfiguration === "OPTIONAL" ? { softwareToken: true } : {}),
      ...described(inputs),
      ...(postConfirmationArn ? { postConfirmationArn } : {}),
      groups: reader.referring(TYPE.userGroup, "userPoolId", resource).map(group),
      clients,
      ...(domain ? { domain } : {}),
    };
  });
}

function described({ accountRecoverySetting, deletionProtection }: Resource["inputs"]): Pick<UserPool, "described"> {
  const given = {
    ...(accountRecoverySetting && { accountRecoverySetting }),
    ...(deletionProtection && { deletionProtection }),
  };
  return Object.keys(given).length > 0 ? { described: given } : {};
}

function checkSettings(resource: Resource) {
  const { inputs } = resource;
  only(resource, inputs, [...KNOWN, ...WITHOUT_EFFECT]);
  const sole = (value: unknown, wanted: string) => list(value).length === 1 && list(value)[0] === wanted;
  if (!sole(inputs.usernameAttributes, "email")) throw refuse(resource, "its users sign in by email only");
  if (!sole(inputs.autoVerifiedAttributes, "email")) throw refuse(resource, "it verifies email addresses only");
  const mfa = inputs.mfaConfiguration ?? "OFF";
  if (mfa === "ON") throw refuse(resource, "its users choose whether they have a second factor");
  // Cognito takes no other: there must be a factor to have.
  if (mfa === "OPTIONAL" && !inputs.softwareTokenMfaConfiguration?.enabled)
    throw refuse(resource, "its second factor is a software token (softwareTokenMfaConfiguration)");
  if (inputs.usernameConfiguration?.caseSensitive) throw refuse(resource, "its user names are not case-sensitive");
  const factors = inputs.signInPolicy?.allowedFirstAuthFactors;
  if (factors && !sole(factors, "PASSWORD")) throw refuse(resource, "its users sign in with a password only");
  const option = inputs.verificationMessageTemplate?.defaultEmailOption ?? "CONFIRM_WITH_CODE";
  if (option !== "CONFIRM_WITH_CODE") throw refuse(resource, "it confirms addresses with a code only");
  const schema = list<{ name?: string }>(inputs.schemas).find(({ name }) => name !== "email");
  if (schema) throw refuse(resource, `it does not know the attribute ${schema.name}`);
}

/** ARN of the function, which must allow Cognito to call it for this pool. */
function trigger(reader: Reader, pool: Resource, arn: unknown): string | undefined {
  if (!arn) return undefined;
  const target = reader.resolve(pool, arn, TYPE.function);
  checkInvokable(reader, target, "cognito-idp.amazonaws.com", text(pool, "arn"), pool);
  return text(target, "arn");
}

/** Cognito's own password policy, used where the pool sets none. */
function passwordPolicy(resource: Resource): PasswordPolicy {
  const given = resource.inputs.passwordPolicy;
  const known = ["minimumLength", "requireLowercase", "requireNumbers", "requireSymbols", "requireUppercase"];
  only(resource, given ?? {}, [...known, "temporaryPasswordValidityDays"], "passwordPolicy.");
  const needs = (key: string) => (given ? given[key] === true : true);
  return {
    minimumLength: given?.minimumLength ?? 8,
    requireLowercase: needs("requireLowercase"),
    requireNumbers: needs("requireNumbers"),
    requireSymbols: needs("requireSymbols"),
    requireUppercase: needs("requireUppercase"),
    temporaryPasswordValidityDays: given?.temporaryPasswordValidityDays || 7,
  };
}

function group(resource: Resource): UserPoolGroup {
  const { name, description, precedence } = resource.inputs;
  only(resource, resource.inputs, ["name", "precedence", "userPoolId"]);
  return {
    groupName: name ?? text(resource, "name"),
    ...(description ? { description } : {}),
    ...(precedence === undefined ? {} : { precedence }),
  };
}

function domainOf(reader: Reader, pool: Resource): UserPool["domain"] {
  const resource = reader.oneReferring(TYPE.userPoolDomain, "userPoolId", pool);
  if (!resource) return undefined;
  // The version chooses the look of AWS's pages.
  only(resource, resource.inputs, ["domain", "managedLoginVersion", "userPoolId"]);
  const prefix = String(resource.inputs.domain);
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(prefix)) throw refuse(resource, `${prefix} is no domain prefix`);
  const region = resource.inputs.region ?? reader.graph.region;
  return { prefix, url: `https://${prefix}.auth.${region}.amazoncognito.com` };
}

const CLIENT_KNOWN = [
  "accessTokenValidity",
  "allowedOauthFlows",
  "allowedOauthFlowsUserPoolClient",
  "allowedOauthScopes",
  "callbackUrls",
  "defaultRedirectUri",
  "enableTokenRevocation",
  "explicitAuthFlows",
  "idTokenValidity",
  "logoutUrls",
  "name",
  "preventUserExistenceErrors",
  "refreshTokenRotation",
  "refreshTokenValidity",
  "supportedIdentityProviders",
  "tokenValidityUnits",
  "userPoolId",
];

const SCOPES = ["openid", "email", "profile", "aws.cognito.signin.user.admin"];
const AUTH_FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];

function client(resource: Resource): UserPoolClient {
  const { inputs } = resource;
  if (inputs.generateSecret) throw refuse(resource, "it has clients without a secret only");
  only(resource, inputs, CLIENT_KNOWN);
  const within = (key: string, known: string[]) => {
    const strange = list<string>(inputs[key]).find((value) => !known.includes(value));
    if (strange) throw refuse(resource, `its ${key} do not know ${strange}`);
    return list<string>(inputs[key]);
  };
  within("allowedOauthFlows", ["code"]);
  within("supportedIdentityProviders", ["COGNITO"]);
  if (inputs.enableTokenRevocation === false) throw refuse(resource, "its tokens can always be revoked");
  if ((inputs.refreshTokenRotation?.feature ?? "DISABLED") !== "DISABLED") {
    throw refuse(resource, "its refresh tokens do not rotate");
  }
  const hosted = inputs.allowedOauthFlowsUserPoolClient === true;
  const missing = ["allowedOauthFlows", "allowedOauthScopes", "callbackUrls"].find((key) => !list(inputs[key]).length);
  if (hosted && missing) throw refuse(resource, `it signs in by hosted pages and has no ${missing}`);
  return {
    id: String(resource.id),
    name: text(resource, "name"),
    callbackUrls: hosted ? webUrls(resource, "callbackUrls") : [],
    logoutUrls: hosted ? webUrls(resource, "logoutUrls") : [],
    scopes: hosted ? within("allowedOauthScopes", SCOPES) : [],
    explicitAuthFlows: within("explicitAuthFlows", AUTH_FLOWS),
    ...lifetimes(resource),
    preventUserExistenceErrors: inputs.preventUserExistenceErrors === "ENABLED",
  };
}

function webUrls(resource: Resource, key: string): string[] {
  const urls = list<string>(resource.inputs[key]);
  const strange = urls.find((url) => !/^https?:\/\/[^#]+$/.test(url) || !URL.canParse(url));
  if (strange) throw refuse(resource, `its ${key} are web addresses without a fragment only, not ${strange}`);
  return urls;
}

const DAY = 24 * 60 * 60;
const SECONDS: Record<string, number> = { seconds: 1, minutes: 60, hours: 60 * 60, days: DAY };

function lifetimes(resource: Resource) {
  const { inputs } = resource;
  const units = inputs.tokenValidityUnits ?? {};
  only(resource, units, ["accessToken", "idToken", "refreshToken"], "tokenValidityUnits.");
  const seconds = (token: string, unit: string, standard: number, shortest: number, longest: number) => {
    const given = inputs[`${token}Validity`];
    const value = given ? given * (SECONDS[units[token] ?? unit] ?? Number.NaN) : standard;
    if (value >= shortest && value <= longest) return value;
    throw refuse(resource, `its ${token}Validity is not between ${shortest} and ${longest} seconds`);
  };
  return {
    accessTokenSeconds: seconds("accessToken", "hours", 3600, 300, DAY),
    idTokenSeconds: seconds("idToken", "hours", 3600, 300, DAY),
    refreshTokenSeconds: seconds("refreshToken", "days", 30 * DAY, 3600, 3650 * DAY),
  };
}
