import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { uniqueId } from "../../src/iam/index.ts";
import { ACCOUNT, type LocalCloud, REGION } from "../gate/local-cloud.ts";
import { send } from "../gate/wire.ts";
import { assume, call, credentialsOf, OPERATOR, roleArn, startSts } from "./support.ts";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startSts();
});
afterAll(() => cloud.remove());

const WHO = { Action: "GetCallerIdentity" };

describe("GetCallerIdentity", () => {
  it("tells the operator's user", async () => {
    const { status, xml, headers } = await call(cloud, WHO);
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/xml");
    expect(xml).toEqual({
      GetCallerIdentityResponse: {
        GetCallerIdentityResult: { Arn: OPERATOR, UserId: uniqueId("AIDA", OPERATOR), Account: ACCOUNT },
        ResponseMetadata: { RequestId: headers["x-amzn-requestid"] },
        "@_xmlns": "https://sts.amazonaws.com/doc/2011-06-15/",
      },
    });
  });

  it("tells a role session, without any permission, by the ids AssumeRole gave", async () => {
    const assumed = await assume(cloud, { RoleArn: roleArn("app/chain") });
    const { xml } = await call(cloud, WHO, credentialsOf(assumed));
    const user = assumed.xml.AssumeRoleResponse.AssumeRoleResult.AssumedRoleUser;
    expect(user).toEqual({
      AssumedRoleId: `${uniqueId("AROA", roleArn("app/chain"))}:fan-1`,
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/chain/fan-1`,
    });
    expect(xml.GetCallerIdentityResponse.GetCallerIdentityResult).toEqual({
      Arn: user.Arn,
      UserId: user.AssumedRoleId,
      Account: ACCOUNT,
    });
  });

  it("answers a presigned GET, by which callers prove to others who they are", async () => {
    const { host, hostname, port } = new URL(cloud.url);
    const signer = new SignatureV4({
      service: "sts",
      region: REGION,
      credentials: cloud.credentials.operator(),
      sha256: Sha256,
    });
    const query = { ...WHO, Version: "2011-06-15" };
    const url = { method: "GET", protocol: "http:", hostname, port: Number(port), path: "/", query, headers: { host } };
    const signed = await signer.presign(url, { signingDate: new Date(cloud.clock.now()), expiresIn: 60 });
    const target = `/?${new URLSearchParams(signed.query as Record<string, string>)}`;
    const { status, text } = await send(cloud, target, { headers: { host } });
    expect([status, /<Arn>(.*)<\/Arn>/.exec(text)?.[1]]).toEqual([200, OPERATOR]);
  });

  it("refuses a service that acts for a resource", async () => {
    const { status, code } = await call(cloud, WHO, cloud.credentials.actAs("cloudfront.amazonaws.com", "arn:d"));
    expect([status, code]).toEqual([403, "AccessDenied"]);
  });
});

describe("an operation", () => {
  it.each([
    ["GetSessionToken", "STS's operation GetSessionToken does not run locally."],
    ["AssumeRoleWithWebIdentity", "STS's operation AssumeRoleWithWebIdentity does not run locally."],
    ["constructor", "STS's operation constructor does not run locally."],
    ["<a&b>\u0000\ud800", "STS's operation <a&b>\ufffd\ufffd does not run locally."],
  ])("that is not here is refused by name: %j", async (Action, message) => {
    const answer = await call(cloud, { Action });
    expect(answer.xml.ErrorResponse).toMatchObject({
      Error: { Type: "Sender", Code: "InvalidAction" },
      RequestId: answer.headers["x-amzn-requestid"],
    });
    expect([answer.status, answer.message]).toEqual([400, message]);
  });

  it("of another version, or without one, is refused", async () => {
    const { status, code, message } = await call(cloud, { ...WHO, Version: "2010-05-08" });
    expect([status, code]).toEqual([400, "InvalidAction"]);
    expect(message).toBe("Could not find operation GetCallerIdentity for version 2010-05-08");
  });

  it("must be named", async () => {
    const { status, code } = await call(cloud, {});
    expect([status, code]).toEqual([400, "MissingAction"]);
  });
});
