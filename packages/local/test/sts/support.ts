import type { PolicyDocument, Role, Statement } from "@dropclip/synth/cloud";
import { XMLParser } from "fast-xml-parser";
import { createIam } from "../../src/iam/index.ts";
import type { StsState } from "../../src/sts/context.ts";
import { createSts } from "../../src/sts/index.ts";
import type { Credentials, Service } from "../../src/world.ts";
import {
  ACCOUNT,
  bucket,
  type LocalCloud,
  type LocalCloudOptions,
  REGION,
  startLocalCloud,
} from "../gate/local-cloud.ts";
import { type Answer, send, sign } from "../gate/wire.ts";

export const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
export const OPERATOR = `arn:aws:iam::${ACCOUNT}:user/operator`;

const document = (...Statement: Statement[]): PolicyDocument => ({ Version: "2012-10-17", Statement });
const allow = (Action: string | string[], Resource: string): Statement => ({ Effect: "Allow", Action, Resource });
const trusts = (AWS: string, more: Partial<Statement> = {}) =>
  document({ Effect: "Allow", Principal: { AWS }, Action: ["sts:AssumeRole", "sts:TagSession"], ...more });

const role = (name: string, trust: PolicyDocument, ...statements: Statement[]): Role => ({
  name: name.split("/").at(-1)!,
  arn: roleArn(name),
  trust,
  policies: statements.length ? [{ name: "own", document: document(...statements) }] : [],
  maxSessionSeconds: 3600,
});

// biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
const OWN_CLIPS = "arn:aws:s3:::clips/${aws:PrincipalTag/eventId}/*";

/**
 * `fan` reads what its tag names; `chain` may take on `fan`; `untagged` is trusted without tags; `partner` by external
 * id; `signer` by `chain` alone, with exactly its two tags; `writer` writes everything.
 */
const ROLES = [
  role("fan", trusts(ACCOUNT), allow(["s3:GetObject", "s3:PutObject"], OWN_CLIPS)),
  role("writer", trusts(ACCOUNT), allow("s3:*", "*")),
  role(
    "signer",
    trusts(roleArn("app/chain"), {
      Condition: {
        Null: { "aws:RequestTag/eventId": "false", "aws:RequestTag/fanId": "false" },
        StringLike: { "aws:RequestTag/fanId": "?*" },
        "ForAllValues:StringEquals": { "aws:TagKeys": ["eventId", "fanId"] },
      },
    }),
    allow(["s3:GetObject", "s3:PutObject"], OWN_CLIPS),
  ),
  role("other", trusts(ACCOUNT), allow(["sts:AssumeRole", "sts:TagSession"], "*")),
  role("app/chain", trusts(OPERATOR), allow(["sts:AssumeRole", "sts:TagSession"], "*")),
  role("untagged", trusts(ACCOUNT, { Action: "sts:AssumeRole" })),
  role("partner", trusts(ACCOUNT, { Condition: { StringEquals: { "sts:ExternalId": "p-1" } } })),
  role(
    "lambda",
    document({ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }),
  ),
];

export const policyArn = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;
const MANAGED = [
  { name: "readers", arn: policyArn("readers"), document: document(allow("s3:GetObject", "*")) },
  { name: "e1", arn: policyArn("e1"), document: document(allow("s3:PutObject", "arn:aws:s3:::clips/e1/*")) },
];

/** A gate with STS, and S3 that asks the same IAM. */
export async function startSts({
  maxSessionSeconds,
  ...options
}: LocalCloudOptions & Pick<StsState, "maxSessionSeconds"> = {}) {
  let sts: Service;
  const deferred: Service = {
    name: "sts",
    protocol: "query",
    handle: (call) => sts.handle(call),
    fail: (call, error) => sts.fail(call, error),
  };
  const buckets = [bucket("clips")];
  const cloud = await startLocalCloud({ buckets, services: [deferred], ...options });
  const { world, clock, credentials, log } = cloud;
  const place = { account: ACCOUNT, region: REGION, clock, log: (entry: (typeof log)[number]) => void log.push(entry) };
  const iam = createIam({ ...place, roles: ROLES, managedPolicies: MANAGED, buckets, queues: [], functions: [] });
  world.authorize = iam.authorize;
  sts = createSts({ world, iam, credentials, ...(maxSessionSeconds && { maxSessionSeconds }) });
  return cloud;
}

export interface StsAnswer extends Answer {
  /** The whole document. */
  xml: any;
  message?: string;
}

const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: false });

/** One signed call, by the query protocol. */
export async function call(
  cloud: LocalCloud,
  parameters: Record<string, string>,
  credentials?: Credentials,
): Promise<StsAnswer> {
  const body = new URLSearchParams({ Version: "2011-06-15", ...parameters }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const signed = await sign(cloud, { method: "POST", path: "/", service: "sts", headers, body, credentials });
  const answer = await send(cloud, signed.target, { ...signed, body });
  const xml = parser.parse(answer.text, true);
  return { ...answer, xml, message: xml.ErrorResponse?.Error.Message };
}

export const assume = (
  cloud: LocalCloud,
  parameters: Record<string, string> = {},
  credentials?: Credentials,
): Promise<StsAnswer> => {
  const all = { Action: "AssumeRole", RoleArn: roleArn("fan"), RoleSessionName: "fan-1", ...parameters };
  return call(cloud, all, credentials);
};

/** The credentials of an answer to AssumeRole. */
export function credentialsOf({ xml, text }: StsAnswer): Credentials {
  const found = xml.AssumeRoleResponse?.AssumeRoleResult.Credentials;
  if (!found) throw new Error(text);
  return { accessKeyId: found.AccessKeyId, secretAccessKey: found.SecretAccessKey, sessionToken: found.SessionToken };
}

export const tagged = (tags: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([key, value], index) => [
      [`Tags.member.${index + 1}.Key`, key],
      [`Tags.member.${index + 1}.Value`, value],
    ]),
  );
