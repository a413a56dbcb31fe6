import { add, type Change, inProduction, type Mistake, set, within } from "./change.ts";

const ROUTE = "aws:apigatewayv2/route:Route";
/** The route of that key, whose logical name is a hash. */
const route =
  (key: string, inputs: object): Change =>
  ({ resources }) =>
    void Object.assign(resources.find((one) => one.type === ROUTE && one.inputs.routeKey === key)!.inputs, inputs);
const stage = (change: (inputs: any) => void) => within("Stage", "ApiStage", change);
const apiCors = (allowOrigins: string[]) =>
  within("Api", "ApiApi", (inputs) => Object.assign(inputs.corsConfiguration, { allowOrigins }));
const app = (inputs: Record<string, unknown>) => set("UserPoolClient", "App", inputs);
const users = (inputs: Record<string, unknown>) => set("UserPool", "Users", inputs);
const password = (change: object) =>
  within("UserPool", "Users", (inputs) => Object.assign(inputs.passwordPolicy, change));
const jwt = (change: object) =>
  within("Authorizer", "ApiAuthorizerUsersAuthorizer", (inputs) => Object.assign(inputs.jwtConfiguration, change));
/** A workgroup that is right but for the change. */
const workgroup = (change: object) =>
  add("aws:athena/workgroup:Workgroup", {
    configuration: {
      bytesScannedCutoffPerQuery: 10 ** 10,
      resultConfiguration: { encryptionConfiguration: { encryptionOption: "SSE_S3" } },
      ...change,
    },
  });
const BOUNDS = "own/query-bounds";
const LOCAL = "http://localhost:3000/callback";
const DELETE = "DELETE /uploads/{uploadId}";

export const DOORS: Mistake[] = [
  ["a route that anybody may call", route(DELETE, { authorizationType: "NONE" }), "APIGateway.8", DELETE],
  ["an API without a log", stage((inputs) => delete inputs.accessLogSettings), "APIGateway.9", "ApiStage"],
  [
    "a private integration without TLS",
    (graph) => {
      const integration = graph.resources.find(({ type }) => type === "aws:apigatewayv2/integration:Integration")!;
      Object.assign(integration, { name: "Seed" }).inputs.connectionType = "VPC_LINK";
    },
    "APIGateway.10",
    "Seed",
  ],
  [
    "a log that does not tell why",
    stage(({ accessLogSettings: log }) => {
      log.format = log.format.replace("$context.error.message", "-");
    }),
    "own/api-log-fields",
    "ApiStage#$context.error.message",
  ],
  ["no throttle", stage((inputs) => delete inputs.defaultRouteSettings), "own/throttle", "ApiStage"],
  [
    "a public route without a throttle of its own",
    stage((inputs) => inputs.routeSettings.shift()),
    "own/public-route-throttle",
    "GET /events",
  ],
  [
    "a public route whose throttle is no lower",
    stage((inputs) => Object.assign(inputs.routeSettings[0], { throttlingRateLimit: 5000 })),
    "own/public-route-throttle",
    "GET /events",
  ],
  ["an API for pages of every origin", apiCors(["*"]), "own/open-cors", "ApiApi"],
  [
    "an API for a page that is fetched by plain HTTP",
    apiCors(["http://clips.example.com"]),
    "own/plain-http",
    "ApiApi#http://clips.example.com",
  ],
  [
    "tokens of another user pool",
    jwt({ issuer: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Stranger1" }),
    "own/token-authorizer",
    "ApiAuthorizerUsersAuthorizer",
  ],
  ["tokens that are meant for anybody", jwt({ audiences: [] }), "own/token-authorizer", "ApiAuthorizerUsersAuthorizer"],
  ["a route without its authorizer", route(DELETE, { authorizerId: "gone" }), "own/route-authorizer", DELETE],
  [
    "credentials for guests",
    add("aws:cognito/identityPool:IdentityPool", { allowUnauthenticatedIdentities: true }),
    "Cognito.2",
    "Seed",
  ],
  ["a pool without a second factor", set("UserPool", "Users", { mfaConfiguration: "OFF" }), "Cognito.5", "Users"],
  ["short passwords", password({ minimumLength: 8 }), "Cognito.3", "Users"],
  ["passwords without symbols", password({ requireSymbols: false }), "Cognito.3", "Users"],
  ["temporary passwords for a year", password({ temporaryPasswordValidityDays: 365 }), "Cognito.3", "Users"],
  [
    "a user pool that production can delete",
    inProduction(users({ deletionProtection: "INACTIVE" })),
    "Cognito.6",
    "Users",
  ],
  ["tokens in addresses", app({ allowedOauthFlows: ["code", "implicit"] }), "own/client-flows", "App"],
  ["an app that sees passwords", app({ explicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] }), "own/client-flows", "App"],
  [
    "a sign-in that tells who has an account",
    app({ preventUserExistenceErrors: "LEGACY" }),
    "own/user-existence",
    "App",
  ],
  ["access for a day", app({ accessTokenValidity: 1440 }), "own/token-lifetime", "App"],
  ["tokens that cannot be revoked", app({ enableTokenRevocation: false }), "own/token-lifetime", "App"],
  [
    "pages that may change accounts",
    app({ allowedOauthScopes: ["aws.cognito.signin.user.admin"] }),
    "own/client-scopes",
    "App",
  ],
  ["addresses that nobody verified", users({ autoVerifiedAttributes: [] }), "own/verified-email", "Users"],
  [
    "production's sign-in for pages of the user's machine",
    inProduction(app({ callbackUrls: [LOCAL] })),
    "own/localhost-in-production",
    `App#${LOCAL}`,
  ],
  [
    "a sign-in that leads back by plain HTTP",
    app({ callbackUrls: ["http://clips.example.com/callback"] }),
    "own/plain-http",
    "App#http://clips.example.com/callback",
  ],
  [
    "a table with a fixed rate",
    set("Table", "UploadsTableTable", { billingMode: "PROVISIONED" }),
    "DynamoDB.1",
    "UploadsTableTable",
  ],
  [
    "a table that cannot be brought back",
    set("Table", "UploadsTableTable", { pointInTimeRecovery: undefined }),
    "DynamoDB.2",
    "UploadsTableTable",
  ],
  ["queries that nobody counts", workgroup({ publishCloudwatchMetricsEnabled: false }), "Athena.4", "Seed"],
  ["queries that choose their settings", workgroup({ enforceWorkgroupConfiguration: false }), BOUNDS, "Seed"],
  ["queries that may read everything", workgroup({ bytesScannedCutoffPerQuery: undefined }), BOUNDS, "Seed"],
  ["answers that are not encrypted", workgroup({ resultConfiguration: {} }), BOUNDS, "Seed"],
  ["a table that production can delete", inProduction(() => {}), "DynamoDB.6", "UploadsTableTable"],
];
