import {
  GetParameterCommand,
  GetParametersByPathCommand,
  type GetParametersByPathCommandInput,
  GetParametersCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from "@aws-sdk/client-ssm";
import type { Parameter } from "@dropclip/synth/cloud";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSsm } from "../../src/ssm/index.ts";
import type { Service } from "../../src/world.ts";
import { ACCOUNT, type Asked, type LocalCloud, REGION, startLocalCloud } from "../gate/local-cloud.ts";

const arnOf = (path: string) => `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${path}`;
const parameter = (name: string, value: string, type: Parameter["type"] = "String"): Parameter => ({
  name,
  arn: arnOf(name.startsWith("/") ? name : `/${name}`),
  type,
  value,
});
const OUTPUTS = "/app/dev/outputs";
const PARAMETERS = [
  parameter(OUTPUTS, '{"api":"https://api.example.com"}'),
  parameter("/app/dev/deep/er", "b"),
  parameter("/app/devil", "c"),
  parameter("flat", "x,y", "StringList"),
];

let cloud: LocalCloud;
let ssm: SSMClient;
let allow: (asked: Asked) => boolean;
beforeAll(async () => {
  let service: Service;
  const deferred: Service = {
    name: "ssm",
    protocol: "json",
    handle: (call) => service.handle(call),
    fail: (call, error) => service.fail(call, error),
  };
  cloud = await startLocalCloud({ services: [deferred], allow: (asked) => allow(asked) });
  const localise = (value: string) => value.replaceAll("https://api.example.com", "http://127.0.0.1:4100");
  service = createSsm({ world: cloud.world, parameters: PARAMETERS, localise });
  const credentials = cloud.credentials.assumeRole(`arn:aws:iam::${ACCOUNT}:role/reader`, "r");
  ssm = new SSMClient({ endpoint: cloud.url, region: REGION, credentials, maxAttempts: 1 });
});
afterAll(async () => {
  ssm.destroy();
  await cloud.remove();
});
beforeEach(() => {
  allow = () => true;
  cloud.asked.length = 0;
});

const get = (Name: string) => ssm.send(new GetParameterCommand({ Name }));
const byPath = (Path: string, more: Partial<GetParametersByPathCommandInput> = {}) =>
  ssm.send(new GetParametersByPathCommand({ Path, ...more }));
const names = ({ Parameters = [] }: { Parameters?: { Name?: string }[] }) => Parameters.map(({ Name }) => Name);
const asked = () => cloud.asked.map(({ action, resource }) => `${action} ${resource}`);

describe("GetParameter", () => {
  it("answers the value with local addresses in place of deployed ones", async () => {
    expect((await get(OUTPUTS)).Parameter).toEqual({
      ARN: arnOf(OUTPUTS),
      DataType: "text",
      LastModifiedDate: new Date(cloud.clock.now()),
      Name: OUTPUTS,
      Type: "String",
      Value: '{"api":"http://127.0.0.1:4100"}',
      Version: 1,
    });
    expect(asked()).toEqual([`ssm:GetParameter ${arnOf(OUTPUTS)}`]);
  });

  it("takes names without hierarchy, ARNs and the only version", async () => {
    expect((await get("flat")).Parameter).toMatchObject({ Name: "flat", Type: "StringList", Value: "x,y" });
    expect((await get(arnOf("/flat"))).Parameter!.Name).toBe("flat");
    expect((await get(arnOf(OUTPUTS))).Parameter!.Name).toBe(OUTPUTS);
    expect((await get(`${OUTPUTS}:1`)).Parameter).toMatchObject({ Name: OUTPUTS, Selector: ":1" });
  });

  it.each([
    ["/app/dev/nothing", "ParameterNotFound"],
    ["outputs", "ParameterNotFound"],
    [`${OUTPUTS}:2`, "ParameterVersionNotFound"],
    [`${OUTPUTS}:prod`, "ParameterVersionNotFound"],
    ["a:b:c", "ParameterNotFound"],
  ])("of %s is %s", async (name, code) => {
    await expect(get(name)).rejects.toMatchObject({ name: code, $metadata: { httpStatusCode: 400 } });
  });

  it("is refused without the right, whether there is such a parameter or not", async () => {
    allow = ({ resource }) => resource === arnOf("/app/devil");
    expect((await get("/app/devil")).Parameter!.Value).toBe("c");
    for (const name of [OUTPUTS, "/none"]) await expect(get(name)).rejects.toThrow("ssm:GetParameter");
  });
});

