import { readFileSync } from "node:fs";
import { formatGraph, type Graph } from "@dropclip/synth/graph";
import { managedPolicies, statements } from "@dropclip/synth/policies";
import { Query } from "@dropclip/synth/query";
import { synth } from "@dropclip/synth/synth";
import { beforeAll, describe, expect, it } from "vitest";

let dev: Graph;
let production: Graph;
let stacks: Query;

beforeAll(async () => {
  [dev, production] = await Promise.all([synth({ stage: "dev" }), synth({ stage: "production" })]);
  stacks = new Query(dev);
});

const BUCKETS = ["Uploads", "Content", "Images"];
const ACCOUNT = "123456789012";

describe("stacks/graph.json", () => {
  it("is what the stacks describe (npm run synth)", () => {
    expect(readFileSync("stacks/graph.json", "utf8") === formatGraph(dev)).toBe(true);
  });
});

describe("buckets", () => {
  it("have the names the users know", () => {
    const names = BUCKETS.map((name) => stacks.get("Bucket", `${name}Bucket`).inputs.bucket);
    expect(names).toEqual(["dropclip-uploads-dev", "dropclip-content-dev", "dropclip-images-dev"]);
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
  it("refuse plain HTTP", () => {
    for (const name of BUCKETS) {
      const denied = statements(dev).filter(
        ({ at, statement }) => at === `${name}Policy` && statement.Effect === "Deny",
      );
      expect(denied.map(({ statement }) => [statement.Action, statement.Principal, statement.Condition])).toEqual([
        ["s3:*", "*", { Bool: { "aws:SecureTransport": "false" } }],
      ]);
    }
  });
  it("let only this distribution read what it serves", () => {
    const arn = `arn:aws:cloudfront::${ACCOUNT}:distribution/${stacks.get("Distribution", "DeliveryDistribution").id}`;
    const allowed = statements(dev).filter(
      ({ at, statement }) => /^(Content|Images|Uploads)Policy$/.test(at) && statement.Effect === "Allow",
    );
    expect(
      allowed.map(({ at, actions, statement }) => [at, actions, statement.Principal, statement.Condition]),
    ).toEqual(
      ["ContentPolicy", "ImagesPolicy"].map((at) => [
        at,
        ["s3:GetObject"],
        { Service: "cloudfront.amazonaws.com" },
        { StringEquals: { "AWS:SourceArn": arn } },
      ]),
    );
  });
  it("send events from uploads only", () => {
    expect(stacks.all("BucketNotification").map(({ inputs }) => inputs)).toEqual([
      { bucket: "dropclip-uploads-dev", eventbridge: true },
    ]);
  });
  it("take files from the web's origin only, and show it the ETag", () => {
    expect(stacks.all("BucketCorsConfiguration").map(({ inputs }) => inputs.corsRules)).toEqual([
      [expect.objectContaining({ allowedOrigins: ["http://localhost:3000"], exposeHeaders: ["ETag"] })],
    ]);
  });
  it("forget uploads, and parts of uploads never completed", () => {
    const [expire, abort] = stacks.get("BucketLifecycleConfiguration", "UploadsLifecycle").inputs.rules;
    expect(expire).toMatchObject({ status: "Enabled", expiration: { days: 7 } });
    expect(abort).toMatchObject({ status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 2 } });
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
      "dev-uploads": ["byEvent", "byFan", "open"],
      "dev-events": ["byCreative"],
      "dropclip-collections-dev": ["byCreative"],
    });
    for (const table of stacks.all("Table")) expect(table.inputs.pointInTimeRecovery).toEqual({ enabled: true });
  });
});

