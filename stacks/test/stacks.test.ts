import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { CALLBACK_URLS, RETIRED } from "@dropclip/cli";
import { Metadata } from "@dropclip/functions/metadata";
import { lint } from "@dropclip/synth/authorization/lint";
import { cloud } from "@dropclip/synth/cloud-from-graph";
import { formatGraph, type Graph } from "@dropclip/synth/graph";
import { managedPolicies, statements } from "@dropclip/synth/policies";
import { Query } from "@dropclip/synth/query";
import { synth } from "@dropclip/synth/synth";
import { beforeAll, describe, expect, it } from "vitest";

let dev: Graph;
let production: Graph;
/** As `sst dev` deploys it. */
let live: Graph;
/** A stage that was deployed before, with options that have nothing to do with each other. */
let shown: Query;
/** What making `dev` printed. */
let printed = "";
let stacks: Query;

const PAGES = { DROPCLIP_WEB_ORIGINS: "https://app.example.com" };
/** Somebody is told of alarms and costs: AWS's services for that may write to the topic. */
const WATCHED = { DROPCLIP_ALARM_EMAIL: "ops@example.com", DROPCLIP_BUDGET: "50" };
/** Where the pages of a stage without a domain of its own are. */
const pagesOf = (graph: Graph) =>
  `https://${new Query(graph).get("Distribution", "PagesDeliveryDistribution").outputs.domainName}`;

beforeAll(async () => {
  const options = { stage: "production", env: { ...PAGES, ...WATCHED, DROPCLIP_WAF: "1" } };
  const log = (text: string) => (printed += text);
  const before = {
    stage: "show",
    env: {
      DROPCLIP_WEB_ORIGINS: " https://a.example , https://b.example,",
      DROPCLIP_EMAIL_FROM: " hello@mail.example.com ",
    },
    parameters: { "/dropclip/show/outputs": JSON.stringify({ stage: "show", bucketSuffix: "acme" }) },
  };
  let again: Graph;
  [dev, production, live, again] = await Promise.all([
    synth({ stage: "dev", log }),
    synth(options),
    synth({ stage: "dev", dev: true }),
    synth(before),
  ]);
  shown = new Query(again);
  stacks = new Query(dev);
});

const BUCKETS = ["Uploads", "Content", "Images", "Pages", "Logs"];
const ACCOUNT = "123456789012";

describe("stacks/graph.json", () => {
  it("is what the stacks describe (npm run synth)", () => {
    expect(readFileSync("stacks/graph.json", "utf8") === formatGraph(dev)).toBe(true);
    expect(printed).toBe("");
  });
});

