import type { Graph, Resource } from "@dropclip/synth/graph";

const REGION = "us-east-1";
const ACCOUNT = "123456789012";
export const POOL_ID = "us-east-1_AbCdEfGh1";
export const CLIENT_ID = "1example23456789abcdefghij";
export const CALLBACK = "http://localhost:4200/callback";
export const ISSUER = `https://cognito-idp.${REGION}.amazonaws.com/${POOL_ID}`;
const DOMAIN = `https://dropclip-test.auth.${REGION}.amazoncognito.com`;
const POOL_ARN = `arn:aws:cognito-idp:${REGION}:${ACCOUNT}:userpool/${POOL_ID}`;
const API_ARN = `arn:aws:execute-api:${REGION}:${ACCOUNT}:api`;

const arnOf = (name: string) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
const document = (statement: object) => ({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
const resource = (type: string, name: string, inputs: object, outputs: object = {}, more: Partial<Resource> = {}) =>
  ({ type, name, id: name, inputs, outputs, options: {}, ...more }) as Resource;

/** A function made as SST makes them, the role it runs as, and who may call it. */
function fn(name: string, allow: object, by: { principal: string; sourceArn: string }, variables = {}): Resource[] {
  const logs = { Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" };
  const role = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  const assumeRolePolicy = document({ Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" });
  const inlinePolicies = [logs, allow].map((statement, index) => ({ name: `p${index}`, policy: document(statement) }));
  const settings = { name, role, runtime: "nodejs24.x", handler: "x", timeout: 30, environment: { variables } };
  const outputs = { name, arn: arnOf(name), invokeArn: `invoke/${name}` };
  const permission = { action: "lambda:InvokeFunction", function: name, ...by };
  return [
    resource("aws:iam/role:Role", name, { name, assumeRolePolicy, inlinePolicies }, { name, arn: role }),
    resource("aws:lambda/function:Function", name, settings, outputs, { parent: `sst:aws:Function::${name}` }),
    resource("aws:lambda/permission:Permission", name, permission),
  ];
}

const api = (issuer: string) => [
  resource(
    "aws:apigatewayv2/api:Api",
    "api",
    { name: "api", protocolType: "HTTP" },
    { name: "api", apiEndpoint: `https://api.execute-api.${REGION}.amazonaws.com`, executionArn: API_ARN },
  ),
  resource("aws:apigatewayv2/stage:Stage", "Stage", { apiId: "api", name: "$default", autoDeploy: true }),
  resource("aws:apigatewayv2/integration:Integration", "Integration", {
    apiId: "api",
    integrationType: "AWS_PROXY",
    integrationUri: arnOf("who-am-i"),
    payloadFormatVersion: "2.0",
  }),
  resource("aws:apigatewayv2/authorizer:Authorizer", "Jwt", {
    apiId: "api",
    authorizerType: "JWT",
    identitySources: ["$request.header.Authorization"],
    jwtConfiguration: { issuer, audiences: [CLIENT_ID] },
  }),
  resource("aws:apigatewayv2/route:Route", "Me", {
    apiId: "api",
    routeKey: "GET /me",
    target: "integrations/Integration",
    authorizationType: "JWT",
    authorizerId: "Jwt",
  }),
];

const userPool = () => [
  resource(
    "aws:cognito/userPool:UserPool",
    "Users",
    {
      name: "users",
      usernameAttributes: ["email"],
      autoVerifiedAttributes: ["email"],
      lambdaConfig: { postConfirmation: arnOf("post-confirmation") },
    },
    { name: "users", arn: POOL_ARN, endpoint: ISSUER.slice("https://".length) },
    { id: POOL_ID },
  ),
  resource("aws:cognito/userGroup:UserGroup", "Fans", { name: "fan", userPoolId: POOL_ID }),
  resource(
    "aws:cognito/userPoolClient:UserPoolClient",
    "Web",
    {
      name: "web",
      userPoolId: POOL_ID,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: ["openid", "email"],
      callbackUrls: [CALLBACK],
      explicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    },
    { name: "web" },
    { id: CLIENT_ID },
  ),
  resource("aws:cognito/userPoolDomain:UserPoolDomain", "Domain", { domain: "dropclip-test", userPoolId: POOL_ID }),
];

/** An API with one route for those who are signed in, the user pool they sign in to, and its trigger. */
export const graph = (issuer = ISSUER): Graph => ({
  version: 1,
  app: "fixture",
  stage: "dev",
  dev: false,
  account: ACCOUNT,
  region: REGION,
  outputs: {},
  builds: ["who-am-i", "post-confirmation"].map((functionID) => ({
    functionID,
    handler: `packages/local/test/cognito/functions/${functionID}.handler`,
    runtime: "nodejs24.x",
    architecture: "arm64",
    install: [],
    external: [],
  })),
  resources: [
    ...fn(
      "who-am-i",
      { Action: "s3:ListAllMyBuckets", Resource: "*" },
      { principal: "apigateway.amazonaws.com", sourceArn: `${API_ARN}/*` },
      { ISSUER, SIGN_IN: `${DOMAIN}/login` },
    ),
    ...fn(
      "post-confirmation",
      { Action: "cognito-idp:AdminAddUserToGroup", Resource: POOL_ARN },
      { principal: "cognito-idp.amazonaws.com", sourceArn: POOL_ARN },
    ),
    ...api(issuer),
    ...userPool(),
  ],
});
