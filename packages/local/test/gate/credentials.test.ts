import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestClock } from "../../src/clock.ts";
import { CredentialStore, type FoundCredentials } from "../../src/gate/credentials.ts";

const account = "111122223333";
const ROLE = `arn:aws:iam::${account}:role/path/to/fan`;

let directory: string;
let clock: TestClock;
const open = () => new CredentialStore({ directory, account, clock });
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dropclip-credentials-"));
  clock = new TestClock();
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("CredentialStore", () => {
  it("makes the operator's keys once, in a file for its owner only", () => {
    const { accessKeyId, secretAccessKey } = open().operator();
    expect(accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(secretAccessKey).toHaveLength(40);
    expect(open().operator()).toEqual({ accessKeyId, secretAccessKey });
    expect(statSync(join(directory, "credentials.json")).mode & 0o777).toBe(0o600);
  });

  it("finds a session after a restart, with role, tags and the name of the role without its path", () => {
    const session = open().assumeRole(ROLE, "fan-1", { tags: { eventId: "e", fanId: "f" } });
    expect(open().find(session.accessKeyId, session.sessionToken)).toEqual({
      secretAccessKey: session.secretAccessKey,
      expired: false,
      principal: {
        kind: "role",
        arn: `arn:aws:sts::${account}:assumed-role/fan/fan-1`,
        accountId: account,
        accessKeyId: session.accessKeyId,
        roleArn: ROLE,
        sessionName: "fan-1",
        tags: { eventId: "e", fanId: "f" },
      },
    });
  });

  it("lets a session expire by the injected clock", async () => {
    const store = open();
    const { accessKeyId, sessionToken } = store.assumeRole(ROLE, "s", { seconds: 900 });
    const expired = () => (store.find(accessKeyId, sessionToken) as FoundCredentials).expired;
    await clock.advance(899_999);
    expect(expired()).toBe(false);
    await clock.advance(1);
    expect(expired()).toBe(true);
  });

  it("gives every session keys of its own", () => {
    const store = open();
    const sessions = [1, 2, 3].map(() => store.assumeRole(ROLE, "same"));
    expect(new Set(sessions.map(({ secretAccessKey }) => secretAccessKey)).size).toBe(3);
    expect(new Set(sessions.map(({ accessKeyId }) => accessKeyId)).size).toBe(3);
  });

  it("does not open a token that was changed, cut, written otherwise or sealed elsewhere", () => {
    const { accessKeyId, sessionToken = "" } = open().assumeRole(ROLE, "s");
    const middle = sessionToken.length >> 1;
    const changed = `${sessionToken.slice(0, middle)}${sessionToken[middle] === "x" ? "y" : "x"}${sessionToken.slice(middle + 1)}`;
    for (const token of [changed, sessionToken.slice(0, -4), `${sessionToken} `, "", "AAAA", "ü"])
      expect(open().find(accessKeyId, token)).toBe("token");
    rmSync(join(directory, "credentials.json"));
    expect(open().find(accessKeyId, sessionToken)).toBe("token");
  });

  it("does not know keys it never issued", () => {
    expect(open().find("AKIAIOSFODNN7EXAMPLE")).toBeUndefined();
    expect(open().find("ASIAIOSFODNN7EXAMPLE")).toBeUndefined();
  });

  it("says which file is damaged", () => {
    open();
    const file = join(directory, "credentials.json");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 40));
    expect(open).toThrow(`${file} is damaged`);
  });
});