describe("openapi.json", () => {
  it("is what the handlers say of their routes (npm run synth)", () => {
    const { stdout, stderr } = spawnSync(process.execPath, ["scripts/openapi.ts", "--print"], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(readFileSync("openapi.json", "utf8") === stdout).toBe(true);
  });
});

describe("buckets", () => {
  it("have the names the users know", () => {
    const names = BUCKETS.map((name) => stacks.get("Bucket", `${name}Bucket`).inputs.bucket);
    expect(names).toEqual([
      "dropclip-uploads-dev",
      "dropclip-content-dev",
      "dropclip-images-dev",
      "dropclip-pages-dev",
      "dropclip-logs-dev",
    ]);
  });
  it("are private", () => {
    for (const name of BUCKETS) {
      expect(stacks.get("BucketPublicAccessBlock", `${name}PublicAccessBlock`).inputs).toMatchObject({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
    }
    const open = statements(dev).filter(
      ({ kind, statement }) => kind === "resource" && statement.Effect === "Allow" && !statement.Condition,
    );
    expect(open.map(({ at }) => at)).toEqual([]);
  });
  it("refuse plain HTTP, stale signatures, and the edge what is hidden and what waits", () => {
    for (const name of BUCKETS) {
      const denied = statements(dev).filter(
        ({ at, statement }) => at === `${name}Policy` && statement.Effect === "Deny",
      );
      expect(denied.map(({ statement }) => [statement.Action, statement.Principal, statement.Condition])).toEqual([
        ["s3:*", "*", { Bool: { "aws:SecureTransport": "false" } }],
        ...(name === "Uploads" ? [["s3:*", "*", { NumericGreaterThan: { "s3:signatureAge": "900000" } }]] : []),
        ...(["Content", "Images"].includes(name)
          ? [
              [
                "s3:GetObject",
                { Service: "cloudfront.amazonaws.com" },
                { StringEquals: { "s3:ExistingObjectTag/hidden": "true" } },
              ],
              ["s3:GetObject", { Service: "cloudfront.amazonaws.com" }, undefined],
            ]
          : []),
      ]);
    }
  });
  it("let only that distribution read that serves them", () => {
    const arn = (name: string) =>
      `arn:aws:cloudfront::${ACCOUNT}:distribution/${stacks.get("Distribution", `${name}Distribution`).id}`;
    const policies = BUCKETS.filter((name) => name !== "Logs").map((name) => `${name}Policy`);
    const allowed = statements(dev).filter(
      ({ at, statement }) => policies.includes(at) && statement.Effect === "Allow",
    );
    expect(
      allowed.map(({ at, actions, statement }) => [at, actions, statement.Principal, statement.Condition]),
    ).toEqual(
      [
        ["ContentPolicy", arn("Delivery")],
        ["ImagesPolicy", arn("Delivery")],
        ["PagesPolicy", arn("PagesDelivery")],
      ].map(([at, source]) => [
        at,
        ["s3:GetObject"],
        { Service: "cloudfront.amazonaws.com" },
        { StringEquals: { "AWS:SourceArn": source } },
      ]),
    );
  });
  it("send events where something is to be done with what arrives", () => {
    const sending = stacks.all("BucketNotification").map(({ inputs }) => [inputs.bucket, inputs.eventbridge]);
    expect(Object.fromEntries(sending)).toEqual({
      "dropclip-uploads-dev": true,
      "dropclip-images-dev": true,
      "dropclip-pages-dev": true,
      "dropclip-logs-dev": true,
    });
  });
  it("take files from pages only, the app's own and those that were named, and show them the ETag", () => {
    const rules = stacks.all("BucketCorsConfiguration").map(({ inputs }) => [inputs.bucket, inputs.corsRules]);
    const allowedOrigins = [pagesOf(dev), "http://localhost:3000"];
    const shown = expect.objectContaining({ allowedOrigins: ["*"], allowedMethods: ["GET", "HEAD"] });
    expect(Object.fromEntries(rules)).toEqual({
      "dropclip-uploads-dev": [expect.objectContaining({ allowedOrigins, exposeHeaders: ["ETag"] })],
      "dropclip-content-dev": [shown],
      "dropclip-images-dev": [expect.objectContaining({ allowedOrigins, allowedMethods: ["POST"] }), shown],
    });
  });
  it("forget uploads and logs, what the pages no longer name, and parts of uploads never completed", () => {
    const rulesOf = (name: string) => stacks.get("BucketLifecycleConfiguration", `${name}Lifecycle`).inputs.rules;
    const abort = expect.objectContaining({
      id: "abort-incomplete",
      status: "Enabled",
      abortIncompleteMultipartUpload: { daysAfterInitiation: 2 },
    });
    const expire = expect.objectContaining({ status: "Enabled", expiration: { days: 7 } });
    const retired = expect.objectContaining({
      ...{ status: "Enabled", filter: { tag: RETIRED }, expiration: { days: 30 } },
    });
    const logs = (prefix: string, days: number) =>
      expect.objectContaining({ status: "Enabled", filter: { prefix }, expiration: { days } });
    const kept = [logs("edge/", 90), logs("s3/", 30)];
    expect(BUCKETS.map(rulesOf)).toEqual([[expire, abort], [abort], [abort], [retired, abort], [...kept, abort]]);
  });
});

describe("production", () => {
  it("keeps buckets and tables whatever happens to the stack", () => {
    const kept = new Query(production);
    for (const name of BUCKETS) {
      expect(kept.get("Bucket", `${name}Bucket`)).toMatchObject({
        inputs: { forceDestroy: false },
        options: { retainOnDelete: true },
      });
      expect(stacks.get("Bucket", `${name}Bucket`)).toMatchObject({ inputs: { forceDestroy: true } });
    }
    for (const table of kept.all("Table")) expect(table.inputs.deletionProtectionEnabled).toBe(true);
    for (const table of stacks.all("Table")) expect(table.inputs.deletionProtectionEnabled ?? false).toBe(false);
  });
});

describe("tables", () => {
  it("have the names and indexes of the design", () => {
    const tables = stacks
      .all("Table")
      .map(({ inputs }) => [
        inputs.name,
        (inputs.globalSecondaryIndexes ?? []).map((index: { name: string }) => index.name).sort(),
      ]);
    expect(Object.fromEntries(tables)).toEqual({
      "dev-uploads": ["byEvent", "byFan", "byStatus", "open"],
      "dev-events": ["byCreative", "byType", "newest", "open"],
      "dropclip-collections-dev": ["byCreative", "byMedia", "inOrder"],
      "dropclip-views-dev": ["byDay"],
    });
    for (const table of stacks.all("Table"))
      expect(table.inputs).toMatchObject({
        pointInTimeRecovery: { enabled: true },
        ttl: { attributeName: "expires", enabled: true },
      });
  });
});

describe("rules", () => {
  it("start the machine, follow jobs, record failures, settle records, look at pictures, write pages and count views", () => {
    const patterns = stacks.all("EventRule").filter(({ inputs }) => inputs.eventPattern);
    const rules = patterns.map(({ name, inputs }) => [name, JSON.parse(inputs.eventPattern)]);
    expect(Object.fromEntries(rules)).toEqual({
      ObjectCreated: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: ["dropclip-uploads-dev"] }, object: { key: [{ prefix: "events/" }] } },
      },
      JobChanged: {
        source: ["aws.mediaconvert"],
        "detail-type": ["MediaConvert Job State Change"],
        detail: { status: ["STATUS_UPDATE", "ERROR"], userMetadata: { stage: ["dev"] } },
      },
      PictureArrived: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: {
          bucket: { name: ["dropclip-images-dev"] },
          object: { key: [{ wildcard: "events/*/flyer/*" }, { prefix: "profiles/" }] },
        },
      },
      LogArrived: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: ["dropclip-logs-dev"] }, object: { key: [{ prefix: "edge/media/" }] } },
      },
      SettlementDue: { source: ["dropclip-api-dev"], "detail-type": ["Settlement Due"] },
      InvalidationDue: { source: ["dropclip-api-dev"], "detail-type": ["Invalidation Due"] },
      PageDue: { source: ["dropclip-api-dev"], "detail-type": ["Page Due"] },
      PagesPublished: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        // Nothing that the function itself writes: it would start itself for ever.
        detail: { bucket: { name: ["dropclip-pages-dev"] }, object: { key: ["index.html"] } },
      },
      ExecutionEnded: {
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: [`arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:dropclip-ingest-dev`],
          status: ["FAILED", "TIMED_OUT", "ABORTED"],
        },
      },
    });
  });
  it("look after what waits too long, every 15 minutes", () => {
    expect(stacks.get("EventRule", "SweepDue").inputs.scheduleExpression).toBe("rate(15 minutes)");
  });
  it("retry, and keep what cannot be delivered", () => {
    const targets = stacks.all("EventTarget");
    expect(targets).toHaveLength(10);
    for (const { inputs } of targets) {
      expect(inputs.retryPolicy).toEqual({ maximumEventAgeInSeconds: 7200, maximumRetryAttempts: 185 });
      expect(inputs.deadLetterConfig.arn).toBe(`arn:aws:sqs:us-east-1:${ACCOUNT}:dropclip-dead-letters-dev`);
    }
    for (const name of [
      "RecordProgress",
      "RecordFailure",
      "Sweep",
      "Settle",
      "Invalidate",
      "AdoptPicture",
      "WritePage",
      "CountViews",
    ])
      expect(stacks.get("aws:lambda/function:Function", `${name}Function`).inputs.deadLetterConfig.targetArn).toMatch(
        /dead-letters/,
      );
  });
});

