import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type LocalCloud, REGION } from "../gate/local-cloud.ts";
import { assume, credentialsOf, roleArn, startSts, tagged } from "./support.ts";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startSts({ maxSessionSeconds: (arn) => (arn === roleArn("untagged") ? 7200 : undefined) });
});
afterAll(() => cloud.remove());

const put = (client: S3Client, Key: string) => client.send(new PutObjectCommand({ Bucket: "clips", Key, Body: "x" }));
const chain = async () => credentialsOf(await assume(cloud, { RoleArn: roleArn("app/chain") }));

describe("AssumeRole", () => {
  it("gives credentials whose tags reach policies as aws:PrincipalTag", async () => {
    const session = credentialsOf(await assume(cloud, tagged({ eventId: "e1", fanId: "Ünï 1" })));
    const client = cloud.client({ credentials: session });
    await put(client, "e1/a.mp4");
    await expect(put(client, "e2/a.mp4")).rejects.toMatchObject({ name: "AccessDenied" });
    const found = cloud.credentials.find(session.accessKeyId, session.sessionToken);
    expect(found).toMatchObject({ principal: { tags: { eventId: "e1", fanId: "Ünï 1" } } });
  });

  it("keeps a tag that has the name of an object's own machinery", async () => {
    const session = credentialsOf(await assume(cloud, tagged({ ["__proto__"]: "e1", eventId: "e1" })));
    const found = cloud.credentials.find(session.accessKeyId, session.sessionToken) as any;
    expect(Object.entries(found.principal.tags)).toEqual([
      ["__proto__", "e1"],
      ["eventId", "e1"],
    ]);
  });

  it("without tags gives a session without tags", async () => {
    const session = credentialsOf(await assume(cloud, { Tags: "" }));
    await expect(put(cloud.client({ credentials: session }), "/a.mp4")).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("is refused to whom the role does not trust, and for roles that do not exist", async () => {
    for (const name of ["lambda", "nobody"]) {
      const { status, code, message } = await assume(cloud, { RoleArn: roleArn(name) });
      expect([status, code]).toEqual([403, "AccessDenied"]);
      expect(message).toContain(`is not authorized to perform: sts:AssumeRole on resource: ${roleArn(name)}`);
    }
  });

  it("is refused to a session whose own role may not", async () => {
    const { status, code } = await assume(cloud, {}, credentialsOf(await assume(cloud)));
    expect([status, code]).toEqual([403, "AccessDenied"]);
  });

  it("needs sts:TagSession for tags", async () => {
    const untagged = { RoleArn: roleArn("untagged") };
    expect((await assume(cloud, untagged)).status).toBe(200);
    const { status, message } = await assume(cloud, { ...untagged, ...tagged({ eventId: "e1" }) });
    expect(status).toBe(403);
    expect(message).toContain("sts:TagSession");
  });

  it("needs the external id the trust asks for", async () => {
    const partner = { RoleArn: roleArn("partner") };
    expect((await assume(cloud, { ...partner, ExternalId: "p-1" })).status).toBe(200);
    expect((await assume(cloud, { ...partner, ExternalId: "p-2" })).code).toBe("AccessDenied");
    expect((await assume(cloud, partner)).code).toBe("AccessDenied");
  });

  it("chains from one role to the next, for an hour at most and with no tags carried over that are not transitive", async () => {
    const first = credentialsOf(await assume(cloud, { RoleArn: roleArn("app/chain"), ...tagged({ eventId: "e1" }) }));
    const session = credentialsOf(await assume(cloud, { DurationSeconds: "3600" }, first));
    await expect(put(cloud.client({ credentials: session }), "e1/a.mp4")).rejects.toMatchObject({
      name: "AccessDenied",
    });
    const long = await assume(cloud, { RoleArn: roleArn("untagged"), DurationSeconds: "3601" }, first);
    expect([long.status, long.code]).toEqual([400, "ValidationError"]);
    expect(long.message).toBe(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  });

  it("stays within the role's longest session, an hour unless it says otherwise", async () => {
    const long = { RoleArn: roleArn("untagged"), DurationSeconds: "7200" };
    expect((await assume(cloud, long)).status).toBe(200);
    const message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    expect(await assume(cloud, { ...long, DurationSeconds: "7201" })).toMatchObject({
      code: "ValidationError",
      message,
    });
    expect(await assume(cloud, { DurationSeconds: "3601" })).toMatchObject({ code: "ValidationError", message });
    // Whom the role does not trust learns nothing about it.
    expect((await assume(cloud, { RoleArn: roleArn("lambda"), DurationSeconds: "3601" })).code).toBe("AccessDenied");
  });

  it("tells how much of the longest token the session took, and refuses more", async () => {
    const { xml } = await assume(cloud, tagged({ eventId: "e1" }));
    const { Credentials, SessionTokenSize, SessionTokenUtilization } = xml.AssumeRoleResponse.AssumeRoleResult;
    expect(Number(SessionTokenSize)).toBe(Credentials.SessionToken.length);
    expect(Number(SessionTokenUtilization)).toBe(Math.ceil((Credentials.SessionToken.length / 4096) * 100));
    // Tokens are packed: only what cannot be said shorter makes them long.
    const many = (value: () => string) =>
      tagged(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, value()])));
    expect(
      (
        await assume(
          cloud,
          many(() => "v".repeat(256)),
        )
      ).status,
    ).toBe(200);
    const { status, code } = await assume(
      cloud,
      many(() => randomBytes(128).toString("hex")),
    );
    expect([status, code]).toEqual([400, "PackedPolicyTooLarge"]);
  });

  it("gives every call credentials of its own", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => assume(cloud)));
    expect(new Set(answers.map((answer) => credentialsOf(answer).accessKeyId)).size).toBe(8);
  });

  it("leaves a chained session no more than its caller's trust allows", async () => {
    const { status, code } = await assume(cloud, { RoleArn: roleArn("app/chain") }, await chain());
    expect([status, code]).toEqual([403, "AccessDenied"]);
  });
});

