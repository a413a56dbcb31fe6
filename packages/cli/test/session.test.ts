import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeDurably } from "../src/files/durable.ts";
import { lock } from "../src/files/lock.ts";
import { signedIn } from "../src/identity/tokens.ts";
import { InstantClock, User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";
import { CLIENT_ID } from "./support/test-identity.ts";

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

/** A clock that has advanced by this much. */
function later(seconds: number) {
  const clock = new InstantClock();
  void clock.sleep(seconds * 1000);
  return clock;
}

const whoami = (args: string[] = [], clock = later(0)) => user.run(["whoami", "--api", cloud.base, ...args], { clock });
const folder = () => join(user.env.XDG_CONFIG_HOME, "dropclip", "users");

/** Signs in by command, so that the tokens expire in an hour of the commands' own clock. */
async function signIn(name = "fan") {
  user.hasLocal(cloud);
  await user.run(["login", "--user", name]);
}

describe("a token", () => {
  beforeEach(() => signIn());

  it("is used as long as it has more than a minute left", async () => {
    expect((await whoami([], later(3539))).code).toBe(0);
    expect(cloud.identity.grants).toEqual([]);
  });

  it("is renewed when it has less, and kept", async () => {
    expect((await whoami([], later(3541))).code).toBe(0);
    expect((await whoami([], later(3600))).code).toBe(0);
    expect(cloud.identity.grants).toEqual(["refresh_token"]);
  });

  it("is renewed with the new refresh token where the issuer gives one", async () => {
    cloud.identity.rotates = true;
    expect((await whoami([], later(3600))).code).toBe(0);
    expect((await whoami([], later(7200))).code).toBe(0);
    expect(cloud.identity.grants).toEqual(["refresh_token", "refresh_token"]);
  });

  it("is renewed when the API does not take it, whatever its time", async () => {
    cloud.identity.tire();
    expect((await whoami()).code).toBe(0);
    expect(cloud.identity.grants).toEqual(["refresh_token"]);
  });

  it("that cannot be renewed says how to sign in", async () => {
    cloud.identity.forget();
    const message = `dropclip: the sign-in of fan@example.com has ended: run \`dropclip login --api ${cloud.base}\`
`;
    expect(await whoami()).toMatchObject({ code: 1, stderr: message });
    expect(await whoami([], later(3600))).toMatchObject({ code: 1, stderr: message });
  });

  it("that the API does not take although it is new says the same", async () => {
    cloud.intercept = (call) => (call === "GET /me" ? { status: 401, body: '{"message":"Unauthorized"}' } : undefined);
    const run = await whoami();
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("the sign-in of fan@example.com has ended");
    expect(cloud.calls.filter((call) => call === "GET /me")).toHaveLength(2);
  });

  it("waits for an issuer that is busy", async () => {
    let failures = 3;
    cloud.intercept = (call) => (call === "POST /oauth2/token" && failures-- > 0 ? { status: 503 } : undefined);
    expect((await whoami([], later(3600))).code).toBe(0);
  });

  it("is renewed once for all requests of a command", async () => {
    const clock = later(3600);
    const files = ["a", "b", "c", "d"].map((name) => user.file(`${name}.png`, 100));
    const run = await user.run(["upload", ...files, "--event", "demo"], { clock });
    expect(run.code).toBe(0);
    expect(cloud.identity.grants).toEqual(["refresh_token"]);
  });

  it("is renewed in the middle of a command that outlasts it", async () => {
    const clock = later(0);
    let wait = 4000;
    cloud.intercept = (call) => {
      if (call !== "PutObject" || wait === 0) return undefined;
      void clock.sleep(wait * 1000);
      wait = 0;
      return undefined;
    };
    expect((await user.run(["upload", user.file("a.png", 100), "--event", "demo"], { clock })).code).toBe(0);
    expect(cloud.identity.grants).toEqual(["refresh_token"]);
  });
});

describe("two processes", () => {
  it("do not renew the same token: the second takes what the first has got", async () => {
    await signIn();
    const [name] = readdirSync(folder()).filter((each) => each.endsWith(".json"));
    const held = lock(join(folder(), `${name}.lock`))!;
    const fresh = signedIn(cloud.identity.issue("fan@example.com"), later(3600).now());
    /** The other process has finished when this one looks for the third time. */
    class Waiting extends InstantClock {
      override async sleep(ms: number) {
        await super.sleep(ms);
        if (this.sleeps.length !== 4) return;
        const stored = { version: 1, api: cloud.base, issuer: cloud.identity.issuer, clientId: CLIENT_ID };
        writeDurably(join(folder(), name!), JSON.stringify({ ...stored, users: [fresh] }));
        held.release();
      }
    }
    const clock = new Waiting();
    await clock.sleep(3_600_000);
    expect((await whoami([], clock)).code).toBe(0);
    expect(clock.sleeps.slice(1)).toEqual([50, 50, 50]);
    expect(cloud.identity.grants).toEqual([]);
  });

  it("do not wait for ever for each other", async () => {
    await signIn();
    const [name] = readdirSync(folder()).filter((each) => each.endsWith(".json"));
    const held = lock(join(folder(), `${name}.lock`))!;
    const run = await whoami([], later(3600));
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("another dropclip holds ") });
    held.release();
  });
});

