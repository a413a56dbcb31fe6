import { randomUUID } from "node:crypto";
import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Credentials, Principal } from "../../src/world.ts";
import { type LocalCloud, startLocalCloud } from "../gate/local-cloud.ts";
import { assume, credentialsOf, policyArn, roleArn, startSts, tagged } from "./support.ts";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startSts();
  await put(cloud.client(), "e1/there");
});
afterAll(() => cloud.remove());

const put = (client: S3Client, Key: string) => client.send(new PutObjectCommand({ Bucket: "clips", Key, Body: "x" }));
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: Error) => error.message.replace(/.* because/, "because"),
  );
const of = (credentials: Credentials) => {
  const client = cloud.client({ credentials });
  return {
    put: (key: string) => outcome(put(client, key)),
    get: (key: string) => outcome(client.send(new GetObjectCommand({ Bucket: "clips", Key: key }))),
  };
};
const writer = async (more: Record<string, string>) =>
  of(credentialsOf(await assume(cloud, { RoleArn: roleArn("writer"), ...more })));
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const OUTSIDE = "because no session policy allows the s3:PutObject action";

describe("a session policy", () => {
  it("leaves the session what both it and the role allow", async () => {
    const session = await writer({
      Policy: policy({ Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::clips/e1/*" }),
    });
    expect(await session.put("e1/a")).toBe("done");
    expect(await session.put("e2/a")).toBe(OUTSIDE);
    expect(await session.get("e1/there")).toBe("because no session policy allows the s3:GetObject action");
  });

  it("gives the session nothing that its role has not", async () => {
    const all = policy({ Effect: "Allow", Action: "*", Resource: "*" });
    const { put } = of(credentialsOf(await assume(cloud, { ...tagged({ eventId: "e1" }), Policy: all })));
    expect(await put("e1/a")).toBe("done");
    expect(await put("e2/a")).toMatch("because no identity-based policy allows the s3:PutObject action");
  });

  it("denies, and reads the session's tags", async () => {
    const Resource = "arn:aws:s3:::clips/$" + "{aws:PrincipalTag/eventId}/*";
    const session = await writer({
      ...tagged({ eventId: "e1" }),
      Policy: policy(
        { Effect: "Allow", Action: "s3:*", Resource: "*" },
        { Effect: "Deny", Action: "s3:PutObject", Resource },
      ),
    });
    expect(await session.put("e1/a")).toMatch("with an explicit deny in a session policy");
    expect(await session.put("e2/a")).toBe("done");
  });

  it("may be one of the account's own, and several together allow what any of them does", async () => {
    const [readers, e1] = [policyArn("readers"), policyArn("e1")];
    const reading = await writer({ "PolicyArns.member.1.arn": readers });
    expect([await reading.get("e1/there"), await reading.put("e1/a")]).toEqual(["done", OUTSIDE]);
    const both = await writer({ "PolicyArns.member.1.arn": readers, "PolicyArns.member.2.arn": e1 });
    expect([await both.get("e1/there"), await both.put("e1/a"), await both.put("e2/a")]).toEqual([
      "done",
      "done",
      OUTSIDE,
    ]);
    const mixed = await writer({
      "PolicyArns.member.1.arn": readers,
      Policy: policy({ Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::clips/e3/*" }),
    });
    expect([await mixed.get("e1/there"), await mixed.put("e3/a"), await mixed.put("e1/a")]).toEqual([
      "done",
      "done",
      OUTSIDE,
    ]);
  });

  it("limits whom the session may take on", async () => {
    const Policy = policy({ Effect: "Allow", Action: "s3:*", Resource: "*" });
    const other = credentialsOf(await assume(cloud, { RoleArn: roleArn("other"), Policy }));
    expect((await assume(cloud, {}, other)).message).toMatch("because no session policy allows the sts:AssumeRole");
    expect((await assume(cloud, {}, credentialsOf(await assume(cloud, { RoleArn: roleArn("other") })))).status).toBe(
      200,
    );
  });

  it("still limits the session after a restart", async () => {
    const own = await startSts();
    const Policy = policy({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
    const more = { Policy, "PolicyArns.member.1.arn": policyArn("e1"), ...tagged({ eventId: "e1" }) };
    const session = credentialsOf(await assume(own, { ...more, "TransitiveTagKeys.member.1": "eventId" }));
    await own.stop();
    const again = await startLocalCloud({ directory: own.directory, clock: own.clock });
    const found = again.credentials.find(session.accessKeyId, session.sessionToken) as { principal: Principal };
    expect(found.principal).toMatchObject({
      tags: { eventId: "e1" },
      transitiveTagKeys: ["eventId"],
      sessionPolicies: [JSON.parse(Policy)],
      sessionPolicyArns: [policyArn("e1")],
    });
    await again.remove();
  });

  it("of the longest kind fits a token", async () => {
    const Resource = Array.from(
      { length: 18 },
      () => `arn:aws:s3:::clips/events/${randomUUID()}/uploads/${randomUUID()}/*`,
    );
    const Policy = policy({ Effect: "Allow", Action: ["s3:PutObject", "s3:GetObject"], Resource });
    expect(Policy.length).toBeGreaterThan(2000);
    const answer = await assume(cloud, { Policy, ...tagged({ eventId: randomUUID(), fanId: randomUUID() }) });
    expect(credentialsOf(answer).sessionToken!.length).toBeLessThan(4096);
  });
});

describe("transitive tags", () => {
  const KEYS = { "TransitiveTagKeys.member.1": "EVENTID" };
  const first = async () => {
    const own = { RoleArn: roleArn("other"), ...tagged({ eventId: "e1", fanId: "f1" }), ...KEYS };
    return credentialsOf(await assume(cloud, own));
  };
  const principalOf = ({ accessKeyId, sessionToken }: Credentials) =>
    (cloud.credentials.find(accessKeyId, sessionToken) as { principal: Principal }).principal;

  it("go on to the sessions that a session takes on, however many", async () => {
    const second = credentialsOf(
      await assume(cloud, { RoleArn: roleArn("other"), ...tagged({ x: "1" }) }, await first()),
    );
    expect(principalOf(second)).toMatchObject({ tags: { eventId: "e1", x: "1" }, transitiveTagKeys: ["eventId"] });
    const third = credentialsOf(await assume(cloud, {}, second));
    expect(principalOf(third).tags).toEqual({ eventId: "e1" });
    expect(await of(third).put("e1/a")).toBe("done");
  });

  it("may not be changed on the way", async () => {
    const message =
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
    const session = await first();
    for (const key of ["eventId", "EventID"])
      expect(await assume(cloud, tagged({ [key]: "e2" }), session)).toMatchObject({
        status: 400,
        code: "InvalidParameterValue",
        message,
      });
    // One that is not transitive may.
    expect((await assume(cloud, tagged({ fanId: "f2" }), session)).status).toBe(200);
  });

  it("need the right to tag sessions, also where no others are sent", async () => {
    const { status, message } = await assume(cloud, { RoleArn: roleArn("untagged") }, await first());
    expect(status).toBe(403);
    expect(message).toContain("sts:TagSession");
  });
});

describe("a role that one caller takes on with exactly two tags", () => {
  const chain = async () => credentialsOf(await assume(cloud, { RoleArn: roleArn("app/chain") }));
  const sign = (tags: Record<string, string>, caller: Credentials) =>
    assume(cloud, { RoleArn: roleArn("signer"), ...tagged(tags) }, caller);
  const TAGS = { eventId: "e1", fanId: "f1" };

  it("is that caller's", async () => {
    const session = of(credentialsOf(await sign(TAGS, await chain())));
    expect([await session.put("e1/a"), await session.put("e2/a")]).toEqual(["done", expect.stringMatching("because")]);
  });

  it.each([
    ["with one of the two missing", { eventId: "e1" }],
    ["with the other missing", { fanId: "f1" }],
    ["with an empty one", { eventId: "e1", fanId: "" }],
    ["with one too many", { ...TAGS, admin: "yes" }],
    ["without tags", {}],
  ])("is refused %s", async (_, tags) => {
    const answer = await sign(tags as Record<string, string>, await chain());
    expect([answer.status, answer.code]).toEqual([403, "AccessDenied"]);
    expect(answer.message).toContain("because no role trust policy allows the sts:AssumeRole action");
  });

  it("is nobody else's, whatever they may", async () => {
    const other = credentialsOf(await assume(cloud, { RoleArn: roleArn("other") }));
    for (const caller of [other, cloud.credentials.operator()])
      expect(await sign(TAGS, caller)).toMatchObject({ status: 403, code: "AccessDenied" });
  });
});
