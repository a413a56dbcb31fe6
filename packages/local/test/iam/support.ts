import type { Bucket, PolicyDocument, Role, Statement } from "@dropclip/synth/cloud";
import { TestClock } from "../../src/clock.ts";
import { createIam, type Iam, type IamOptions, type IamPrincipal } from "../../src/iam/index.ts";
import type { AwsError, LogEntry } from "../../src/world.ts";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
export const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/worker/session`;

/** A policy document; without a version given, the current one. */
export const policy = (statements: Statement | Statement[], Version = "2012-10-17"): PolicyDocument => ({
  Version,
  Statement: [statements].flat(),
});

export const allow = (Action: string | string[], Resource: string | string[], more: Partial<Statement> = {}) =>
  ({ Effect: "Allow", Action, Resource, ...more }) satisfies Statement;

export const deny = (Action: string | string[], Resource: string | string[], more: Partial<Statement> = {}) =>
  ({ Effect: "Deny", Action, Resource, ...more }) satisfies Statement;

export const role = (name: string, policies: PolicyDocument[] = [], trust?: Statement[]): Role => ({
  name,
  arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
  trust: policy(trust ?? { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }),
  policies: policies.map((document, index) => ({ name: `policy${index + 1}`, document })),
  maxSessionSeconds: 3600,
});

export const bucket = (name: string, document?: PolicyDocument): Bucket => ({
  name,
  arn: `arn:aws:s3:::${name}`,
  cors: [],
  lifecycle: [],
  eventBridge: false,
  ...(document && { policy: document }),
});

/** A session of the role of that name. */
export const session = (name = "worker", more: Partial<IamPrincipal> = {}): IamPrincipal => ({
  kind: "role",
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/session`,
  accountId: ACCOUNT,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
  sessionName: "session",
  ...more,
});

export const operator: IamPrincipal = {
  kind: "operator",
  arn: `arn:aws:iam::${ACCOUNT}:user/operator`,
  accountId: ACCOUNT,
};

export const anonymous: IamPrincipal = { kind: "anonymous", arn: "anonymous", accountId: "" };

export const service = (name: string, sourceArn?: string): IamPrincipal => ({
  kind: "service",
  arn: name,
  accountId: ACCOUNT,
  service: name,
  ...(sourceArn && { sourceArn }),
});

export interface TestIam extends Iam {
  entries: LogEntry[];
}

export function iamOf(options: Partial<IamOptions> = {}): TestIam {
  const entries: LogEntry[] = [];
  const iam = createIam({
    account: ACCOUNT,
    region: REGION,
    clock: new TestClock(),
    roles: [],
    buckets: [],
    queues: [],
    functions: [],
    log: (entry) => entries.push(entry),
    ...options,
  });
  return { ...iam, entries };
}

/** The refusal's code, status and message; undefined when the call was allowed. */
export function refusal(call: () => void): { code: string; status: number; message: string } | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    const { code, status, message } = error as AwsError;
    if (!code) throw error;
    return { code, status, message };
  }
}

export const may = (call: () => void) => refusal(call) === undefined;

/** Whether a role with these statements may do it. */
export function allowed(
  statements: Statement | Statement[],
  action: string,
  resource: string,
  {
    context,
    principal,
    version,
  }: { context?: Record<string, string | string[]>; principal?: Partial<IamPrincipal>; version?: string } = {},
): boolean {
  const iam = iamOf({ roles: [role("worker", [policy(statements, version)])] });
  return may(() => iam.authorize(session("worker", principal), action, resource, context));
}