describe("access logs", () => {
  const REGION = { region: "us-east-1" };

  it("are those of both distributions, arranged in us-east-1 wherever the stage is, without what tells who asked", () => {
    const sources = stacks.all("LogDeliverySource");
    expect(sources.map(({ name, inputs }) => [name, inputs.region, inputs.logType])).toEqual([
      ["MediaLogSource", "us-east-1", "ACCESS_LOGS"],
      ["PagesLogSource", "us-east-1", "ACCESS_LOGS"],
    ]);
    for (const { inputs } of stacks.all("LogDeliveryDestination"))
      expect(inputs).toMatchObject({ ...REGION, outputFormat: "json" });
    for (const { inputs } of stacks.all("LogDelivery")) {
      expect(inputs).toMatchObject(REGION);
      for (const field of inputs.recordFields) expect(field).not.toMatch(/^c-(ip|port)|forwarded|cookie|agent|query/i);
    }
  });

  it("are written by AWS's own services only, each for what it logs", () => {
    const { Statement } = JSON.parse(stacks.get("BucketPolicy", "LogsPolicy").inputs.policy);
    const writers = Statement.filter(({ Effect }: { Effect: string }) => Effect === "Allow");
    expect(
      writers.map(({ Principal, Action, Resource, Condition }: any) => [Principal, Action, Resource, Condition]),
    ).toEqual([
      [
        { Service: "delivery.logs.amazonaws.com" },
        "s3:PutObject",
        "arn:aws:s3:::dropclip-logs-dev/edge/*",
        {
          StringEquals: { "aws:SourceAccount": ACCOUNT, "s3:x-amz-acl": "bucket-owner-full-control" },
          ArnLike: {
            "aws:SourceArn": ["media", "pages"].map(
              (name) => `arn:aws:logs:us-east-1:${ACCOUNT}:delivery-source:dropclip-${name}-log-dev`,
            ),
          },
        },
      ],
      [
        { Service: "logging.s3.amazonaws.com" },
        "s3:PutObject",
        "arn:aws:s3:::dropclip-logs-dev/s3/*",
        {
          StringEquals: { "aws:SourceAccount": ACCOUNT },
          ArnLike: { "aws:SourceArn": expect.any(Array) },
        },
      ],
    ]);
  });

  it("are those of all buckets but their own", () => {
    expect(
      stacks
        .all("BucketLogging")
        .map(({ inputs }) => inputs.bucket)
        .sort(),
    ).toEqual(["content", "images", "pages", "uploads"].map((name) => `dropclip-${name}-dev`));
  });
});

