import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Interrupted } from "../src/errors.ts";
import { EVENT_ID, User } from "./support/cli.ts";
import { problem, TestCloud } from "./support/test-cloud.ts";

let cloud: TestCloud;
let user: User;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  await user.signIn(cloud);
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

const command = (...files: string[]) => ["upload", ...files, "--event", EVENT_ID, "--api", cloud.base];
const journals = () =>
  readdirSync(join(user.env.XDG_CONFIG_HOME, "dropclip", "uploads")).filter((name) => name.endsWith(".json"));

/** Runs the command and interrupts it, as Ctrl-C does, when the call arrives; that call is never answered. */
async function interruptAt(at: string, ...files: string[]) {
  const controller = new AbortController();
  cloud.intercept = (call) => {
    if (call !== at) return undefined;
    controller.abort(new Interrupted("SIGINT"));
    return "drop";
  };
  const run = await user.run(command(...files), { signal: controller.signal });
  await cloud.quiet();
  cloud.intercept = () => undefined;
  cloud.calls.length = 0;
  return run;
}

const stored = () => [...cloud.s3.objects.values()];

describe("an upload whose creation was never answered", () => {
  const creates = () => cloud.calls.filter((call) => call.startsWith("POST /events/"));

  it("is made once, however often it is asked for", async () => {
    let lost = 0;
    cloud.lose = (call) => call.startsWith("POST /events/") && lost++ < 2;
    expect((await user.run(command(user.file("photo.png", 500)))).code).toBe(0);
    expect(creates()).toHaveLength(3);
    expect(cloud.uploads.size).toBe(1);
  });

  it.each(["in the same order", "in another order"])(
    "is made once although the command ended there: %s",
    async (how) => {
      const files = [user.file("a.png", 100), user.file("b.png", 200), user.file("clip.mp4", 300)];
      const controller = new AbortController();
      cloud.lose = (call) => {
        if (!call.startsWith("POST /events/")) return false;
        controller.abort(new Interrupted("SIGINT"));
        return true;
      };
      expect((await user.run(command(...files), { signal: controller.signal })).code).toBe(130);
      await cloud.quiet();
      expect(cloud.uploads.size).toBe(1);
      cloud.lose = () => false;
      const run = await user.run(command(...(how === "in another order" ? files.toReversed() : files)));
      expect(run.code).toBe(0);
      expect(cloud.uploads.size).toBe(1);
      expect(
        stored()
          .map(({ length }) => length)
          .toSorted(),
      ).toEqual([100, 200, 300]);
      expect(run.stdout).toContain("a.png  complete\n  content    https://cdn.test/image1.jpg");
    },
  );

  it("is another one when a file has changed since", async () => {
    const file = user.file("photo.png", 500);
    await interruptAt(`POST /events/${EVENT_ID}/uploads`, file);
    appendFileSync(file, "more");
    const run = await user.run(command(file));
    expect(run.code).toBe(0);
    expect(run.stderr).not.toContain("starting anew");
    expect(stored()[0]?.length).toBe(504);
  });

  it("is another one after a refusal: the next run asks anew", async () => {
    const keys: string[] = [];
    cloud.onHeaders = (call, headers) => {
      if (call.startsWith("POST /events/")) keys.push(String(headers["idempotency-key"]));
    };
    cloud.intercept = (call) =>
      call.startsWith("POST /events/") ? problem(409, "event.closed", "not open yet") : undefined;
    const file = user.file("photo.png", 500);
    expect((await user.run(command(file))).code).toBe(2);
    expect(journals()).toEqual([]);
    cloud.intercept = () => undefined;
    expect((await user.run(command(file))).code).toBe(0);
    expect(new Set(keys).size).toBe(2);
  });

  it("of another user is another upload", async () => {
    const file = user.file("clip.mp4", 4500);
    await interruptAt("UploadPart 2", file);
    await user.signIn(cloud, "other-fan@example.com");
    const run = await user.run(command(file));
    expect(run.stderr).not.toContain("going on");
    expect([...cloud.uploads.values()].map(({ fanId }) => fanId)).toEqual(
      ["fan@example.com", "other-fan@example.com"].map((email) => cloud.identity.users.get(email)!.userId),
    );
  });
});

describe("a journal of an earlier version", () => {
  it("is no hindrance", async () => {
    const file = user.file("clip.mp4", 4500);
    await interruptAt("UploadPart 2", file);
    const journal = join(user.env.XDG_CONFIG_HOME, "dropclip", "uploads", journals()[0]!);
    writeFileSync(journal, JSON.stringify({ ...JSON.parse(readFileSync(journal, "utf8")), version: 1 }));
    writeFileSync(join(user.env.XDG_CONFIG_HOME, "dropclip", "fan.json"), '{"fanId":"me"}');
    expect((await user.run(command(file))).code).toBe(0);
  });
});
