import { describe, expect, it } from "vitest";
import {
  ACCOUNT,
  allow,
  anonymous,
  bucket,
  deny,
  iamOf,
  may,
  operator,
  policy,
  ROLE,
  refusal,
  role,
  SESSION,
  service,
  session,
} from "./support.ts";

const OBJECT = "arn:aws:s3:::b/k";
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:q`;
const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`;
const GET = allow("s3:GetObject", "arn:aws:s3:::b/*");
const DENY_GET = deny("s3:GetObject", "arn:aws:s3:::b/*");

const queue = (document: ReturnType<typeof policy>) => ({
  name: "q",
  url: "",
  arn: QUEUE,
  policy: document,
  visibilityTimeoutSeconds: 30,
  messageRetentionSeconds: 60,
});
const fn = { name: "f", arn: FUNCTION } as any;

describe("Policies of one account", () => {
  const get = (identity: any[], resource: any[], principal = session()) => {
    const iam = iamOf({
      roles: [role("worker", identity.length ? [policy(identity)] : [])],
      buckets: [bucket("b", resource.length ? policy(resource) : undefined)],
    });
    return refusal(() => iam.authorize(principal, "s3:GetObject", OBJECT))?.message.replace(/.*(with|because)/, "$1");
  };
  const to = (Principal: any, statement: any = GET) => ({ ...statement, Principal });

  it("deny by default", () => {
    expect(get([], [])).toBe("because no identity-based policy allows the s3:GetObject action");
  });

  it("grant together: either allows", () => {
    expect(get([GET], [])).toBeUndefined();
    expect(get([], [to({ AWS: ROLE })])).toBeUndefined();
    expect(get([GET], [to({ AWS: `${ROLE}2` })])).toBeUndefined();
  });

  it("deny when one denies explicitly, whatever the others allow", () => {
    expect(get([GET, DENY_GET], [])).toBe("with an explicit deny in an identity-based policy");
    expect(get([GET], [to("*", DENY_GET)])).toBe("with an explicit deny in a resource-based policy");
    expect(get([DENY_GET], [to({ AWS: SESSION })])).toBe("with an explicit deny in an identity-based policy");
  });

  it.each([
    ["*", true],
    [{ AWS: "*" }, true],
    [{ AWS: ROLE }, true],
    [{ AWS: [`${ROLE}2`, ROLE] }, true],
    [{ AWS: SESSION }, true],
    [{ AWS: SESSION.replace("/session", "/other") }, false],
    [{ AWS: `arn:aws:iam::${ACCOUNT}:user/operator` }, false],
    [{ AWS: "999999999999" }, false],
    [{ Service: "lambda.amazonaws.com" }, false],
    [{ Federated: "cognito-identity.amazonaws.com" }, false],
    // The account only hands the decision to identity-based policies.
    [{ AWS: ACCOUNT }, false],
    [{ AWS: `arn:aws:iam::${ACCOUNT}:root` }, false],
  ])("let a resource-based policy grant to %j: %s", (principal, expected) => {
    expect(get([], [to(principal)]) === undefined).toBe(expected);
  });

  it.each([
    ["*", true],
    [{ AWS: ROLE }, true],
    [{ AWS: SESSION }, true],
    [{ AWS: ACCOUNT }, true],
    [{ AWS: `arn:aws:iam::${ACCOUNT}:root` }, true],
    [{ AWS: `${ROLE}2` }, false],
    [{ Service: "lambda.amazonaws.com" }, false],
  ])("let a resource-based policy deny to %j: %s", (principal, expected) => {
    expect(get([GET], [to(principal, DENY_GET)]) !== undefined).toBe(expected);
  });

  it("take roles of a path by their ARN, whose sessions leave the path out", () => {
    const arn = `arn:aws:iam::${ACCOUNT}:role/service/worker`;
    const iam = iamOf({ roles: [{ ...role("worker", [policy(GET)]), arn }] });
    expect(may(() => iam.authorize(session("worker", { roleArn: arn }), "s3:GetObject", OBJECT))).toBe(true);
  });

  it("give a role the graph does not know nothing, not even what everybody has", () => {
    const iam = iamOf({ buckets: [bucket("b", policy(to("*")))] });
    expect(may(() => iam.authorize(session("stranger"), "s3:GetObject", OBJECT))).toBe(false);
    expect(may(() => iam.authorize(session("x", { roleArn: undefined as any }), "s3:GetObject", OBJECT))).toBe(false);
    expect(iam.entries[0]).toMatchObject({ policy: "no policy: the account has no such role" });
  });

  it("apply a bucket's policy to that bucket only", () => {
    const everybody = { ...allow("s3:*", ["arn:aws:s3:::b*", "arn:aws:s3:::b*/*"]), Principal: "*" as const };
    const iam = iamOf({ buckets: [bucket("b", policy(everybody)), bucket("bb")] });
    expect(may(() => iam.authorize(anonymous, "s3:GetObject", OBJECT))).toBe(true);
    expect(may(() => iam.authorize(anonymous, "s3:GetObject", "arn:aws:s3:::bb/k"))).toBe(false);
  });
});