describe("delivery", () => {
  it("is HTTPS, HTTP/3, compressed, with CORS and security headers, on every path", () => {
    const { inputs } = stacks.get("Distribution", "DeliveryDistribution");
    expect(inputs.httpVersion).toBe("http2and3");
    const behaviors = [inputs.defaultCacheBehavior, ...inputs.orderedCacheBehaviors];
    for (const behavior of behaviors) {
      expect(behavior).toMatchObject({
        viewerProtocolPolicy: "redirect-to-https",
        compress: true,
        allowedMethods: ["GET", "HEAD", "OPTIONS"],
        responseHeadersPolicyId: stacks.get("ResponseHeadersPolicy", "DeliveryHeaders").id,
      });
    }
    expect(behaviors.map(({ pathPattern, targetOriginId }) => [pathPattern, targetOriginId])).toEqual([
      [undefined, "content"],
      ["/events/*/uploads/*/images/*", "images"],
      ["/events/*/flyer/*", "images"],
      ["/profiles/*", "images"],
    ]);
  });
});

describe("the pages", () => {
  const policyOf = (): Record<string, string> => {
    const { securityHeadersConfig } = stacks.get("ResponseHeadersPolicy", "PagesHeaders").inputs;
    const directives: string[] = securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy.split("; ");
    return Object.fromEntries(
      directives.map((one) => [one.slice(0, one.indexOf(" ")), one.slice(one.indexOf(" ") + 1)]),
    );
  };

  it("are HTTPS, HTTP/3, compressed, with security headers and no others' origin", () => {
    const { inputs } = stacks.get("Distribution", "PagesDeliveryDistribution");
    expect(inputs).toMatchObject({ httpVersion: "http2and3", defaultRootObject: "index.html" });
    expect(inputs.orderedCacheBehaviors ?? []).toEqual([]);
    const headers = stacks.get("ResponseHeadersPolicy", "PagesHeaders");
    expect(inputs.defaultCacheBehavior).toMatchObject({
      ...{ viewerProtocolPolicy: "redirect-to-https", compress: true, allowedMethods: ["GET", "HEAD"] },
      responseHeadersPolicyId: headers.id,
    });
    expect(headers.inputs.corsConfig).toBeUndefined();
    expect(Object.keys(headers.inputs.securityHeadersConfig).toSorted()).toEqual([
      ...["contentSecurityPolicy", "contentTypeOptions", "frameOptions", "referrerPolicy", "strictTransportSecurity"],
    ]);
  });
  it("answer every path that is no file", () => {
    const { customErrorResponses } = stacks.get("Distribution", "PagesDeliveryDistribution").inputs;
    const answer = { responseCode: 200, responsePagePath: "/index.html", errorCachingMinTtl: 0 };
    expect(customErrorResponses).toEqual([403, 404].map((errorCode) => ({ errorCode, ...answer })));
  });
  it("run scripts of their own only, none made of text, and stand in nobody's frame", () => {
    expect(policyOf()).toMatchObject({
      ...{ "script-src": "'self'", "object-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'" },
      ...{ "require-trusted-types-for": "'script'", "trusted-types": "'none'" },
    });
  });
  it("may call the API, as those may that are named, and on no user's own machine in production", () => {
    const origins = (graph: Graph) =>
      new Query(graph).get("aws:apigatewayv2/api:Api", "ApiApi").inputs.corsConfiguration;
    expect(origins(dev).allowOrigins).toEqual([pagesOf(dev), "http://localhost:3000"]);
    expect(origins(production).allowOrigins).toEqual([pagesOf(production), "https://app.example.com"]);
  });
  it("leave it to the page what hosts there are, which are known when it is published", () => {
    const open = ["default-src", "connect-src", "img-src", "media-src"];
    expect(Object.keys(policyOf()).filter((name) => open.includes(name))).toEqual([]);
  });
});

