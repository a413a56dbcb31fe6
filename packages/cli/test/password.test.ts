import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Keyboard, User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";

let cloud: TestCloud;
let user: User;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

describe("dropclip login --user", () => {
  it("signs seeded users of the local cloud in without asking", async () => {
    user.hasLocal(cloud);
    const run = await user.run(["login", "--user", "creative"]);
    expect(run).toMatchObject({
      code: 0,
      stdout: "signed in as creative@example.com (creative) at the local cloud\n",
      stderr: "",
    });
    expect(cloud.calls).toContain("AdminInitiateAuth");
  });

  it("takes DROPCLIP_PASSWORD for theirs, too, where it is set", async () => {
    user.hasLocal(cloud);
    const env = { ...user.env, DROPCLIP_PASSWORD: "wrong" };
    expect(await user.run(["login", "--user", "fan"], { env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Incorrect username or password"),
    });
  });

  it("takes others' password from DROPCLIP_PASSWORD", async () => {
    user.hasLocal(cloud);
    cloud.identity.add({
      userId: "0000000a-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
      email: "me@mine.org",
      groups: [],
      confirmed: true,
      password: "own one",
    });
    const env = { ...user.env, DROPCLIP_PASSWORD: "own one" };
    const run = await user.run(["login", "--user", "me@mine.org"], { env });
    expect(run.stdout).toBe("signed in as me@mine.org at the local cloud\n");
  });

  it("asks for it on the terminal, unseen", async () => {
    user.hasLocal(cloud);
    cloud.identity.add({
      userId: "0000000a-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
      email: "me@mine.org",
      groups: [],
      confirmed: true,
      password: "own one",
    });
    const run = await user.run(["login", "--user", "me@mine.org"], { stdin: new Keyboard("own one\r") });
    expect(run).toMatchObject({ code: 0, stderr: "password of me@mine.org: \n" });
  });

  it("stops at Ctrl-C while it asks", async () => {
    user.hasLocal(cloud);
    const run = await user.run(["login", "--user", "me@mine.org"], { stdin: new Keyboard("own\u0003") });
    expect(run).toMatchObject({ code: 130, stderr: "password of me@mine.org: \ndropclip: stopped\n" });
  });

  it("says so when none was given", async () => {
    user.hasLocal(cloud);
    const run = await user.run(["login", "--user", "me@mine.org"]);
    expect(run.stderr).toContain("dropclip: no password was given\n");
  });

  it("says so when Cognito does not take it", async () => {
    user.hasLocal(cloud);
    const env = { ...user.env, DROPCLIP_PASSWORD: "guessed" };
    expect(await user.run(["login", "--user", "me@mine.org"], { env })).toMatchObject({
      code: 1,
      stderr: "dropclip: me@mine.org cannot sign in: Incorrect username or password.\n",
    });
  });

  it("says so when a password is not enough", async () => {
    user.hasLocal(cloud);
    cloud.identity.challenge = "SOFTWARE_TOKEN_MFA";
    expect((await user.run(["login", "--user", "fan"])).stderr).toBe(
      "dropclip: Cognito asks fan@example.com for more than a password (SOFTWARE_TOKEN_MFA): sign in with the browser\n",
    );
  });

  it("on a stage acts with the user's own AWS credentials, in the stage's region", async () => {
    cloud.parameters.set("/dropclip/beta/outputs", JSON.stringify(cloud.outputs("beta")));
    const keys = { AWS_ACCESS_KEY_ID: "AKIAUSER", AWS_SECRET_ACCESS_KEY: "s" };
    const env = { ...user.env, ...keys, AWS_ENDPOINT_URL: cloud.base, DROPCLIP_PASSWORD: "Dropclip-2026" };
    const run = await user.run(["login", "--user", "fan@example.com", "--stage", "beta"], { env });
    expect(run).toMatchObject({ code: 0, stdout: "signed in as fan@example.com (fan) at stage beta\n" });
    // A stage has no seeded users.
    const other = await user.run(["login", "--user", "fan", "--stage", "beta"], { env });
    expect(other.stderr).toBe("dropclip: fan cannot sign in: Incorrect username or password.\n");
  });
});
