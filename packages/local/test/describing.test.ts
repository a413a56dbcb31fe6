import { ApiGatewayV2 } from "@aws-sdk/client-apigatewayv2";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { SNS } from "@aws-sdk/client-sns";
import type { Role, Setting } from "@dropclip/synth/cloud";
import { DESCRIBED, TYPE } from "@dropclip/synth/from-graph/types";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createControl } from "../src/apigateway/api/index.ts";
import { createIamApi } from "../src/iam/api/index.ts";
import { LastUse } from "../src/iam/last-use.ts";
import { createLogs } from "../src/logs/index.ts";
import { Settings } from "../src/settings.ts";
import { createSns } from "../src/sns/index.ts";
import type { Service } from "../src/world.ts";
import { ACCOUNT, type LocalCloud, REGION, startLocalCloud } from "./gate/local-cloud.ts";

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`;
const API = "abcdef1234";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
const managed = { name: "own", arn: `arn:aws:iam::${ACCOUNT}:policy/own` };
const document = (Action: string | string[]) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow" as const, Action, Resource: "*" }],
});
const role = (name: string): Role => ({
  name,
  arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
  trust: document("sts:AssumeRole"),
  policies: [
    { name: "inline", document: document(["s3:GetObject", "sqs:SendMessage", "s3:Get*Acl"]) },
    { ...managed, document: document("sns:Publish") },
  ],
  maxSessionSeconds: 7200,
});
const setting = (type: string, id: string, inputs: Setting["inputs"]): Setting => ({ type, id, inputs });
const group = (at: number) =>
  setting(DESCRIBED.logGroup, `g${at}`, { name: `/group/${String(at).padStart(3, "0")}`, retentionInDays: at });

let cloud: LocalCloud;
let lastUse: LastUse;
let allowed: boolean;
let iam: IAM;
let sns: SNS;
let api: ApiGatewayV2;
let logs: CloudWatchLogs;

beforeAll(async () => {
  const made: Record<string, Service> = {};
  const deferred = (name: string, protocol: Service["protocol"]): Service => ({
    name,
    protocol,
    handle: (call) => made[name]!.handle(call),
    fail: (call, error) => made[name]!.fail(call, error),
  });
  const services = [deferred("iam", "query"), deferred("sns", "query"), deferred("apigateway", "rest-json")];
  services.push(deferred("logs", "json"));
  cloud = await startLocalCloud({ services, allow: () => allowed });
  const { world } = cloud;
  lastUse = new LastUse();
  const routes = Array.from({ length: 30 }, (_, at) =>
    setting(TYPE.apiRoute, `r${at}`, { apiId: API, routeKey: `GET /${at}`, target: "integrations/i" }),
  );
  const settings = new Settings([
    setting(TYPE.api, API, { name: "api", protocolType: "HTTP", corsConfiguration: { allowOrigins: ["https://a"] } }),
    ...routes,
    ...Array.from({ length: 60 }, (_, at) => group(at)),
  ]);
  const roles = ["worker", "other", "third"].map(role);
  const managedPolicies = [{ ...managed, document: document("sns:Publish") }];
  made.iam = createIamApi({ world, roles, managedPolicies, lastUse });
  made.sns = createSns({ world, topics: [{ name: "alarms", arn: TOPIC, region: REGION, subscriptions: [] }] });
  made.apigateway = createControl({ world, settings, localise: (text) => text.replace("https://a", "http://here") });
  made.logs = createLogs({ world, settings, functions: [{ name: "new" }], recent: () => [{}] as any });
  const credentials = cloud.credentials.assumeRole(`arn:aws:iam::${ACCOUNT}:role/reader`, "r");
  const config = { endpoint: cloud.url, region: REGION, credentials, maxAttempts: 1 };
  [iam, sns] = [new IAM({ ...config, region: "us-east-1" }), new SNS(config)];
  [api, logs] = [new ApiGatewayV2(config), new CloudWatchLogs(config)];
});
afterAll(async () => {
  for (const client of [iam, sns, api, logs]) client.destroy();
  await cloud.remove();
});
beforeEach(() => {
  allowed = true;
});

describe("calls that describe", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["iam:ListRoles", () => iam.listRoles()],
    ["iam:GetAccountAuthorizationDetails", () => iam.getAccountAuthorizationDetails()],
    ["iam:GenerateServiceLastAccessedDetails", () => iam.generateServiceLastAccessedDetails({ Arn: ROLE })],
    ["iam:GetServiceLastAccessedDetails", () => iam.getServiceLastAccessedDetails({ JobId: crypto.randomUUID() })],
    ["sns:ListTopics", () => sns.listTopics()],
    ["sns:GetTopicAttributes", () => sns.getTopicAttributes({ TopicArn: TOPIC })],
    ["sns:ListSubscriptionsByTopic", () => sns.listSubscriptionsByTopic({ TopicArn: TOPIC })],
    ["apigateway:GET", () => api.getApis()],
    ["apigateway:GET", () => api.getRoutes({ ApiId: API })],
    ["apigateway:GET", () => api.getStages({ ApiId: API })],
    ["logs:DescribeLogGroups", () => logs.describeLogGroups()],
    ["logs:DescribeDeliveries", () => logs.describeDeliveries()],
    ["logs:DescribeQueryDefinitions", () => logs.describeQueryDefinitions()],
  ])("ask for %s first", async (action, call) => {
    allowed = false;
    await expect(call()).rejects.toThrow(`is not authorized to perform: ${action}`);
  });
});

describe("IAM", () => {
  it("describes roles with their policies, own and attached, in pages", async () => {
    const first = await iam.getAccountAuthorizationDetails({ Filter: ["Role", "LocalManagedPolicy"], MaxItems: 2 });
    const rest = await iam.getAccountAuthorizationDetails({
      Filter: ["Role", "LocalManagedPolicy"],
      Marker: first.Marker,
    });
    expect([first.IsTruncated, rest.IsTruncated]).toEqual([true, false]);
    expect([...first.RoleDetailList!, ...rest.RoleDetailList!].map(({ RoleName }) => RoleName)).toEqual([
      ...["worker", "other", "third"],
    ]);
    const [worker] = first.RoleDetailList!;
    expect(JSON.parse(decodeURIComponent(worker!.AssumeRolePolicyDocument!))).toEqual(document("sts:AssumeRole"));
    expect(worker!.RolePolicyList!.map(({ PolicyName }) => PolicyName)).toEqual(["inline"]);
    expect(worker!.AttachedManagedPolicies).toEqual([{ PolicyName: managed.name, PolicyArn: managed.arn }]);
    expect(rest.Policies![0]).toMatchObject({ Arn: managed.arn, AttachmentCount: 3 });
    expect((await iam.listRoles()).Roles![0]).toMatchObject({ Arn: ROLE, MaxSessionDuration: 7200 });
  });

  it("reports when a role last asked for what it is allowed", async () => {
    lastUse.note(ROLE, "s3:getobject", Date.parse("2026-03-01T00:00:00Z"));
    const { JobId } = await iam.generateServiceLastAccessedDetails({ Arn: ROLE, Granularity: "ACTION_LEVEL" });
    const report = await iam.getServiceLastAccessedDetails({ JobId });
    expect(report).toMatchObject({ JobStatus: "COMPLETED", JobType: "ACTION_LEVEL", IsTruncated: false });
    const [s3, , sqs] = report.ServicesLastAccessed!;
    expect(s3).toMatchObject({ ServiceName: "Amazon S3", LastAuthenticated: new Date("2026-03-01T00:00:00Z") });
    expect(s3!.TrackedActionsLastAccessed!.map(({ ActionName }) => ActionName)).toEqual(
      expect.arrayContaining(["GetBucketAcl", "GetObject", "GetObjectAcl"]),
    );
    expect(sqs).toMatchObject({ ServiceNamespace: "sqs", TotalAuthenticatedEntities: 0 });
    expect(sqs!.LastAuthenticated).toBeUndefined();
  });

  it("knows neither jobs nor roles that there are not", async () => {
    const job = iam.getServiceLastAccessedDetails({ JobId: crypto.randomUUID() });
    await expect(job).rejects.toMatchObject({ name: "NoSuchEntityException" });
    const Arn = `arn:aws:iam::${ACCOUNT}:role/nobody`;
    await expect(iam.generateServiceLastAccessedDetails({ Arn })).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });
});

describe("API Gateway, SNS and CloudWatch Logs", () => {
  it("list in pages", async () => {
    const routes = await api.getRoutes({ ApiId: API });
    const more = await api.getRoutes({ ApiId: API, NextToken: routes.NextToken });
    expect([routes.Items!.length, more.Items!.length, more.NextToken]).toEqual([25, 5, undefined]);
    const groups = await logs.describeLogGroups();
    const others = await logs.describeLogGroups({ nextToken: groups.nextToken });
    expect([groups.logGroups!.length, others.logGroups!.length]).toEqual([50, 11]);
  });

  it("tell addresses as they are on this machine", async () =>
    expect((await api.getApis()).Items![0]!.CorsConfiguration!.AllowOrigins).toEqual(["http://here"]));

  it("have a log group that Lambda made, without an end", async () => {
    const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: "/aws/lambda/" });
    expect(logGroups).toMatchObject([{ logGroupName: "/aws/lambda/new" }]);
    expect(logGroups![0]!.retentionInDays).toBeUndefined();
  });

  it("give a topic without a policy the one that AWS gives", async () => {
    const { Attributes } = await sns.getTopicAttributes({ TopicArn: TOPIC });
    expect(JSON.parse(Attributes!.Policy!)).toMatchObject({
      Id: "__default_policy_ID",
      Statement: [{ Principal: { AWS: "*" }, Condition: { StringEquals: { "AWS:SourceOwner": ACCOUNT } } }],
    });
  });

  it("know no API or topic that there is not", async () => {
    await expect(api.getRoutes({ ApiId: "gone" })).rejects.toMatchObject({ name: "NotFoundException" });
    await expect(sns.getTopicAttributes({ TopicArn: `${TOPIC}2` })).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });
});