describe("a domain of one's own", () => {
  it("has the pages, and media and API on names below it, by TLS 1.2 at least", async () => {
    const named = new Query(await synth({ stage: "show", env: { DROPCLIP_DOMAIN: "clips.example.com" } }));
    const sites = ["PagesDelivery", "Delivery"].map((name) => named.get("Distribution", `${name}Distribution`).inputs);
    expect(sites.map(({ aliases }) => aliases)).toEqual([["clips.example.com"], ["media.clips.example.com"]]);
    for (const { viewerCertificate } of sites)
      expect(viewerCertificate).toMatchObject({ minimumProtocolVersion: "TLSv1.2_2021", sslSupportMethod: "sni-only" });
    const api = named.get("DomainName", "ApiDomainName").inputs;
    expect([api.domainName, api.domainNameConfiguration.securityPolicy]).toEqual(["api.clips.example.com", "TLS_1_2"]);
    const told = JSON.parse(named.get("Parameter", "Outputs").inputs.value);
    expect(told).toMatchObject({
      ...{ pages: "https://clips.example.com", cdn: "https://media.clips.example.com" },
      api: "https://api.clips.example.com",
    });
    expect(named.get("UserPoolClient", "App").inputs.callbackUrls).toContain("https://clips.example.com/callback");
    const rules = named.get("BucketCorsConfiguration", "UploadsCors").inputs.corsRules;
    expect(rules[0].allowedOrigins).toContain("https://clips.example.com");
  });
});

describe("what handlers keep with what they write", () => {
  it("is hidden at the edge, by every name they have for it", () => {
    const { items } = stacks.get("ResponseHeadersPolicy", "DeliveryHeaders").inputs.removeHeadersConfig;
    const removed = items.map(({ header }: { header: string }) => header);
    for (const name of Object.values(Metadata)) expect(removed).toContain(`x-amz-meta-${name}`);
  });
});