describe("Permissions boundaries and session policies", () => {
  const get = (limits: Parameters<typeof session>[1], identity: any[] = [GET], resource?: any) => {
    const iam = iamOf({
      roles: [role("worker", identity.length ? [policy(identity)] : [])],
      buckets: [bucket("b", resource && policy(resource))],
    });
    return refusal(() => iam.authorize(session("worker", limits), "s3:GetObject", OBJECT))?.message.replace(
      /.*(with|because)/,
      "$1",
    );
  };
  const everything = policy(allow("*", "*"));
  const sqs = policy(allow("sqs:*", "*"));

  it("allow only what they and the role allow", () => {
    expect(get({ permissionsBoundary: everything, sessionPolicies: [everything] })).toBeUndefined();
    expect(get({ permissionsBoundary: sqs })).toBe("because no permissions boundary allows the s3:GetObject action");
    expect(get({ sessionPolicies: [sqs] })).toBe("because no session policy allows the s3:GetObject action");
    expect(get({ sessionPolicies: [everything] }, [])).toMatch("no identity-based policy");
    expect(get({ sessionPolicies: [] })).toBeUndefined();
  });

  it("take several session policies together", () => {
    expect(get({ sessionPolicies: [sqs, everything] })).toBeUndefined();
  });

  it("deny explicitly", () => {
    const denying = policy([allow("*", "*"), DENY_GET]);
    expect(get({ permissionsBoundary: denying })).toBe("with an explicit deny in a permissions boundary");
    expect(get({ sessionPolicies: [denying] })).toBe("with an explicit deny in a session policy");
  });

  it("limit what a resource-based policy grants to the role, not what it grants to the session", () => {
    const both = { permissionsBoundary: sqs, sessionPolicies: [sqs] };
    expect(get(both, [], { ...GET, Principal: { AWS: ROLE } })).toMatch("no permissions boundary");
    expect(get({ sessionPolicies: [sqs] }, [], { ...GET, Principal: { AWS: ROLE } })).toMatch("no session policy");
    expect(get(both, [], { ...GET, Principal: { AWS: SESSION } })).toBeUndefined();
  });

  it("see the session's tags", () => {
    const own = policy(allow("s3:*", `arn:aws:s3:::b/\${aws:PrincipalTag/dir}`));
    expect(get({ sessionPolicies: [own], tags: { dir: "k" } })).toBeUndefined();
    expect(get({ sessionPolicies: [own], tags: { dir: "other" } })).toMatch("no session policy");
  });
});

