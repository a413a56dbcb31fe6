import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEMO_EVENT_ID } from "../src/demo.ts";
import { Keyboard, User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";
import { testUpload } from "./support/test-uploads.ts";

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

const remove = (args: string[] = [], typed?: string) =>
  user.run(
    ["account", "delete", "--api", cloud.base, ...args],
    typed === undefined ? {} : { stdin: new Keyboard(typed) },
  );
const signedIn = async () => JSON.parse((await user.run(["whoami", "--api", cloud.base, "--json"])).stdout || "{}");

describe("dropclip account delete", () => {
  it("shows what goes, asks for the address, deletes it all and forgets who was signed in", async () => {
    await user.signIn(cloud, "other-fan@example.com");
    const { userId } = await user.signIn(cloud);
    cloud.api.pictures.set(`picture/${userId}`, { served: { url: "https://cdn.test/me.png", version: "1" } });
    const upload = testUpload({ eventId: DEMO_EVENT_ID, fanId: userId, status: "complete", media: [] });
    for (const uploadId of ["1", "2"]) cloud.uploads.set(uploadId, { ...upload, uploadId });
    const run = await remove([], "Fan@example.com\n");
    expect(run.stderr.replace(cloud.base, "http://localhost:1")).toMatchInlineSnapshot(`
      "account  fan@example.com
      uploads  2
      picture  your profile picture
      permanently delete all of this at http://localhost:1? Type fan@example.com to go on: "
    `);
    expect(run).toMatchObject({ code: 0, stdout: "deleted the account fan@example.com\n" });
    expect([...cloud.api.left]).toEqual([userId]);
    expect(await signedIn()).toMatchObject({ name: "other-fan@example.com", others: [] });
  });

  it.each(["", "\n", "y\n", "yes\n", "creative@example.com\n"])("deletes nothing at %j", async (typed) => {
    await user.signIn(cloud);
    expect(await remove([], typed)).toMatchObject({ code: 1, stdout: "" });
    expect(cloud.calls.filter((call) => call.startsWith("DELETE"))).toEqual([]);
    expect(await signedIn()).toMatchObject({ name: "fan@example.com" });
  });

  it("names a creative's events and collections, and wants --events", async () => {
    const { userId } = await user.signIn(cloud, "creative@example.com");
    for (let event = 1; event <= 11; event++) cloud.api.addEvent({ creativeId: userId, title: `Night ${event}` });
    await user.run(["collections", "create", "Best of", "--api", cloud.base]);
    const refused = await remove([], "creative@example.com\n");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatchInlineSnapshot(`
      "account      creative@example.com
      events       Night 11, Night 10, Night 9, Night 8, Night 7, Night 6, Night 5, Night 4, Night 3, Night 2 and 2 others
                   with their flyers and all that fans sent to them
      collections  Best of
      dropclip: you have 12 events: deleting your account deletes them and all that fans sent to them: add --events
      "
    `);
    expect(cloud.api.left.size).toBe(0);
    const run = await remove(["--events"], "creative@example.com\n");
    expect(run.code).toBe(0);
    expect(cloud.api.events.size).toBe(0);
    expect([...cloud.api.left]).toEqual([userId]);
  });

  it("asks nothing of a script with --yes, and tells it in JSON", async () => {
    const { userId } = await user.signIn(cloud, "creative@example.com");
    expect((await remove()).stderr).toContain("add --events\n");
    expect((await remove(["--events"])).stderr).toContain("There is no terminal to ask on: add --yes\n");
    const run = await remove(["--events", "--yes", "--json"]);
    expect({ ...run, stdout: JSON.parse(run.stdout) }).toMatchObject({
      code: 0,
      stderr: "",
      stdout: { userId, name: "creative@example.com", deleted: true },
    });
  });

  it("assumes nobody: the seeded fan of a local cloud is not deleted by who has not signed in", async () => {
    user.hasLocal(cloud);
    const run = await user.run(["account", "delete", "--yes"]);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain("no user is signed in at the local cloud: run `dropclip login`");
    expect(cloud.api.left.size).toBe(0);
  });

  it("is done although its answer was lost, and asked again", async () => {
    const { userId } = await user.signIn(cloud);
    let lost = 0;
    cloud.lose = (call) => call === "DELETE /me" && lost++ === 0;
    expect((await remove(["--yes"])).code).toBe(0);
    expect(lost).toBe(2);
    expect([...cloud.api.left]).toEqual([userId]);
  });
});