describe("users", () => {
  it("are fans and creatives of one pool, and sign in by code and PKCE", () => {
    const groups = stacks.all("UserGroup").map(({ inputs }) => inputs.name);
    expect(groups.sort()).toEqual(["creative", "fan"]);
    expect(stacks.get("UserPoolClient", "App").inputs).toMatchObject({
      generateSecret: false,
      allowedOauthFlows: ["code"],
      preventUserExistenceErrors: "ENABLED",
      callbackUrls: [`${pagesOf(dev)}/callback`, "http://localhost:3000/callback", ...CALLBACK_URLS],
      logoutUrls: [`${pagesOf(dev)}/`, "http://localhost:3000/"],
    });
    expect(stacks.get("UserPoolDomain", "SignIn").inputs).toMatchObject({ managedLoginVersion: 2 });
  });
  it("of production are led back to its own pages and those that were named only", () => {
    const app = (graph: Graph) => new Query(graph).get("UserPoolClient", "App").inputs;
    expect(app(production)).toMatchObject({
      callbackUrls: [`${pagesOf(production)}/callback`, "https://app.example.com/callback"],
      logoutUrls: [`${pagesOf(production)}/`, "https://app.example.com/"],
    });
  });
  it("stand behind a firewall where that is asked for, which counts what each address sends", () => {
    expect(stacks.all("WebAcl")).toEqual([]);
    const guarded = new Query(production);
    const acl = guarded.get("WebAcl", "SignInFirewall");
    expect(acl.inputs).toMatchObject({ scope: "REGIONAL", defaultAction: { allow: {} } });
    const [rule, ...others] = acl.inputs.rules;
    expect(others).toEqual([]);
    expect([rule.action, rule.statement.rateBasedStatement]).toEqual([
      { block: {} },
      {
        aggregateKeyType: "IP",
        limit: 2000,
        evaluationWindowSec: 300,
        scopeDownStatement: { byteMatchStatement: expect.objectContaining({ searchString: "POST" }) },
      },
    ]);
    expect(guarded.get("WebAclAssociation", "SignInFirewallOfUsers").inputs).toEqual({
      webAclArn: acl.outputs.arn,
      resourceArn: guarded.get("UserPool", "Users").outputs.arn,
    });
    // The local cloud starts with it, and without it.
    expect(cloud(production).userPools).toHaveLength(1);
  });
  it("become fans when they sign up", () => {
    const { inputs } = stacks.get("Permission", "AssignGroupPermission");
    expect(inputs).toMatchObject({
      principal: "cognito-idp.amazonaws.com",
      sourceArn: stacks.get("UserPool", "Users").outputs.arn,
    });
    expect(stacks.get("UserPool", "Users").inputs.lambdaConfig.postConfirmation).toMatch(/:dropclip-assign-group-dev$/);
  });
});

describe("api", () => {
  const routes = () => stacks.all("aws:apigatewayv2/route:Route").map(({ inputs }) => inputs);
  const operations = () =>
    Object.entries(
      JSON.parse(readFileSync("openapi.json", "utf8")).paths as Record<string, Record<string, any>>,
    ).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ key: `${method.toUpperCase()} ${path}`, operation })),
    );
  it("has the routes of openapi.json, and no others", () => {
    const keys = routes().map(({ routeKey }) => routeKey);
    expect(keys.sort()).toEqual(
      operations()
        .map(({ key }) => key)
        .sort(),
    );
  });
  it("asks for a user on every route that is not public", () => {
    const open = routes().filter(({ authorizationType }) => authorizationType !== "JWT");
    const publicKeys = operations().filter(({ operation }) => operation["x-access"] === "public");
    expect(open.map(({ routeKey }) => routeKey).sort()).toEqual(publicKeys.map(({ key }) => key).sort());
    const { inputs } = stacks.get("aws:apigatewayv2/authorizer:Authorizer", "ApiAuthorizerUsersAuthorizer");
    expect(inputs.jwtConfiguration).toEqual({
      issuer: `https://cognito-idp.us-east-1.amazonaws.com/${stacks.get("UserPool", "Users").id}`,
      audiences: [stacks.get("UserPoolClient", "App").id],
    });
  });
});