describe("GetParameters", () => {
  it("answers those there are and names the others", async () => {
    const answer = await ssm.send(new GetParametersCommand({ Names: ["/none", OUTPUTS, "flat:9"] }));
    expect([names(answer), answer.InvalidParameters]).toEqual([[OUTPUTS], ["/none", "flat:9"]]);
    expect(asked()).toEqual(["/none", OUTPUTS, "/flat"].map((name) => `ssm:GetParameters ${arnOf(name)}`));
  });

  it("takes ten names, of which all must be allowed", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `/p${index}`);
    await expect(ssm.send(new GetParametersCommand({ Names: many(11) }))).rejects.toMatchObject({
      name: "ValidationException",
    });
    allow = ({ resource }) => resource !== arnOf("/p3");
    await expect(ssm.send(new GetParametersCommand({ Names: many(10) }))).rejects.toThrow("ssm:GetParameters");
  });
});

describe("GetParametersByPath", () => {
  it("answers a level, or all below it, in pages", async () => {
    expect(names(await byPath("/app/dev"))).toEqual([OUTPUTS]);
    expect(names(await byPath("/app/dev/", { Recursive: true }))).toEqual(["/app/dev/deep/er", OUTPUTS]);
    expect(names(await byPath("/", { Recursive: true }))).toEqual(["/app/dev/deep/er", OUTPUTS, "/app/devil"]);
    expect(asked()).toEqual(["/app/dev", "/app/dev/", "/"].map((path) => `ssm:GetParametersByPath ${arnOf(path)}`));
    const first = await byPath("/app", { Recursive: true, MaxResults: 2 });
    const rest = await byPath("/app", { Recursive: true, MaxResults: 2, NextToken: first.NextToken });
    expect([names(first), names(rest), rest.NextToken]).toEqual([
      ["/app/dev/deep/er", OUTPUTS],
      ["/app/devil"],
      undefined,
    ]);
  });

  it.each([
    [{ Path: "app" }, "ValidationException"],
    [{ Path: "/a b" }, "ValidationException"],
    [{ Path: "/", MaxResults: 11 }, "ValidationException"],
    [{ Path: "/", NextToken: "x" }, "InvalidNextToken"],
    [{ Path: "/", ParameterFilters: [{ Key: "Type", Values: ["String"] }] }, "NotImplemented"],
  ])("refuses %j as %s", async (input, name) => {
    await expect(ssm.send(new GetParametersByPathCommand(input))).rejects.toMatchObject({ name });
  });
});

describe("PutParameter", () => {
  const SECRET = "/app/dev/secret";
  const put = (more: Partial<PutParameterCommandInput>) =>
    ssm.send(new PutParameterCommand({ Name: SECRET, Value: "a", Type: "SecureString", ...more }));
  const read = async (WithDecryption: boolean) =>
    (await ssm.send(new GetParameterCommand({ Name: SECRET, WithDecryption }))).Parameter!;

  it("keeps a secret, which is shown to those who ask for it in the clear", async () => {
    expect((await put({})).Version).toBe(1);
    expect(asked()).toEqual([`ssm:PutParameter ${arnOf(SECRET)}`]);
    expect(await read(true)).toMatchObject({ Name: SECRET, Type: "SecureString", Value: "a", Version: 1 });
    expect((await read(false)).Value).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    await expect(put({ Value: "b" })).rejects.toMatchObject({ name: "ParameterAlreadyExists" });
    expect((await put({ Value: "b", Type: undefined, Overwrite: true })).Version).toBe(2);
    expect((await read(true)).Value).toBe("b");
    const listed = await byPath("/app/dev");
    expect(names(listed)).toEqual([OUTPUTS, SECRET]);
    expect(listed.Parameters![1]!.Value).not.toBe("b");
  });

  it.each<[Partial<PutParameterCommandInput>, string]>([
    [{ Name: OUTPUTS, Value: "x", Overwrite: true }, "NotImplemented"],
    [{ Name: "/app/other", Type: "String" }, "NotImplemented"],
    [{ Name: "/app/other", KeyId: "alias/mine" }, "NotImplemented"],
    [{ Name: "/app/other", Value: "x".repeat(4097) }, "ValidationException"],
    [{ Name: "/a b" }, "ValidationException"],
  ])("refuses %j as %s", async (input, name) => {
    await expect(put(input)).rejects.toMatchObject({ name });
  });

  it("is refused without the right", async () => {
    allow = () => false;
    await expect(put({ Overwrite: true })).rejects.toThrow("ssm:PutParameter");
  });
});
