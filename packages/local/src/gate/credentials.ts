import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { PolicyDocument } from "@dropclip/synth/cloud";
import type { Clock } from "../clock.ts";
import type { Credentials, Principal } from "../world.ts";

/** STS's default for AssumeRole. */
const SESSION_SECONDS = 3600;

interface Secrets extends Credentials {
  /** Base64 of the 32 bytes that seal session tokens. */
  sealingKey: string;
}

/** What AssumeRole adds to a session beside its role. */
export interface SessionOptions {
  tags?: Record<string, string>;
  /** Those of `tags` that go on to the sessions this one takes on. */
  transitiveTagKeys?: string[];
  /** What limits the session beyond its role. */
  policy?: PolicyDocument;
  policyArns?: string[];
}

interface Session extends SessionOptions {
  roleArn?: string;
  sessionName?: string;
  service?: string;
  sourceArn?: string;
  /** Milliseconds since the epoch. */
  expiration: number;
  /** Makes two sessions of the same second differ. */
  nonce: string;
}

/** A token's session, ready for the next call. */
interface Opened {
  secretAccessKey: string;
  principal: Principal;
  expiration: number;
}

/** Far more sessions than are in use at a time. */
const MOST_OPENED = 1000;

/** What the gate finds for an access key; `expired` sessions are found so that they can be refused as such. */
export interface FoundCredentials {
  secretAccessKey: string;
  principal: Principal;
  expired: boolean;
}

export interface CredentialStoreOptions {
  /** Folder that keeps `credentials.json`, readable by its owner only. */
  directory: string;
  account: string;
  clock: Clock;
}

/**
 * Issues and finds the credentials of the local cloud: the operator's key pair, role sessions and service sessions.
 * Sessions are stateless, so they survive a restart: the token is the sealed session, the keys derive from it.
 */
export class CredentialStore {
  readonly #secrets: Secrets;
  readonly #account: string;
  readonly #clock: Clock;
  readonly #opened = new Map<string, Opened>();

  constructor({ directory, account, clock }: CredentialStoreOptions) {
    this.#secrets = load(directory);
    this.#account = account;
    this.#clock = clock;
  }

  /** The key pair of the person who runs the cloud. */
  operator(): Credentials {
    const { accessKeyId, secretAccessKey } = this.#secrets;
    return { accessKeyId, secretAccessKey };
  }

  /** A session of `roleArn`, as STS AssumeRole gives it; `seconds` until it expires, an hour by default. */
  assumeRole(
    roleArn: string,
    sessionName: string,
    { seconds = SESSION_SECONDS, ...more }: SessionOptions & { seconds?: number } = {},
  ): Credentials {
    return this.#issue({ roleArn, sessionName, ...more }, seconds);
  }

  /** A session of an AWS service that acts for the resource `sourceArn`. */
  actAs(service: string, sourceArn: string): Credentials {
    return this.#issue({ service, sourceArn }, SESSION_SECONDS);
  }