describe("least privilege", () => {
  const identity = () =>
    statements(dev).filter(({ kind, statement }) => kind === "identity" && statement.Effect === "Allow");

  const SIGNING = ["FanRole", "CreativeRole", "ProfileRole", "DownloadRole"];

  /** Where AWS leaves no choice, with the reason. */
  const EXCEPTIONS: Record<string, string> = {
    "IngestRole/ingest logs:* on *": "log delivery has no resources",
    "IngestRole/ingest mediaconvert:* on *": "Probe knows no resources",
    "IngestRole/ingest mediaconvert:CancelJob mediaconvert:GetJob":
      "job ids are not known beforehand; the tag Step Functions sets bounds it",
    "SettleRole/inline states:StopExecution": "executions have names of their own; they are of this one machine",
    "SweepRole/inline states:DescribeExecution states:RedriveExecution":
      "executions have names of their own; they are of this one machine",
  };

  it("names no wildcard action", () => {
    expect(
      identity().flatMap(({ at, actions }) =>
        actions.filter((action) => action.includes("*")).map((action) => `${at} ${action}`),
      ),
    ).toEqual([]);
  });
  it("names exact resources, but for the exceptions", () => {
    // A path below a bucket and the streams of one's own log group are as exact as AWS lets them be.
    const exact =
      /^arn:aws:(s3:::dropclip-[a-z]+-dev(\/(events|profiles|edge\/media|[ec]\/|\*)[^ ]*)?|logs:[^*]+:log-group:\/aws\/lambda\/dropclip-[a-z-]+:\*|[^*]+)$/;
    const broad = identity()
      .filter(({ resources }) => resources.some((resource) => !exact.test(resource)))
      .map(({ at, actions, resources }) => {
        const services = new Set(actions.map((action) => action.split(":")[0]));
        return resources.includes("*") ? `${at} ${[...services]}:* on *` : `${at} ${actions.toSorted().join(" ")}`;
      });
    expect(broad.sort()).toEqual(Object.keys(EXCEPTIONS).sort());
  });
  it("lets only the signing functions take on the signing roles, with exactly the tags they need", () => {
    const trusts = statements(dev).filter(({ kind, at }) => kind === "trust" && SIGNING.includes(at));
    const told = trusts.map(({ at, statement }) => [at, statement.Principal, statement.Condition]);
    const by = (...functions: string[]) => {
      const arns = functions
        .toSorted()
        .map((name) => `arn:aws:iam::${ACCOUNT}:role/dropclip-${name}-api-dev-us-east-1`);
      return { AWS: arns.length === 1 ? arns[0] : arns };
    };
    const tags = (...keys: string[]) => ({
      StringLike: Object.fromEntries(keys.map((key) => [`aws:RequestTag/${key}`, "?*"])),
      "ForAllValues:StringEquals": { "aws:TagKeys": keys.length === 1 ? keys[0] : keys.toSorted() },
    });
    expect(told).toEqual([
      ["CreativeRole", by("uploads", "events"), tags("eventId", "creativeId")],
      ["DownloadRole", by("public"), tags("eventId")],
      ["FanRole", by("uploads"), tags("eventId", "fanId")],
      ["ProfileRole", by("uploads"), tags("userId")],
    ]);
  });
  it("trusts services only, one each, but for the signing roles", () => {
    const trusts = statements(dev).filter(({ kind, at }) => kind === "trust" && !SIGNING.includes(at));
    expect(trusts.length).toBe(stacks.all("aws:iam/role:Role").length - SIGNING.length);
    for (const { statement } of trusts) expect(Object.keys(statement.Principal as object)).toEqual(["Service"]);
    const services = new Set(trusts.map(({ statement }) => (statement.Principal as { Service: string }).Service));
    expect([...services].sort()).toEqual([
      "events.amazonaws.com",
      "lambda.amazonaws.com",
      "mediaconvert.amazonaws.com",
      "states.amazonaws.com",
    ]);
  });
  /** The grant that every function has. */
  const isLogging = ({ actions }: { actions: string[] }) => actions.includes("logs:PutLogEvents");

  it("uses no managed policy", () => expect(managedPolicies(dev)).toEqual([]));
  it("lets each function write to its own log group only", () => {
    const logs = identity().filter(isLogging);
    expect(logs).toHaveLength(stacks.all("sst:aws:Function").length);
    for (const { subject, resources } of logs) {
      const name = subject
        .split("/")
        .at(-1)!
        .replace(/-us-east-1$/, "");
      expect(resources).toEqual([`arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/lambda/${name}:*`]);
    }
  });
  it("grants exactly this", () => {
    const grants = identity()
      .filter((one) => !isLogging(one))
      .map(
        ({ at, actions, resources }) => `${at}: ${actions.toSorted().join(" ")} → ${resources.toSorted().join(" ")}`,
      );
    expect(grants).toMatchSnapshot();
  });
});