describe("a session", () => {
  it("ends after its seconds, an hour when none are asked for", async () => {
    const own = await startSts();
    try {
      const hour = await assume(own, tagged({ eventId: "e1" }));
      const short = await assume(own, { DurationSeconds: "900", ...tagged({ eventId: "e1" }) });
      const told = Date.parse(hour.xml.AssumeRoleResponse.AssumeRoleResult.Credentials.Expiration);
      expect(told).toBe(Math.floor((own.clock.now() + 3_600_000) / 1000) * 1000);
      const clients = [short, hour].map((answer) =>
        own.client({ credentials: credentialsOf(answer), systemClockOffset: 0 }),
      );
      // Clients sign by the real time: they are told how far the cloud's has gone ahead.
      const outcome = (client: S3Client, seconds: number) => {
        client.config.systemClockOffset = seconds * 1000;
        return put(client, "e1/a.mp4").then(
          () => "stored",
          (error: Error) => error.name,
        );
      };
      expect(await outcome(clients[0]!, 0)).toBe("stored");
      await own.clock.advance(900_000);
      expect(await outcome(clients[0]!, 900)).toBe("ExpiredToken");
      expect(await outcome(clients[1]!, 900)).toBe("stored");
      await own.clock.advance(2_700_000);
      expect(await outcome(clients[1]!, 3600)).toBe("ExpiredToken");
    } finally {
      await own.remove();
    }
  });
});

describe("an AWS SDK", () => {
  const folder = mkdtempSync(join(tmpdir(), "dropclip-sts-"));
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A client of a profile that takes on the role, as `aws` and every SDK read it. */
  function profile(role: string): S3Client {
    const file = join(folder, role.replace("/", "-"));
    const { accessKeyId, secretAccessKey } = cloud.credentials.operator();
    const source = `[profile operator]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}`;
    const assumed = `[profile fan]\nrole_arn=${roleArn(role)}\nsource_profile=operator\nrole_session_name=cli\nregion=${REGION}`;
    writeFileSync(file, `${source}\n\n${assumed}\n`);
    vi.stubEnv("AWS_CONFIG_FILE", file);
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "none"));
    vi.stubEnv("AWS_ENDPOINT_URL_STS", cloud.url);
    return new S3Client({ profile: "fan", endpoint: cloud.url, region: REGION, forcePathStyle: true, maxAttempts: 1 });
  }

  it("takes on the role of a profile by itself", async () => {
    const client = profile("app/chain");
    const { sessionToken } = await client.config.credentials();
    expect(sessionToken).toMatch(/.{100}/);
    // The role has no right to S3: the answer shows who asked.
    const get = client.send(new GetObjectCommand({ Bucket: "clips", Key: "none" }));
    await expect(get).rejects.toThrow("assumed-role/chain/cli is not authorized to perform: s3:GetObject");
    client.destroy();
  });

  it("understands a refusal", async () => {
    const client = profile("lambda");
    await expect(client.config.credentials()).rejects.toMatchObject({ name: "AccessDenied" });
    client.destroy();
  });
});