  /** Undefined for an unknown key; `"token"` when the key needs another session token than the one given. */
  find(accessKeyId: string, sessionToken?: string): FoundCredentials | "token" | undefined {
    if (accessKeyId === this.#secrets.accessKeyId) {
      if (sessionToken !== undefined) return "token";
      const arn = `arn:aws:iam::${this.#account}:user/operator`;
      const principal: Principal = { kind: "operator", arn, accountId: this.#account, accessKeyId };
      return { secretAccessKey: this.#secrets.secretAccessKey, principal, expired: false };
    }
    if (sessionToken === undefined) return undefined;
    const opened = this.#opened.get(sessionToken) ?? this.#remember(sessionToken);
    if (!opened) return "token";
    const { secretAccessKey, principal, expiration } = opened;
    if (principal.accessKeyId !== accessKeyId) return accessKeyId.startsWith("ASIA") ? "token" : undefined;
    return { secretAccessKey, principal, expired: expiration <= this.#clock.now() };
  }

  /** A session makes many calls: its token is opened once. The oldest go first. */
  #remember(sessionToken: string): Opened | undefined {
    const session = this.#open(sessionToken);
    if (!session) return undefined;
    const { accessKeyId, secretAccessKey } = this.#keys(sessionToken);
    const opened = {
      secretAccessKey,
      principal: this.#principal(session, accessKeyId),
      expiration: session.expiration,
    };
    for (const oldest of this.#opened.keys()) {
      if (this.#opened.size < MOST_OPENED) break;
      this.#opened.delete(oldest);
    }
    this.#opened.set(sessionToken, opened);
    return opened;
  }

  #principal(session: Session, accessKeyId: string): Principal {
    const { roleArn, sessionName, tags, transitiveTagKeys, policy, policyArns, service, sourceArn } = session;
    if (service) return { kind: "service", arn: service, accountId: this.#account, accessKeyId, service, sourceArn };
    const [, , , , account, resource] = (roleArn ?? "").split(":");
    // The ARN of a session has the role's name without its path.
    const name = resource?.split("/").at(-1);
    const arn = `arn:aws:sts::${account}:assumed-role/${name}/${sessionName}`;
    const principal: Principal = { kind: "role", arn, accountId: account ?? this.#account, accessKeyId, sessionName };
    return {
      ...principal,
      roleArn,
      ...(tags && { tags }),
      ...(transitiveTagKeys && { transitiveTagKeys }),
      ...(policy && { sessionPolicies: [policy] }),
      ...(policyArns && { sessionPolicyArns: policyArns }),
    };
  }

  #issue(session: Omit<Session, "expiration" | "nonce">, seconds: number): Credentials {
    const expiration = this.#clock.now() + seconds * 1000;
    const sessionToken = this.#seal({ ...session, expiration, nonce: randomBytes(6).toString("base64url") });
    return { ...this.#keys(sessionToken), sessionToken };
  }

  #keys(sessionToken: string): Credentials {
    const derive = (purpose: string) =>
      createHmac("sha512", this.#secrets.sealingKey).update(`${purpose}\0${sessionToken}`).digest();
    return {
      accessKeyId: `ASIA${base32(derive("key")).slice(0, 16)}`,
      secretAccessKey: derive("secret").toString("base64").slice(0, 40),
    };
  }

  #seal(session: Session): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", Buffer.from(this.#secrets.sealingKey, "base64"), iv);
    const sealed = Buffer.concat([cipher.update(deflateRawSync(JSON.stringify(session))), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
  }

  #open(token: string): Session | undefined {
    const sealed = Buffer.from(token, "base64");
    // Base64 is lenient; a token is valid in exactly the form in which it was issued.
    if (sealed.length < 29 || sealed.toString("base64") !== token) return undefined;
    const key = Buffer.from(this.#secrets.sealingKey, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(sealed.subarray(12, 28));
    try {
      // Only what was sealed here comes to be unpacked.
      const packed = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
      return JSON.parse(inflateRawSync(packed).toString("utf8"));
    } catch {
      // Not sealed with this key: the token is another cloud's, or changed.
      return undefined;
    }
  }
}

/**
 * Reads the secrets or creates them, safe against a crash and a second process: written aside, then linked into place.
 */
function load(directory: string): Secrets {
  const file = join(directory, "credentials.json");
  try {
    return parse(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  mkdirSync(directory, { recursive: true });
  const secrets: Secrets = {
    accessKeyId: `AKIA${base32(randomBytes(10))}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    sealingKey: randomBytes(32).toString("base64"),
  };
  const draft = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeSync(handle, `${JSON.stringify(secrets, null, 2)}\n`);
    fsyncSync(handle);
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    closeSync(handle);
    rmSync(draft);
  }
  return parse(file);
}

function parse(file: string): Secrets {
  const text = readFileSync(file, "utf8");
  let secrets: Partial<Secrets> = {};
  try {
    secrets = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is damaged: remove it to get new credentials`, { cause: error });
  }
  const { accessKeyId, secretAccessKey, sealingKey } = secrets ?? {};
  if (!accessKeyId || !secretAccessKey || Buffer.from(sealingKey ?? "", "base64").length !== 32)
    throw new Error(`${file} is damaged: remove it to get new credentials`);
  return { accessKeyId, secretAccessKey, sealingKey: sealingKey! };
}

/** The alphabet of access key ids: RFC 4648 base 32. */
export function base32(data: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of data) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(value >>> (bits - 5)) & 31];
    value &= (1 << bits) - 1;
  }
  return text;
}
