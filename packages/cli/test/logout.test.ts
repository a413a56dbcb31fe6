import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { User } from "./support/cli.ts";
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

const folder = () => join(user.env.XDG_CONFIG_HOME, "dropclip", "users");
const kept = () => {
  const [name] = readdirSync(folder()).filter((each) => each.endsWith(".json"));
  return JSON.parse(readFileSync(join(folder(), name!), "utf8"));
};

describe("dropclip whoami", () => {
  const whoami = (...args: string[]) => user.run(["whoami", "--api", cloud.base, ...args]);

  it("shows the user as the API knows them, and who else is signed in", async () => {
    await user.signIn(cloud, "creative@example.com");
    const { userId } = await user.signIn(cloud);
    cloud.api.pictures.set(`picture/${userId}`, { served: { url: "https://cdn.test/me.png", version: "1" } });
    const { stdout } = await whoami();
    expect(stdout.replaceAll(cloud.base, "http://localhost:1")).toMatchInlineSnapshot(`
      "user            fan@example.com
      id              00000001-aaaa-4aaa-8aaa-aaaaaaaaaaaa
      groups          fan
      at              http://localhost:1
      picture         https://cdn.test/me.png
      also signed in  creative@example.com
      "
    `);
    const other = JSON.parse((await whoami("--user", "creative", "--json")).stdout);
    expect(other).toMatchObject({ name: "creative@example.com", groups: ["creative"], others: ["fan@example.com"] });
  });

  it("does not take the seeded fan of a local cloud for signed in", async () => {
    user.hasLocal(cloud);
    expect(await user.run(["whoami"])).toMatchObject({
      code: 1,
      stderr: "dropclip: no user is signed in at the local cloud: run `dropclip login`\n",
    });
  });
});

describe("dropclip logout", () => {
  const logout = (...args: string[]) => user.run(["logout", "--api", cloud.base, ...args]);
  const names = () => kept().users.map(({ name }: { name: string }) => name);

  it("forgets who signed in last and has the tokens revoked", async () => {
    await user.signIn(cloud, "creative@example.com");
    const { refreshToken } = await user.signIn(cloud);
    expect((await logout()).stdout).toBe(`signed out fan@example.com at ${cloud.base}\n`);
    expect(cloud.identity.revoked).toEqual([refreshToken]);
    expect(names()).toEqual(["creative@example.com"]);
  });

  it("forgets another with --user, everybody with --all", async () => {
    for (const name of ["fan", "other-fan", "creative"]) await user.signIn(cloud, `${name}@example.com`);
    await logout("--user", "fan");
    expect(names()).toEqual(["creative@example.com", "other-fan@example.com"]);
    const { stdout } = await logout("--all", "--json");
    expect(JSON.parse(stdout)).toEqual({ signedOut: ["creative@example.com", "other-fan@example.com"], signedIn: [] });
    expect(readdirSync(folder()).filter((name) => name.endsWith(".json"))).toEqual([]);
  });

  it("is no failure when no user is signed in, unless a name was given", async () => {
    expect(await logout()).toMatchObject({ code: 0, stdout: `no user was signed in at ${cloud.base}\n` });
    await user.signIn(cloud);
    expect((await logout("--user", "creative")).stderr).toBe(
      `dropclip: --user creative: not among those signed in at ${cloud.base} (fan@example.com): run \`dropclip login --api ${cloud.base}\`\n`,
    );
  });

  it("forgets them although they cannot be revoked, and says so", async () => {
    await user.signIn(cloud);
    cloud.intercept = (call) => (call === "POST /oauth2/revoke" ? { status: 503 } : undefined);
    const run = await logout();
    expect(run).toMatchObject({ code: 0, stdout: `signed out fan@example.com at ${cloud.base}\n` });
    expect(run.stderr).toContain("the tokens could not be revoked, they expire by themselves: ");
  });
});

describe("a damaged file of tokens", () => {
  it("is named", async () => {
    await user.signIn(cloud);
    const [name] = readdirSync(folder()).filter((each) => each.endsWith(".json"));
    writeFileSync(join(folder(), name!), "{");
    const run = await user.run(["whoami", "--api", cloud.base]);
    expect(run.stderr).toBe(`dropclip: ${join(folder(), name!)} is damaged: delete it and run \`dropclip login\`\n`);
  });
});
