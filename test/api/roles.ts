import { AssumeRoleCommand, type Credentials, STSClient } from "@aws-sdk/client-sts";
import type { Clock } from "@dropclip/local/clock";
import { CredentialStore } from "@dropclip/local/gate/credentials";
import type { TestCloud } from "../support/cloud.ts";

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** What functions can make of their roles: the credentials they run with, and those they take on. */
export function roles(cloud: TestCloud, clock: Clock) {
  const { account } = cloud.facts;
  const store = new CredentialStore({ directory: cloud.directory, account, clock });
  const arnOf = (name: string) => `arn:aws:iam::${account}:role/dropclip-${name}-dev-us-east-1`;
  /** As Lambda gives a function: `uploads-api`. */
  const ofFunction = (name: string): Keys => {
    const { roleArn } = cloud.facts.functions.find((fn) => fn.name === `dropclip-${name}-dev`)!;
    return store.assumeRole(roleArn, `dropclip-${name}-dev`);
  };
  /** Takes on `fan`, `creative` or `profile` with tags, in a session of these credentials. */
  const assume = async (credentials: Keys, name: string, tags: Record<string, string>, more = {}): Promise<Keys> => {
    const sts = new STSClient({ region: cloud.region, endpoint: cloud.endpoints.s3, credentials, maxAttempts: 1 });
    try {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const command = new AssumeRoleCommand({ RoleArn: arnOf(name), RoleSessionName: "test", Tags, ...more });
      const { AccessKeyId, SecretAccessKey, SessionToken } = (await sts.send(command)).Credentials as Credentials;
      return { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
    } finally {
      sts.destroy();
    }
  };
  const session = (fn: string, name: string, tags: Record<string, string>, more = {}) =>
    assume(ofFunction(fn), name, tags, more);
  return { arnOf, ofFunction, assume, session };
}
