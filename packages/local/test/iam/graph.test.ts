import { readFileSync } from "node:fs";
import type { Role, Statement } from "@dropclip/synth/cloud";
import { cloud } from "@dropclip/synth/cloud-from-graph";
import { parseGraph } from "@dropclip/synth/graph";
import { describe, expect, it } from "vitest";
import { iamOf, may, service, session } from "./support.ts";

const facts = cloud(parseGraph(readFileSync(new URL("../../../../stacks/graph.json", import.meta.url), "utf8")));
const { stage, account } = facts;
const iam = iamOf(facts);

interface Granted {
  role: Role;
  action: string;
  /** A resource the pattern covers. */
  resource: string;
  context: Record<string, string | string[]>;
  tags: Record<string, string>;
}

const VALUE = "0198c0de";

/** A text that the pattern or variable stands for. */
const concrete = (text: string) =>
  text
    .replace(/\$\{[^}]+\}/g, VALUE)
    .replaceAll("*", "x")
    .replaceAll("?", "x");

/** Everything the graph's roles may do, each with a request that should succeed. */
const granted: Granted[] = facts.roles.flatMap((role) =>
  role.policies.flatMap(({ document }) =>
    document.Statement.filter(({ Effect, Action, Resource }) => Effect === "Allow" && Action && Resource).flatMap(
      (statement) =>
        [statement.Action!].flat().flatMap((action) =>
          [statement.Resource!].flat().map((resource) => ({
            role,
            action: concrete(action),
            resource: concrete(resource),
            context: contextOf(statement),
            tags: tagsOf(statement),
          })),
        ),
    ),
  ),
);

/** A context that meets the conditions the stacks use; another operator makes this fail until it is thought of here. */
function contextOf({ Condition = {} }: Statement): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = {};
  for (const [operator, keys] of Object.entries(Condition)) {
    // That a key is there: the statement says of what value, too.
    if (operator === "Null" && Object.values(keys).every((value) => value === "false")) continue;
    // A key that is missing differs from every value (IAM user guide, negated matching condition operators).
    if (operator === "StringNotEquals") continue;
    if (
      !/^((ForAllValues|ForAnyValue):)?(StringEquals|StringLike|ArnEquals|ArnLike|NumericLessThanEquals)$/.test(
        operator,
      )
    )
      throw new Error(`no request is made up for ${operator}`);
    for (const [key, values] of Object.entries(keys)) {
      const [first] = [values].flat().map(concrete);
      context[key] = operator.includes(":") ? [first!] : first!;
    }
  }
  return context;
}

/** A value for every tag the statement asks of the session. */
function tagsOf(statement: Statement): Record<string, string> {
  const names = [...JSON.stringify(statement).matchAll(/aws:PrincipalTag\/([\w-]+)/g)].map(([, name]) => name!);
  return Object.fromEntries(names.map((name) => [name, VALUE]));
}

const can = ({ role, action, resource, context, tags }: Granted) =>
  may(() => iam.authorize(session(role.name, { roleArn: role.arn, tags }), action, resource, context));

const list = granted.map((grant) => [grant.role.name, grant.action, grant.resource, grant] as const);

describe("Every role of the graph", () => {
  it("has grants", () => {
    expect(granted.length).toBeGreaterThan(40);
  });

  it.each(list)("%s may %s on %s", (_name, _action, _resource, grant) => {
    expect(can(grant)).toBe(true);
  });

  const staged = list.filter(([, , resource]) => resource.includes(stage) && !resource.startsWith("arn:aws:logs:"));
  it.each(staged)("%s may not %s on another stage's %s", (_name, _action, resource, grant) => {
    expect(can({ ...grant, resource: resource.replaceAll(new RegExp(`\\b${stage}\\b`, "g"), "other") })).toBe(false);
  });

  it.each(list.filter(([, , , { context }]) => Object.keys(context).length > 0))(
    "%s may not %s on %s when nothing is known of the request",
    (_name, _action, _resource, grant) => {
      expect(can({ ...grant, context: {} })).toBe(false);
    },
  );

  it("has used every grant after that", () => {
    const unused = iam
      .usage()
      .flatMap(({ role, grants }) => grants.filter(({ used }) => used === 0).map((grant) => ({ role, ...grant })));
    expect(unused).toEqual([]);
  });

  it("may do nothing else to any bucket, table or queue", () => {
    const resources = [...facts.buckets, ...facts.tables, ...facts.queues].map(({ arn }) => arn);
    for (const { arn, name } of facts.roles) {
      const caller = session(name, { roleArn: arn });
      for (const resource of resources) {
        for (const action of ["s3:PutBucketPolicy", "dynamodb:DeleteTable", "sqs:PurgeQueue", "iam:PassRole"])
          expect(may(() => iam.authorize(caller, action, resource))).toBe(false);
      }
    }
  });

  it("is for the service it is for", () => {
    for (const role of facts.roles) {
      const trusted = role.trust.Statement.flatMap(({ Principal }) =>
        typeof Principal === "object" ? [Principal.Service ?? []].flat() : [],
      );
      for (const name of ["lambda", "states", "events", "mediaconvert", "apigateway", "s3"].map(
        (n) => `${n}.amazonaws.com`,
      )) {
        const take = () => iam.assumeRole(service(name), role.arn, { sessionName: "session" });
        expect([role.name, name, may(take)]).toEqual([role.name, name, trusted.includes(name)]);
      }
    }
  });
});