describe("several users", () => {
  it("are signed in at once; the last one acts, or whom --user names", async () => {
    await user.signIn(cloud, "fan@example.com");
    await user.signIn(cloud, "other-fan@example.com");
    const { userId } = await user.signIn(cloud, "creative@example.com");
    const name = async (...args: string[]) => JSON.parse((await whoami([...args, "--json"])).stdout).name;
    expect(await name()).toBe("creative@example.com");
    expect(await name("--user", "other-fan")).toBe("other-fan@example.com");
    expect(await name("--user", "FAN@example.com")).toBe("fan@example.com");
    expect(await name("--user", userId)).toBe("creative@example.com");
  });

  it("of one name at several addresses have to be told apart", async () => {
    const more = { userId: "0000000a-aaaa-4aaa-8aaa-aaaaaaaaaaaa", groups: ["fan"], confirmed: true };
    cloud.identity.add({ ...more, email: "fan@mine.org" });
    await user.signIn(cloud, "fan@example.com");
    await user.signIn(cloud, "fan@mine.org");
    expect((await whoami(["--user", "fan"])).stderr).toBe("dropclip: --user fan: fan@mine.org or fan@example.com?\n");
  });

  it("whose name is unknown are named", async () => {
    await user.signIn(cloud);
    expect((await whoami(["--user", "bob"])).stderr).toContain("--user bob: not among those signed in at ");
  });

  it("keep their tokens when another's are renewed", async () => {
    await signIn("creative");
    await signIn("fan");
    await whoami([], later(3600));
    expect((await whoami(["--user", "creative"], later(0))).code).toBe(0);
    expect(cloud.identity.grants).toEqual(["refresh_token"]);
  });
});

describe("the seeded users of a local cloud", () => {
  beforeEach(() => user.hasLocal(cloud));

  it("act when no user is signed in, and it is said in one line", async () => {
    const run = await user.run(["uploads", "list"]);
    expect(run).toMatchObject({ code: 0, stderr: "no user is signed in: acting as fan@example.com\n" });
    const made = await user.run(["collections", "create", "Best of", "--json"]);
    expect(made.stderr).toBe("no user is signed in: acting as creative@example.com\n");
    const { userId } = cloud.identity.users.get("creative@example.com")!;
    expect(JSON.parse(made.stdout).creativeId).toBe(userId);
    expect(readdirSync(user.folder)).not.toContain("config");
  });

  it("can be named although they have not signed in", async () => {
    const run = await user.run(["uploads", "list", "--user", "other-fan"]);
    expect(run).toMatchObject({ code: 0, stderr: "acting as other-fan@example.com\n" });
  });

  it("make way for who has signed in", async () => {
    await user.signIn(cloud, "other-fan@example.com");
    const run = await user.run(["uploads", "list"]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(cloud.calls).not.toContain("AdminInitiateAuth");
  });

  it("sign in again when their token is no longer taken", async () => {
    let calls = 0;
    cloud.intercept = (call) => {
      if (call === "GET /me/uploads" && calls++ === 0) cloud.identity.tire();
      return undefined;
    };
    expect((await user.run(["uploads", "list"])).code).toBe(0);
    expect(cloud.calls.filter((call) => call === "AdminInitiateAuth")).toHaveLength(2);
  });

  it("do not act elsewhere", async () => {
    const other = await TestCloud.start();
    const run = await user.run(["uploads", "list", "--api", other.base]);
    expect(run.stderr).toBe(
      `dropclip: no user is signed in at ${other.base}: run \`dropclip login --api ${other.base}\`\n`,
    );
    await other.stop();
  });
});

describe("an API that names another's issuer", () => {
  it("is not sent the tokens that are meant for the other", async () => {
    await user.signIn(cloud);
    const liar = await TestCloud.start();
    liar.identity.base = cloud.base;
    const run = await user.run(["whoami", "--api", liar.base]);
    expect(run.stderr).toContain(`no user is signed in at ${liar.base}`);
    expect(liar.calls).toEqual(["GET /openapi.json"]);
    await liar.stop();
  });
});

describe("a file of tokens", () => {
  it("is named after the API, the issuer and the app's client", async () => {
    await user.signIn(cloud);
    const name = createHash("sha256")
      .update(JSON.stringify([cloud.base, cloud.identity.issuer, CLIENT_ID]))
      .digest("hex");
    expect(readdirSync(folder())).toContain(`${name.slice(0, 32)}.json`);
  });
});
