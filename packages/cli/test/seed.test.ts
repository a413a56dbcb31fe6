import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SEEDED_PASSWORD, SEEDED_USERS, seededUser } from "../src/demo.ts";
import { seedUsers } from "../src/start/seed-users.ts";
import { TestCloud } from "./support/test-cloud.ts";

let cloud: TestCloud;
let directory: string;
beforeEach(async () => {
  cloud = await TestCloud.start();
  cloud.identity.users.clear();
  directory = mkdtempSync(join(tmpdir(), "dropclip-seed-"));
});
afterEach(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

const started = () => ({ ...cloud.facts(), directory });

const known = () => [...cloud.identity.users.values()].toSorted((a, b) => (a.email < b.email ? -1 : 1));

describe("seeding the users", () => {
  it("makes two fans and two creatives who can sign in, and tells their ids", async () => {
    const users = await seedUsers(started());
    expect(known()).toMatchObject(
      [
        ["creative@example.com", "creative"],
        ["fan@example.com", "fan"],
        ["other-creative@example.com", "creative"],
        ["other-fan@example.com", "fan"],
      ].map(([email, group]) => ({ email, groups: [group], password: SEEDED_PASSWORD, confirmed: true })),
    );
    expect(users.creative).toEqual({ userId: known()[0]!.userId, email: "creative@example.com", group: "creative" });
    expect(Object.keys(users)).toEqual(SEEDED_USERS.map(({ name }) => name));
  });

  it("leaves those who are there as they are", async () => {
    const first = await seedUsers(started());
    cloud.identity.users.get("fan@example.com")!.password = "their own";
    cloud.calls.length = 0;
    expect(await seedUsers(started())).toEqual(first);
    expect(cloud.identity.users.get("fan@example.com")!.password).toBe("their own");
    expect(new Set(cloud.calls)).toEqual(new Set(["AdminGetUser", "AdminAddUserToGroup"]));
  });

  it("gives those of an earlier version the new password, once", async () => {
    await seedUsers(started());
    for (const user of cloud.identity.users.values()) user.password = "an earlier one";
    rmSync(join(directory, "seeded-password"));
    await seedUsers(started());
    expect(known().map(({ password }) => password)).toEqual(Array(4).fill(SEEDED_PASSWORD));
    cloud.identity.users.get("fan@example.com")!.password = "their own";
    await seedUsers(started());
    expect(cloud.identity.users.get("fan@example.com")!.password).toBe("their own");
  });

  it("finishes what a start that was cut off has begun", async () => {
    cloud.identity.users.set("fan@example.com", {
      userId: "u",
      email: "fan@example.com",
      groups: [],
      confirmed: false,
    });
    const users = await seedUsers(started());
    expect(users.fan.userId).toBe("u");
    expect(cloud.identity.users.get("fan@example.com")).toMatchObject({ password: SEEDED_PASSWORD, groups: ["fan"] });
  });

  it("needs a user pool", () =>
    expect(seedUsers({ ...started(), issuer: "" })).rejects.toThrow("the graph has no user pool"));
});

describe("a seeded user", () => {
  it("is known by name and by address", () => {
    expect(seededUser("other-fan")?.email).toBe("other-fan@example.com");
    expect(seededUser("Creative@Example.com")?.name).toBe("creative");
    expect(seededUser("bob")).toBeUndefined();
  });
});