describe("sst dev", () => {
  it("gives a developer a quarter of an hour at a breakpoint", () => {
    for (const { inputs } of new Query(live).all("aws:lambda/function:Function")) expect(inputs.timeout).toBe(900);
  });
  it("reserves no concurrency, because many developers share an account", () => {
    expect(live.resources.filter(({ inputs }) => "reservedConcurrentExecutions" in inputs)).toEqual([]);
  });
});

describe("the policies", () => {
  it("of production say nothing that AWS's service authorization reference contradicts", () => {
    expect(lint(production)).toEqual([]);
  });
  it("of sst dev do so too, but for what SST itself grants its live functions there", () => {
    expect(lint(live).filter((line) => !/: appsync:\* is allowed on everything by \*:/.test(line))).toEqual([]);
  });
});

describe("a stage that was deployed with a suffix", () => {
  it("goes on with it", () => {
    expect(shown.get("Bucket", "UploadsBucket").inputs.bucket).toBe("dropclip-uploads-show-acme");
    expect(JSON.parse(shown.get("Parameter", "Outputs").inputs.value)).toMatchObject({ bucketSuffix: "acme" });
  });
  it("takes the pages it is told of", () => {
    const { logoutUrls } = shown.get("UserPoolClient", "App").inputs;
    expect(logoutUrls.slice(1)).toEqual(["https://a.example/", "https://b.example/"]);
  });
});

describe("what AWS would not take", () => {
  it("ends a deployment before anything is made, each thing in a line", async () => {
    const env = { DROPCLIP_BUCKET_SUFFIX: "Acme_1", DROPCLIP_WAF: "yes" };
    await expect(synth({ stage: "Show", env })).rejects.toThrow(
      /"Acme_1"[^\n]*\n[^\n]*DROPCLIP_WAF is "yes"[^\n]*\n[^\n]*"Show" cannot/,
    );
  });
});

describe("the webhook", () => {
  it("is not there unless it is asked for", () => {
    expect(stacks.all("aws:lambda/function:Function").some(({ name }) => name.startsWith("Deliver"))).toBe(false);
    expect(stacks.all("EventRule").map(({ name }) => name)).not.toContain("Told");
  });
  it("is told this stage's four events, and its function may do just this", async () => {
    const graph = await synth({ stage: "dev", env: { DROPCLIP_WEBHOOK: "https://example.com/dropclip" } });
    const rule = new Query(graph).get("EventRule", "Told").inputs;
    expect(JSON.parse(rule.eventPattern)).toEqual({
      source: ["dropclip.dev"],
      "detail-type": ["Media Published", "Media Rejected", "Media Failed", "Upload Completed"],
    });
    const before = new Set(statements(dev).map(({ at, actions }) => `${at} ${actions}`));
    const more = statements(graph).filter(
      ({ kind, at, actions }) => kind === "identity" && !before.has(`${at} ${actions}`),
    );
    expect(more.map(({ actions, resources }) => [actions.toSorted().join(" "), ...resources])).toEqual(
      expect.arrayContaining([
        [
          "dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem",
          `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/dropclip-webhook-dev`,
        ],
        ["dynamodb:Query", `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/dropclip-webhook-dev/index/byStatus`],
        ["ssm:GetParameter", `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/dropclip/dev/webhook-secrets`],
        ["sqs:SendMessage", `arn:aws:sqs:us-east-1:${ACCOUNT}:dropclip-dead-letters-dev`],
        [
          "logs:CreateLogStream logs:PutLogEvents",
          `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/lambda/dropclip-deliver-dev:*`,
        ],
      ]),
    );
    expect(more).toHaveLength(5);
    expect(lint(graph)).toEqual([]);
  });
});

describe("mail", () => {
  const mailOf = (stage: Query) => stage.get("UserPool", "Users").inputs.emailConfiguration;
  it("is Cognito's own few a day, or by SES from an address of a verified domain", () => {
    expect(mailOf(stacks)).toBeUndefined();
    expect(mailOf(shown)).toEqual({
      emailSendingAccount: "DEVELOPER",
      sourceArn: `arn:aws:ses:us-east-1:${ACCOUNT}:identity/mail.example.com`,
      fromEmailAddress: "hello@mail.example.com",
    });
  });
});