describe("The graph's resources", () => {
  const [distribution] = facts.distributions;
  const cdn = (arn: string) => service("cloudfront.amazonaws.com", arn);
  const served = [...new Set(distribution!.origins.map(({ bucketName }) => bucketName))];

  it.each(served)("%s is read by its distribution, and by no other", (name) => {
    const object = `arn:aws:s3:::${name}/events/x/y.jpg`;
    expect(may(() => iam.authorize(cdn(distribution!.arn), "s3:GetObject", object))).toBe(true);
    expect(may(() => iam.authorize(cdn(`${distribution!.arn}X`), "s3:GetObject", object))).toBe(false);
    expect(may(() => iam.authorize(cdn(distribution!.arn), "s3:PutObject", object))).toBe(false);
    const plain = { "aws:SecureTransport": "false" };
    expect(may(() => iam.authorize(cdn(distribution!.arn), "s3:GetObject", object, plain))).toBe(false);
  });

  it("that are functions are invoked by the rules, the API and the user pool that have them as targets, and by no other", () => {
    const { rules, apis, userPools, buckets, functions } = facts;
    const api = (one: (typeof apis)[number]) =>
      `arn:aws:execute-api:${facts.region}:${account}:${one.id}/$default/GET/x`;
    const sources = [
      ...rules.map(({ arn, targets }) => ({ by: "events", arn, functions: targets.map((target) => target.arn) })),
      ...apis.map((one) => ({ by: "apigateway", arn: api(one), functions: one.routes.map((r) => r.functionArn) })),
      ...userPools.map(({ arn, postConfirmationArn }) => ({
        by: "cognito-idp",
        arn,
        functions: [postConfirmationArn],
      })),
      ...buckets.map(({ arn }) => ({ by: "s3", arn, functions: [] })),
    ];
    for (const { by, arn, functions: own } of sources) {
      const invoked = (source: string | undefined, name = by) => {
        const caller = service(`${name}.amazonaws.com`, source);
        return functions.filter((fn) => may(() => iam.authorize(caller, "lambda:InvokeFunction", fn.arn)));
      };
      const named = invoked(arn).map((fn) => fn.arn);
      expect([arn, named.sort()]).toEqual([
        arn,
        functions
          .map((fn) => fn.arn)
          .filter((one) => own.includes(one))
          .sort(),
      ]);
      // Not by what is named alike, not for another account, not for nobody, and not by another service.
      const others = [`${arn}x`.replace("/GET/xx", "x/GET/x"), arn.replace(account, "999999999999"), undefined];
      expect([arn, others.flatMap((other) => (other === arn ? [] : invoked(other)))]).toEqual([arn, []]);
      expect([arn, invoked(arn, "sns")]).toEqual([arn, []]);
    }
  });

  it("take events' dead letters from the rules that have them as targets", () => {
    const rules = facts.rules.flatMap(({ arn, targets }) =>
      targets.map(({ deadLetterArn }) => ({ arn, deadLetterArn })),
    );
    const dead = rules.filter(({ deadLetterArn }) => deadLetterArn);
    expect(dead.length).toBeGreaterThan(0);
    for (const { arn, deadLetterArn } of dead) {
      const send = (source: string) =>
        may(() => iam.authorize(service("events.amazonaws.com", source), "sqs:SendMessage", deadLetterArn!));
      expect(send(arn)).toBe(true);
      expect(send(`arn:aws:events:us-east-1:${account}:rule/other`)).toBe(false);
    }
  });
});