describe("Service principals", () => {
  const rule = `arn:aws:events:us-east-1:${ACCOUNT}:rule/r`;
  const send = (Condition: any, principal = service("events.amazonaws.com", rule), Principal: any = undefined) => {
    const statement = {
      ...allow("sqs:SendMessage", QUEUE),
      Principal: Principal ?? { Service: "events.amazonaws.com" },
    };
    const iam = iamOf({ queues: [queue(policy(Condition ? { ...statement, Condition } : statement))] });
    return may(() => iam.authorize(principal, "sqs:SendMessage", QUEUE));
  };

  it("need a resource-based policy that names them", () => {
    expect(send(undefined)).toBe(true);
    expect(send(undefined, service("s3.amazonaws.com"))).toBe(false);
    expect(send(undefined, service("events.amazonaws.com", rule), { AWS: ACCOUNT })).toBe(false);
    expect(may(() => iamOf().authorize(service("events.amazonaws.com"), "sqs:SendMessage", QUEUE))).toBe(false);
  });

  it("act for the resource and account they say", () => {
    expect(send({ ArnEquals: { "aws:SourceArn": rule } })).toBe(true);
    expect(send({ ArnEquals: { "aws:SourceArn": `${rule}2` } })).toBe(false);
    expect(send({ StringEquals: { "AWS:SourceArn": rule } })).toBe(true);
    expect(send({ StringEquals: { "aws:SourceAccount": ACCOUNT } })).toBe(true);
    expect(send({ StringEquals: { "aws:SourceAccount": "999999999999" } })).toBe(false);
    expect(send({ ArnEquals: { "aws:SourceArn": rule } }, service("events.amazonaws.com"))).toBe(false);
  });

  it("have the account of a source whose ARN names none", () => {
    const fromBucket = service("events.amazonaws.com", "arn:aws:s3:::b");
    expect(send({ StringEquals: { "aws:SourceAccount": ACCOUNT } }, fromBucket)).toBe(true);
  });

  it("are among everyone, as in the queue policies SNS and S3 document", () => {
    expect(send({ ArnEquals: { "aws:SourceArn": rule } }, service("events.amazonaws.com", rule), { AWS: "*" })).toBe(
      true,
    );
  });

  it("are denied what everyone is denied", () => {
    const name = "cloudfront.amazonaws.com";
    const iam = iamOf({
      buckets: [
        bucket(
          "b",
          policy([
            { ...GET, Principal: { Service: name } },
            { ...deny("s3:*", `${OBJECT}2`), Principal: "*" },
          ]),
        ),
      ],
    });
    expect(may(() => iam.authorize(service(name), "s3:GetObject", OBJECT))).toBe(true);
    expect(may(() => iam.authorize(service(name), "s3:GetObject", `${OBJECT}2`))).toBe(false);
  });

  it("invoke functions by the function's permissions", () => {
    const source = `arn:aws:execute-api:us-east-1:${ACCOUNT}:api/$default/*`;
    const permission = {
      functionArn: FUNCTION,
      principal: "apigateway.amazonaws.com",
      action: "lambda:InvokeFunction",
    };
    const iam = iamOf({ functions: [fn], permissions: [{ ...permission, sourceArn: source, sourceAccount: ACCOUNT }] });
    const invoke = (from: string, resource = FUNCTION) =>
      may(() => iam.authorize(service("apigateway.amazonaws.com", from), "lambda:InvokeFunction", resource));
    expect(invoke(source.replace("*", "GET/events/{eventId}"))).toBe(true);
    expect(invoke(source.replace("api/", "other/"))).toBe(false);
    expect(invoke(source, `${FUNCTION}2`)).toBe(false);
    expect(invoke(source, `${FUNCTION}:prod`)).toBe(false);
  });

  it("share a function's permissions with roles that are named", () => {
    const permission = { functionArn: FUNCTION, principal: ROLE, action: "lambda:InvokeFunction" };
    const iam = iamOf({ functions: [fn], permissions: [permission], roles: [role("worker"), role("other")] });
    expect(may(() => iam.authorize(session(), "lambda:InvokeFunction", FUNCTION))).toBe(true);
    expect(may(() => iam.authorize(session("other"), "lambda:InvokeFunction", FUNCTION))).toBe(false);
  });
});

