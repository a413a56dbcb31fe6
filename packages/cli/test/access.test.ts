import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Recorder, User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";

const bucket = "arn:aws:s3:::dropclip-uploads-dev";
const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const grant = { policy: "inline", statement: "1", effect: "Allow" };

let cloud: TestCloud;
let user: User;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  user.hasLocal(cloud);
  const condition = { StringEquals: { "s3:x-amz-acl": "private" } };
  cloud.access = {
    since: "2026-01-02T03:04:05.678Z",
    roles: [
      {
        role: role("dropclip-fan-dev"),
        grants: [
          {
            ...grant,
            action: "s3:PutObject",
            resource: `${bucket}/events/\${aws:PrincipalTag/eventId}/*`,
            condition,
            used: 12,
          },
          { ...grant, action: "s3:AbortMultipartUpload", resource: `${bucket}/*`, used: 0 },
        ],
        denies: [],
      },
      {
        role: role("dropclip-sweep-dev"),
        grants: [{ ...grant, action: "dynamodb:Query", resource: "*", used: 3 }],
        denies: [],
      },
    ],
    denials: [
      {
        principal: role("dropclip-fan-dev"),
        action: "s3:GetObject",
        resource: `${bucket}/other.mp4`,
        count: 2,
        reason: "because no identity-based policy allows the s3:GetObject action",
      },
    ],
  };
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

describe("dropclip access", () => {
  it("shows what each role may do, how often it did, what was denied, and the sums", async () => {
    const run = await user.run(["access"]);
    expect(run.stderr).toBe("");
    expect(run.stdout).toMatchInlineSnapshot(`
      "dropclip-fan-dev
        used  action                   resource                                                                policy  on condition
          12  s3:PutObject             arn:aws:s3:::dropclip-uploads-dev/events/\${aws:PrincipalTag/eventId}/*  inline  {"StringEquals":{"s3:x-amz-acl":"private"}}
      unused  s3:AbortMultipartUpload  arn:aws:s3:::dropclip-uploads-dev/*                                     inline

      dropclip-sweep-dev
      used  action          resource  policy  on condition
         3  dynamodb:Query  *         inline

      denied
      times  action        resource                                     by                reason
          2  s3:GetObject  arn:aws:s3:::dropclip-uploads-dev/other.mp4  dropclip-fan-dev  because no identity-based policy allows the s3:GetObject action

      2 roles, 3 grants, 1 unused; 2 calls denied since 2026-01-02 03:04:05Z
      "
    `);
  });

  it("shows what was not used only with --unused", async () => {
    const { stdout } = await user.run(["access", "--unused"]);
    expect(stdout).toContain("s3:AbortMultipartUpload");
    expect(stdout).not.toContain("s3:PutObject");
    expect(stdout).not.toContain("dropclip-sweep-dev");
    expect(stdout).toContain("\n2 roles, 3 grants, 1 unused; 2 calls denied since 2026-01-02 03:04:05Z\n");
  });

  it("prints the report, or what of it was not used, as JSON", async () => {
    expect(JSON.parse((await user.run(["access", "--json"])).stdout)).toEqual(cloud.access);
    const { roles } = JSON.parse((await user.run(["access", "--unused", "--json"])).stdout);
    expect(roles).toMatchObject([{ role: role("dropclip-fan-dev"), grants: [{ action: "s3:AbortMultipartUpload" }] }]);
    expect(roles[0].grants).toHaveLength(1);
  });

  it("marks the unused on a terminal that has colour", async () => {
    const stdout = new Recorder(100);
    await user.run(["access"], { stdout, env: { ...user.env, NO_COLOR: "" } });
    expect(stdout.text).toContain("\u001b[33munused\u001b[39m");
  });

  it("is of the running local cloud only", async () => {
    const guest = new User();
    expect((await guest.run(["access"])).stderr).toBe(
      "dropclip: no local cloud is running: start it with `npm start`\n",
    );
    guest.leave();
  });

  it("says when the cloud does not know it, or not this caller", async () => {
    cloud.access = undefined;
    expect(await user.run(["access"])).toMatchObject({
      code: 1,
      stderr: "dropclip: the local cloud answered 404: no such operation\n",
    });
    cloud.intercept = () => ({ status: 200, body: '{"roles":7}' });
    expect((await user.run(["access"])).stderr).toBe(
      "dropclip: the local cloud's answer is not understood: it may be of another version\n",
    );
  });
});
