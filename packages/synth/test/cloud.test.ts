import { beforeAll, describe, expect, it } from "vitest";
import type { Cloud } from "../src/cloud.ts";
import { cloud } from "../src/cloud-from-graph.ts";
import type { Graph, Resource } from "../src/graph.ts";
import { managedPolicies, statements } from "../src/policies.ts";
import { Query } from "../src/query.ts";
import { synth } from "../src/synth.ts";

let graph: Graph;
let facts: Cloud;

beforeAll(async () => {
  graph = await synth({ stage: "dev", config: "packages/synth/test/fixtures/everything.config.ts" });
  facts = cloud(graph);
});

const echo = "arn:aws:lambda:eu-west-1:123456789012:function:fixture-echo";
const dead = "arn:aws:sqs:eu-west-1:123456789012:fixture-dead";

describe("cloud", () => {
  it("reads buckets with their rules", () => {
    const [media] = facts.buckets;
    expect(media).toMatchObject({
      name: "fixture-media-dev",
      arn: "arn:aws:s3:::fixture-media-dev",
      cors: [
        {
          allowedOrigins: ["https://example.com"],
          allowedMethods: ["PUT"],
          exposeHeaders: ["ETag"],
          maxAgeSeconds: 3600,
        },
      ],
      lifecycle: [
        { id: "expire", enabled: true, prefix: "tmp/", expirationDays: 3 },
        { id: "mark", enabled: true, prefix: "", tag: { key: "old", value: "yes" }, expirationDays: 9 },
        { id: "abort", enabled: true, prefix: "", abortIncompleteMultipartDays: 2 },
      ],
      eventBridge: true,
    });
    const all = ["arn:aws:s3:::fixture-media-dev", "arn:aws:s3:::fixture-media-dev/*"];
    expect(media?.policy?.Statement).toMatchObject([
      { Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { Effect: "Allow", Action: "s3:GetObject" },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: all,
        Condition: { NumericGreaterThan: { "s3:signatureAge": "900000" } },
      },
      {
        Effect: "Deny",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::fixture-media-dev/live/*",
        Condition: { StringEquals: { "s3:ExistingObjectTag/hidden": "true" } },
      },
    ]);
  });

  it("reads tables with their indexes", () => {
    expect(facts.tables).toEqual([
      {
        name: "dev-items",
        arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/dev-items",
        attributes: [
          { name: "pk", type: "S" },
          { name: "sk", type: "S" },
          { name: "owner", type: "S" },
          { name: "at", type: "N" },
        ],
        hashKey: "pk",
        rangeKey: "sk",
        indexes: [
          { indexName: "byOwner", hashKey: "owner", rangeKey: "at", projection: "ALL" },
          { indexName: "byTime", hashKey: "at", projection: ["title"] },
        ],
        ttlAttribute: "expiresAt",
        streamViewType: "NEW_IMAGE",
      },
    ]);
  });

  it("reads functions with their handlers", () => {
    expect(facts.functions).toEqual([
      {
        name: "fixture-echo",
        arn: echo,
        roleArn: expect.stringMatching(/^arn:aws:iam::123456789012:role\/fixture-dev-EchoRole-\w{8}$/),
        handler: "packages/synth/test/fixtures/functions/echo.handler",
        runtime: "nodejs24.x",
        architecture: "arm64",
        timeoutSeconds: 30,
        memoryMb: 512,
        environment: expect.objectContaining({ TABLE: "dev-items" }),
        install: ["sharp"],
        external: ["aws-crt", "bun:sqlite"],
        logGroup: "/aws/lambda/fixture-echo",
        deadLetterArn: dead,
      },
    ]);
  });

  it("gathers a role's policies, inline, attached and AWS's own", () => {
    const role = (name: string) => facts.roles.find((candidate) => candidate.name.startsWith(name));
    expect(role("fixture-machine")?.policies.map(({ name }) => name)).toEqual(["invoke", "fixture-shared"]);
    expect(role("fixture-start")?.trust.Statement[0]?.Principal).toEqual({ Service: "events.amazonaws.com" });
    expect(facts.managedPolicies.map(({ name, arn, document }) => [name, arn, document.Statement[0]?.Sid])).toEqual([
      ["fixture-shared", "arn:aws:iam::123456789012:policy/fixture-shared", "Read"],
    ]);
    expect(role("fixture-machine")?.maxSessionSeconds).toBe(3600);
    const basic = role("fixture-dev-EchoRole")?.policies.find(({ name }) => name === "AWSLambdaBasicExecutionRole");
    expect(basic?.document.Statement[0]?.Action).toContain("logs:PutLogEvents");
  });

  it("reads rules with their targets", () => {
    expect(facts.rules).toEqual([
      {
        name: "fixture-hourly",
        arn: "arn:aws:events:eu-west-1:123456789012:rule/fixture-hourly",
        enabled: true,
        schedule: "rate(1 hour)",
        targets: [{ id: "echo", arn: echo, input: "{}", maximumEventAgeSeconds: 86400, maximumRetryAttempts: 185 }],
      },
      {
        name: "fixture-stored",
        arn: "arn:aws:events:eu-west-1:123456789012:rule/fixture-stored",
        enabled: true,
        pattern: { source: ["aws.s3"], detail: { bucket: { name: ["fixture-media-dev"] } } },
        targets: [
          {
            id: "StoredTarget",
            arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:fixture-work",
            roleArn: "arn:aws:iam::123456789012:role/fixture-start",
            inputTransformer: { inputPaths: { key: "$.detail.object.key" }, inputTemplate: '{"key": <key>}' },
            deadLetterArn: dead,
            maximumEventAgeSeconds: 3600,
            maximumRetryAttempts: 8,
          },
        ],
      },
    ]);
  });

  it("reads queues and state machines", () => {
    expect(facts.queues).toMatchObject([
      { name: "fixture-dead", arn: dead, visibilityTimeoutSeconds: 30, messageRetentionSeconds: 600 },
    ]);
    expect(facts.queues[0]?.policy?.Statement).toHaveLength(1);
    expect(facts.stateMachines).toMatchObject([
      { name: "fixture-work", type: "STANDARD", definition: { StartAt: "Done", QueryLanguage: "JSONata" } },
    ]);
  });

  it("reads where a state machine's executions are logged", () => {
    const logged = (level: string) => {
      const copy = structuredClone(graph);
      const logDestination = "arn:aws:logs:eu-west-1:123456789012:log-group:/m:*";
      new Query(copy).get("StateMachine", "Work").inputs.loggingConfiguration = { level, logDestination };
      return cloud(copy).stateMachines[0]?.logDestination;
    };
    expect([logged("ERROR"), logged("OFF"), facts.stateMachines[0]?.logDestination]).toEqual([
      "arn:aws:logs:eu-west-1:123456789012:log-group:/m:*",
      undefined,
      undefined,
    ]);
  });

  it("reads an API with its routes and authorizer", () => {
    const [api] = facts.apis;
    expect(api?.endpoint).toBe(`https://${api?.id}.execute-api.eu-west-1.amazonaws.com`);
    expect(api?.cors).toMatchObject({
      allowOrigins: ["https://example.com"],
      allowMethods: ["GET"],
      maxAgeSeconds: 3600,
    });
    expect(api?.routes.toSorted((a, b) => (a.routeKey < b.routeKey ? -1 : 1))).toEqual([
      { routeKey: "$default", functionArn: echo, payloadFormatVersion: "2.0", scopes: [] },
      {
        routeKey: "GET /items/{id}",
        functionArn: echo,
        payloadFormatVersion: "2.0",
        authorizer: {
          id: expect.any(String),
          issuer: "https://issuer.example.com/",
          audiences: ["fixture"],
          identitySource: "$request.header.Authorization",
        },
        scopes: ["read"],
      },
    ]);
  });

  it("reads a distribution with its policies, AWS's own by their id", () => {
    const [cdn] = facts.distributions;
    expect(cdn?.origins).toEqual([
      { originId: "media", bucketName: "fixture-media-dev", originPath: "", originAccessControl: true },
    ]);
    expect(cdn?.defaultBehavior).toMatchObject({
      pathPattern: "*",
      cachePolicy: {
        minTtlSeconds: 5,
        defaultTtlSeconds: 86400,
        maxTtlSeconds: 31536000,
        gzip: true,
        brotli: false,
        headers: ["origin"],
        queryStrings: ["v"],
      },
      responseHeadersPolicy: {
        cors: { allowOrigins: ["https://example.com"], maxAgeSeconds: 600, originOverride: true },
        headers: [
          { header: "X-Content-Type-Options", value: "nosniff", override: true },
          { header: "Strict-Transport-Security", value: "max-age=600; includeSubDomains; preload", override: true },
          { header: "X-XSS-Protection", value: "1; mode=block", override: false },
          { header: "x-made-by", value: "fixture", override: false },
        ],
        removeHeaders: ["server"],
      },
    });
    expect(cdn?.behaviors.map(({ pathPattern, cachePolicy }) => [pathPattern, cachePolicy.maxTtlSeconds])).toEqual([
      ["live/*", 0],
      ["still/*", 31536000],
    ]);
    expect(cdn?.defaultBehavior.originRequestPolicy).toBeUndefined();
    expect(cdn?.behaviors.map(({ originRequestPolicy }) => originRequestPolicy?.headers)).toEqual([
      ["Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"],
      ["origin"],
    ]);
    expect(cdn?.behaviors[0]?.responseHeadersPolicy?.cors?.allowOrigins).toEqual(["*"]);
    expect(cdn?.defaultRootObject).toBe("index.html");
    expect(cdn?.customErrorResponses).toEqual([{ errorCode: 403, responseCode: 404, responsePagePath: "/404.html" }]);
  });

  it("reads alarms on metrics and on expressions, with the topics they tell", () => {
    const topicArn = "arn:aws:sns:eu-west-1:123456789012:fixture-alarms";
    const [dying, edge] = facts.alarms;
    expect(dying).toEqual({
      name: "fixture-dying",
      arn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:fixture-dying",
      region: "eu-west-1",
      description: "It dies.",
      metricStat: { namespace: "AWS/Lambda", metricName: "Errors", dimensions: {}, periodSeconds: 300, stat: "Sum" },
      comparisonOperator: "GreaterThanThreshold",
      threshold: 5,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: "notBreaching",
      actionsEnabled: true,
      alarmActions: [topicArn],
      okActions: [],
      insufficientDataActions: [],
    });
    expect(edge).toMatchObject({
      region: "us-east-1",
      datapointsToAlarm: 1,
      treatMissingData: "missing",
      metricQueries: [
        { id: "percent", expression: "100 * errors", label: "percent", returnData: true },
        { id: "errors", metricStat: { metricName: "5xxErrorRate", periodSeconds: 60 }, returnData: false },
      ],
    });
    const subscriptions = [{ protocol: "email", endpoint: "ops@example.com" }];
    expect(facts.topics).toEqual([{ name: "fixture-alarms", arn: topicArn, region: "eu-west-1", subscriptions }]);
  });
  it("reads parameters, their values as deployed", () => {
    const arn = (path: string) => `arn:aws:ssm:eu-west-1:123456789012:parameter${path}`;
    const value = JSON.stringify({ api: facts.apis[0]?.endpoint });
    expect(facts.parameters).toEqual([
      { name: "fixture-kinds", arn: arn("/fixture-kinds"), type: "StringList", value: "a,b" },
      { name: "/fixture/where", arn: arn("/fixture/where"), type: "String", value },
    ]);
  });

  it("reads a user pool with its groups, clients and domain", () => {
    const [pool] = facts.userPools;
    expect(pool?.id).toMatch(/^eu-west-1_[A-Za-z0-9]{9}$/);
    expect(facts.userPools).toEqual([
      {
        id: pool?.id,
        arn: `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${pool?.id}`,
        name: "fixture-users",
        issuer: `https://cognito-idp.eu-west-1.amazonaws.com/${pool?.id}`,
        usernameAttributes: ["email"],
        passwordPolicy: {
          minimumLength: 10,
          requireLowercase: true,
          requireNumbers: true,
          requireSymbols: false,
          requireUppercase: false,
          temporaryPasswordValidityDays: 7,
        },
        selfSignUp: true,
        postConfirmationArn: echo,
        groups: [{ groupName: "reader", precedence: 5 }],
        clients: [
          {
            id: expect.stringMatching(/^[a-z0-9]{26}$/),
            name: "fixture-web",
            callbackUrls: ["https://example.com/callback"],
            logoutUrls: ["https://example.com/"],
            scopes: ["openid", "email"],
            explicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            accessTokenSeconds: 1800,
            idTokenSeconds: 3600,
            refreshTokenSeconds: 2_592_000,
            preventUserExistenceErrors: true,
          },
        ],
        domain: { prefix: "fixture-dev", url: "https://fixture-dev.auth.eu-west-1.amazoncognito.com" },
      },
    ]);
  });
});

/** The fixture's cloud after a change to one of its resources. */
const changed = (type: string, name: string, change: (resource: Resource) => void) => () => {
  const copy = structuredClone(graph);
  change(new Query(copy).get(type, name));
  return cloud(copy);
};
const without = (type: string, name: string) => () =>
  cloud({ ...graph, resources: graph.resources.filter((one) => !(one.type.endsWith(type) && one.name === name)) });
const input = (type: string, name: string, key: string, value: unknown) =>
  changed(type, name, (resource) => {
    resource.inputs[key] = value;
  });

const removing = (...headers: string[]) =>
  changed("ResponseHeadersPolicy", "Headers", ({ inputs }) => {
    inputs.removeHeadersConfig = { items: headers.map((header) => ({ header })) };
  });

describe("cloud refuses", () => {
  it("types it does not run, all by name", () => {
    const extra = (type: string, name: string) => ({ type, name, inputs: {}, outputs: {}, options: {} });
    const resources = [
      ...graph.resources,
      extra("aws:kinesis/stream:Stream", "S"),
      extra("aws:sns/platformApplication:PlatformApplication", "T"),
    ];
    expect(() => cloud({ ...graph, resources })).toThrow(
      "the local cloud does not run aws:kinesis/stream:Stream S, nor aws:sns/platformApplication:PlatformApplication T",
    );
  });

  it("a resource that is looked up instead of created", () => {
    expect(changed("Queue", "DeadQueue", (one) => (one.read = true))).toThrow(
      "Queue DeadQueue (looked up, not created)",
    );
  });

  it("members of the wrong shape", () => {
    expect(input("BucketCorsConfiguration", "MediaCors", "corsRules", 7)).toThrow("not what the stacks would give");
  });

  it("a graph of sst dev", () => expect(() => cloud({ ...graph, dev: true })).toThrow("not one of sst dev"));

  it.each<[string, () => unknown, string | RegExp]>([
    [
      "a policy of a role that is gone",
      input("RolePolicy", "MachinePolicy", "role", "gone"),
      'RolePolicy MachinePolicy: it refers to "gone", and no Role of the graph is that',
    ],
    [
      "a target that is gone",
      without(":StateMachine", "Work"),
      'EventTarget StoredTarget: it refers to "arn:aws:states:eu-west-1:123456789012:stateMachine:fixture-work"',
    ],
    ["a rule that is gone", without(":EventRule", "Stored"), 'EventTarget StoredTarget: it refers to "fixture-stored"'],
    ...["Content-Length", "x-amz-cf-id", "X-Amzn-RequestId", "x-amz-meta-*"].map(
      (header): [string, () => unknown, string] => [
        `${header} among the headers that the edge removes`,
        removing(header),
        `CloudFront does not remove the header ${header}`,
      ],
    ),
    [
      "a default root object with a slash before it",
      input("Distribution", "CdnDistribution", "defaultRootObject", "/index.html"),
      "its defaultRootObject /index.html begins with a slash",
    ],
    ...[
      { filter: { tag: { key: "old", value: "yes" } }, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } },
      { filter: { prefix: "a/", tag: { key: "old", value: "yes" } }, expiration: { days: 1 } },
    ].map((rule): [string, () => unknown, string] => [
      `a lifecycle rule of a tag that S3 would not take: ${Object.keys(rule.filter)}`,
      input("BucketLifecycleConfiguration", "MediaLifecycle", "rules", [{ id: "both", status: "Enabled", ...rule }]),
      "its rule both has a tag and what cannot be had with one",
    ]),
    [
      "a lifecycle rule of several criteria",
      input("BucketLifecycleConfiguration", "MediaLifecycle", "rules", [
        { id: "all", status: "Enabled", filter: { and: { prefix: "a/" } }, expiration: { days: 1 } },
      ]),
      "filter.and",
    ],
    [
      "more headers to remove than CloudFront takes",
      removing(...Array.from({ length: 11 }, (_, n) => `x-${n}`)),
      "at most 10 headers, not 11",
    ],
    ["a bucket that is gone", without(":Bucket", "MediaBucket"), "it refers to"],
    [
      "a managed policy",
      input("Role", "Start", "managedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
      "Role Start: it does not know what arn:aws:iam::aws:policy/AdministratorAccess allows",
    ],
    [
      "a function without a permission",
      without(":Permission", "HourlyPermission"),
      "EventTarget HourlyTarget: function EchoFunction does not permit events.amazonaws.com to invoke it for arn:aws:events:eu-west-1:123456789012:rule/fixture-hourly",
    ],
    [
      "a permission for another source",
      input("Permission", "HourlyPermission", "sourceArn", "arn:aws:events:*:*:rule/x-*"),
      "EventTarget HourlyTarget: function EchoFunction does not permit",
    ],
    [
      "a state machine started without a role",
      input("EventTarget", "StoredTarget", "roleArn", undefined),
      "it has no roleArn",
    ],
    [
      "settings it would not honour",
      input("Bucket", "MediaBucket", "website", { indexDocument: "index.html" }),
      "Bucket MediaBucket: it does not know website",
    ],
    [
      "a policy that is not JSON",
      input("BucketPolicy", "MediaPolicy", "policy", "{"),
      "its policy is not a JSON object",
    ],
    [
      "a parameter that is a secret",
      input("Parameter", "Where", "type", "SecureString"),
      "Parameter Where: it has no parameters of type SecureString",
    ],
    [
      "a parameter of a data type",
      input("Parameter", "Where", "dataType", "aws:ec2:image"),
      "it checks no data type aws:ec2:image",
    ],
    ["a FIFO queue", input("Queue", "DeadQueue", "fifoQueue", true), "it does not know fifoQueue"],
    [
      "provisioned tables",
      input("Table", "ItemsTable", "billingMode", "PROVISIONED"),
      "it has no provisioned throughput",
    ],
    ["a bus of its own", input("EventRule", "Hourly", "eventBusName", "mine"), "it has the default bus only"],
    [
      "a throttle of a route that is not there",
      input("Stage", "ApiStage", "routeSettings", [
        { routeKey: "GET /gone", throttlingRateLimit: 1, throttlingBurstLimit: 1 },
      ]),
      "Unable to find Route by key GET /gone within the provided RouteSettings",
    ],
    [
      "half a throttle, of which AWS makes one that lets nothing through",
      input("Stage", "ApiStage", "defaultRouteSettings", { throttlingRateLimit: 5 }),
      "a throttle needs a rate and a burst, both above 0",
    ],
    ["another stage than $default", input("Stage", "ApiStage", "name", "v1"), "it has the stage $default only"],
    [
      "an unknown cache policy",
      changed("Distribution", "CdnDistribution", (one) => {
        one.inputs.defaultCacheBehavior.cachePolicyId = "0";
      }),
      'it refers to "0", and no CachePolicy',
    ],
    [
      "an unknown origin request policy",
      changed("Distribution", "CdnDistribution", (one) => {
        one.inputs.defaultCacheBehavior.originRequestPolicyId = "0";
      }),
      'it refers to "0", and no OriginRequestPolicy',
    ],
    [
      "query strings that go to the origin outside the cache key",
      changed("OriginRequestPolicy", "Forwarded", (one) => {
        one.inputs.queryStringsConfig.queryStringBehavior = "all";
      }),
      "only the query strings of the cache key go to the origin",
    ],
    [
      "edge functions",
      changed("Distribution", "CdnDistribution", (one) => {
        one.inputs.defaultCacheBehavior.functionAssociations = [{ eventType: "viewer-request" }];
      }),
      "it does not know behaviour * functionAssociations",
    ],
    [
      "origins outside",
      changed("Distribution", "CdnDistribution", (one) => {
        one.inputs.origins[0].domainName = "example.com";
      }),
      "its origin example.com is no bucket of the graph",
    ],
    [
      "a function SST did not make",
      changed("Function", "EchoFunction", (one) => {
        one.parent = undefined;
      }),
      "no handler was built for it",
    ],
    [
      "a trigger without a permission",
      without(":Permission", "UsersPermission"),
      /^the local cloud cannot run UserPool Users: function EchoFunction does not permit cognito-idp.amazonaws.com to invoke it for arn:aws:cognito-idp:eu-west-1:123456789012:userpool\/eu-west-1_\w{9} \(aws.lambda.Permission\)$/,
    ],
    ["other triggers", input("UserPool", "Users", "lambdaConfig", { preSignUp: echo }), "lambdaConfig.preSignUp"],
    [
      "a second factor",
      input("UserPool", "Users", "mfaConfiguration", "ON"),
      "choose whether they have a second factor",
    ],
    [
      "a second factor that is not to be had",
      input("UserPool", "Users", "mfaConfiguration", "OPTIONAL"),
      "its second factor is a software token (softwareTokenMfaConfiguration)",
    ],
    ["user names that are no email", input("UserPool", "Users", "usernameAttributes", []), "by email only"],
    ["attributes of its own", input("UserPool", "Users", "schemas", [{ name: "age" }]), "the attribute age"],
    ["a client with a secret", input("UserPoolClient", "Web", "generateSecret", true), "clients without a secret only"],
    [
      "the implicit flow",
      input("UserPoolClient", "Web", "allowedOauthFlows", ["code", "implicit"]),
      "UserPoolClient Web: its allowedOauthFlows do not know implicit",
    ],
    [
      "flows of an SDK in the browser",
      input("UserPoolClient", "Web", "explicitAuthFlows", ["ALLOW_CUSTOM_AUTH"]),
      "its explicitAuthFlows do not know ALLOW_CUSTOM_AUTH",
    ],
    [
      "tokens that live too long",
      input("UserPoolClient", "Web", "accessTokenValidity", 1441),
      "its accessTokenValidity is not between 300 and 86400 seconds",
    ],
    [
      "callbacks of apps",
      input("UserPoolClient", "Web", "callbackUrls", ["myapp://back"]),
      "its callbackUrls are web addresses without a fragment only, not myapp://back",
    ],
    ["hosted pages that lead nowhere", input("UserPoolClient", "Web", "callbackUrls", []), "has no callbackUrls"],
    ["hosted pages without a domain", without(":UserPoolDomain", "Domain"), "it has no domain for them"],
    [
      "a client of a pool that is gone",
      input("UserPoolClient", "Web", "userPoolId", "eu-west-1_gone"),
      'UserPoolClient Web: it refers to "eu-west-1_gone", and no UserPool of the graph is that',
    ],
  ])("%s", (_, run, message) => expect(run).toThrow(message));

  it("nothing for a setting that is off", () => {
    expect(input("Queue", "DeadQueue", "redrivePolicy", "")).not.toThrow();
    expect(input("Permission", "HourlyPermission", "sourceArn", "arn:aws:events:*:*:rule/fixture-*")).not.toThrow();
  });
});

describe("statements", () => {
  it("finds identity, resource and trust statements and says where they stand", () => {
    const places = statements(graph).map(({ kind, at, actions }) => `${kind} ${at}: ${actions}`);
    expect(places).toEqual(
      expect.arrayContaining([
        "trust Machine: sts:AssumeRole",
        "identity MachinePolicy: lambda:InvokeFunction",
        "identity Shared: s3:GetObject",
        "identity Start/start: states:StartExecution",
        "resource MediaPolicy: s3:*",
        "resource DeadPolicy: sqs:SendMessage",
        "resource HourlyPermission: lambda:InvokeFunction",
      ]),
    );
  });

  it("misses no document of the graph", () => {
    const documents = graph.resources.filter(({ inputs }) => JSON.stringify(inputs).includes("2012-10-17"));
    const placed = new Set(statements(graph).map(({ at }) => at.split("/")[0]));
    expect(documents.map(({ name }) => name).filter((name) => !placed.has(name))).toEqual([]);
  });

  it("leaves managed policies to a list of their own", () => {
    expect(managedPolicies(graph)).toEqual([
      { at: "EchoRole", arn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole" },
      { at: "MachineShared", arn: "arn:aws:iam::123456789012:policy/fixture-shared" },
    ]);
  });
});