describe("Anonymous callers and the operator", () => {
  const iam = iamOf({
    buckets: [
      bucket("open", policy({ ...allow("s3:GetObject", "arn:aws:s3:::open/public/*"), Principal: { AWS: "*" } })),
      bucket("b", policy({ ...GET, Principal: { AWS: ACCOUNT } })),
      bucket("locked", policy({ ...deny("s3:DeleteObject", "arn:aws:s3:::locked/*"), Principal: { AWS: ACCOUNT } })),
    ],
  });

  it("lets who does not sign have what everyone has", () => {
    expect(may(() => iam.authorize(anonymous, "s3:GetObject", "arn:aws:s3:::open/public/a"))).toBe(true);
    expect(may(() => iam.authorize(anonymous, "s3:GetObject", "arn:aws:s3:::open/private/a"))).toBe(false);
    expect(may(() => iam.authorize(anonymous, "s3:PutObject", "arn:aws:s3:::open/public/a"))).toBe(false);
    expect(may(() => iam.authorize(anonymous, "s3:GetObject", OBJECT))).toBe(false);
    expect(may(() => iam.authorize(anonymous, "dynamodb:GetItem", "*"))).toBe(false);
  });

  it("lets the operator do everything but what a resource denies", () => {
    expect(may(() => iam.authorize(operator, "s3:GetObject", OBJECT))).toBe(true);
    expect(may(() => iam.authorize(operator, "dynamodb:Scan", "arn:aws:dynamodb:us-east-1:1:table/t"))).toBe(true);
    expect(refusal(() => iam.authorize(operator, "s3:DeleteObject", "arn:aws:s3:::locked/a"))).toEqual({
      code: "AccessDenied",
      status: 403,
      message: `User: arn:aws:iam::${ACCOUNT}:user/operator is not authorized to perform: s3:DeleteObject on resource: "arn:aws:s3:::locked/a" with an explicit deny in a resource-based policy`,
    });
  });
});

describe("A denial", () => {
  const iam = iamOf({ roles: [role("worker")] });
  const because = (action: string) => `because no identity-based policy allows the ${action} action`;

  it.each([
    ["s3:GetObject", "AccessDenied", 403, `"arn"`],
    ["sts:AssumeRole", "AccessDenied", 403, "arn"],
    ["cloudfront:CreateInvalidation", "AccessDenied", 403, "arn"],
    ["dynamodb:GetItem", "AccessDeniedException", 400, "arn"],
    ["states:StartExecution", "AccessDeniedException", 400, "arn"],
    ["events:PutEvents", "AccessDeniedException", 400, "arn"],
    ["lambda:InvokeFunction", "AccessDeniedException", 403, "arn"],
    ["mediaconvert:CreateJob", "AccessDeniedException", 403, "arn"],
    ["iam:PassRole", "AccessDeniedException", 403, "arn"],
  ])("of %s is %s with %i, as its service answers", (action, code, status, resource) => {
    expect(refusal(() => iam.authorize(session(), action, "arn"))).toEqual({
      code,
      status,
      message: `User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource} ${because(action)}`,
    });
  });

  it("of SQS names the action in small letters", () => {
    expect(refusal(() => iam.authorize(session(), "sqs:SendMessage", QUEUE))).toEqual({
      code: "AccessDenied",
      status: 403,
      message: `User: ${SESSION} is not authorized to perform: sqs:sendmessage on resource: ${QUEUE} ${because("sqs:sendmessage")}`,
    });
  });

  it("tells nothing to whom S3 does not know", () => {
    expect(refusal(() => iam.authorize(anonymous, "s3:GetObject", OBJECT))?.message).toBe("Access Denied");
    expect(refusal(() => iam.authorize(service("cloudfront.amazonaws.com"), "s3:GetObject", OBJECT))?.message).toBe(
      "Access Denied",
    );
  });

  it("names who does not sign elsewhere", () => {
    expect(refusal(() => iam.authorize(anonymous, "lambda:InvokeFunction", FUNCTION))?.message).toBe(
      `User: anonymous is not authorized to perform: lambda:InvokeFunction on resource: ${FUNCTION} because no resource-based policy allows the lambda:InvokeFunction action`,
    );
  });

  it("is logged with who, what, where and why", () => {
    const { entries, authorize } = iamOf({ roles: [role("worker", [policy([GET]), policy([DENY_GET])])] });
    refusal(() => authorize(session(), "s3:GetObject", OBJECT));
    const reason = "with an explicit deny in an identity-based policy";
    expect(entries).toEqual([
      {
        service: "iam",
        level: "warn",
        message: `denied s3:GetObject on ${OBJECT} to ${SESSION} ${reason}`,
        principal: SESSION,
        action: "s3:GetObject",
        resource: OBJECT,
        reason,
        policy: "the policy policy2 of role worker",
      },
    ]);
  });

  it("alone is logged", () => {
    const { entries, authorize } = iamOf({ roles: [role("worker", [policy(GET)])] });
    authorize(session(), "s3:GetObject", OBJECT);
    expect(entries).toEqual([]);
  });
});