describe("rules", () => {
  it("start the machine, follow jobs and record failures", () => {
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
  it("look after what waits too long, every hour", () => {
    expect(stacks.get("EventRule", "EveryHour").inputs.scheduleExpression).toBe("rate(1 hour)");
  });
  it("retry, and keep what cannot be delivered", () => {
    const targets = stacks.all("EventTarget");
    expect(targets).toHaveLength(4);
    for (const { inputs } of targets) {
      expect(inputs.retryPolicy).toEqual({ maximumEventAgeInSeconds: 7200, maximumRetryAttempts: 20 });
      expect(inputs.deadLetterConfig.arn).toBe(`arn:aws:sqs:us-east-1:${ACCOUNT}:dropclip-dead-letters-dev`);
    }
    for (const name of ["RecordProgressFunction", "RecordFailureFunction", "SweepFunction"])
      expect(stacks.get("aws:lambda/function:Function", name).inputs.deadLetterConfig.targetArn).toMatch(
        /dead-letters/,
      );
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

describe("api", () => {
  it("has these routes", () => {
    expect(
      stacks
        .all("aws:apigatewayv2/route:Route")
        .map(({ inputs }) => inputs.routeKey)
        .sort(),
    ).toEqual(["GET /uploads/{uploadId}", "POST /events/{eventId}/uploads", "POST /uploads/{uploadId}/sign"]);
  });
});

describe("least privilege", () => {
  const identity = () =>
    statements(dev).filter(({ kind, statement }) => kind === "identity" && statement.Effect === "Allow");

  /** Where AWS leaves no choice, with the reason. */
  const EXCEPTIONS: Record<string, string> = {
    "IngestRole/ingest logs:* on *": "log delivery has no resources",
    "IngestRole/ingest mediaconvert:Probe": "Probe has no resource of its own",
    "IngestRole/ingest mediaconvert:CancelJob mediaconvert:GetJob":
      "job ids are not known beforehand; the tag Step Functions sets bounds it",
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
      /^arn:aws:(s3:::dropclip-[a-z]+-dev(\/(events|\*)[^ ]*)?|logs:[^*]+:log-group:\/aws\/lambda\/dropclip-[a-z-]+:\*|[^*]+)$/;
    const broad = identity()
      .filter(({ resources }) => resources.some((resource) => !exact.test(resource)))
      .map(({ at, actions, resources }) => {
        const services = new Set(actions.map((action) => action.split(":")[0]));
        return resources.includes("*") ? `${at} ${[...services]}:* on *` : `${at} ${actions.toSorted().join(" ")}`;
      });
    expect(broad.sort()).toEqual(Object.keys(EXCEPTIONS).sort());
  });
  it("trusts services only, one each", () => {
    const trusts = statements(dev).filter(({ kind }) => kind === "trust");
    expect(trusts.length).toBe(stacks.all("aws:iam/role:Role").length);
    for (const { statement } of trusts) expect(Object.keys(statement.Principal as object)).toEqual(["Service"]);
    const services = new Set(trusts.map(({ statement }) => (statement.Principal as { Service: string }).Service));
    expect([...services].sort()).toEqual([
      "events.amazonaws.com",
      "lambda.amazonaws.com",
      "mediaconvert.amazonaws.com",
      "states.amazonaws.com",
    ]);
  });
  it("uses no managed policy", () => expect(managedPolicies(dev)).toEqual([]));
  it("lets each function write to its own log group only", () => {
    const logs = identity().filter(({ at }) => at.endsWith("/logs"));
    expect(logs).toHaveLength(stacks.all("sst:aws:Function").length);
    for (const { subject, resources } of logs) {
      const name = subject.split("/").at(-1);
      expect(resources).toEqual([`arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/lambda/${name}:*`]);
    }
  });
  it("grants exactly this", () => {
    const grants = identity()
      .filter(({ at }) => !at.endsWith("/logs"))
      .map(
        ({ at, actions, resources }) => `${at}: ${actions.toSorted().join(" ")} → ${resources.toSorted().join(" ")}`,
      );
    expect(grants).toMatchSnapshot();
  });
});

describe("sst dev", () => {
  it("gives a developer a quarter of an hour at a breakpoint", async () => {
    const live = new Query(await synth({ stage: "dev", dev: true }));
    for (const { inputs } of live.all("aws:lambda/function:Function")) expect(inputs.timeout).toBe(900);
  });
});
