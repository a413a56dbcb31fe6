import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contentOf, EVENT_ID, InstantClock, User } from "./support/cli.ts";
import { problem, TestCloud } from "./support/test-cloud.ts";
import { failure } from "./support/test-s3.ts";

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

const command = (file: string) => ["upload", file, "--event", EVENT_ID, "--api", cloud.base];

/** Answers the first `times` calls of that name with `answer`. */
function disturb(name: string, times: number, answer: Awaited<ReturnType<TestCloud["intercept"]>>) {
  let left = times;
  cloud.intercept = (call) => (call.startsWith(name) && left-- > 0 ? answer : undefined);
}

describe("a request that fails", () => {
  it("is tried again with doubled delays and full jitter", async () => {
    disturb("PutObject", 4, failure(503, "SlowDown"));
    const run = await user.run(command(user.file("a.png", 300)));
    expect(run.code).toBe(0);
    // random() is 0.5: half of 250, 500, 1000 and 2000 ms.
    expect(run.sleeps.slice(0, 4)).toEqual([125, 250, 500, 1000]);
  });

  it.each([["PutObject"], ["POST /events/"], ["POST /uploads/"], ["GET /uploads/"]])(
    "at %s by a lost connection is tried again",
    async (name) => {
      disturb(name, 2, "drop");
      expect((await user.run(command(user.file("a.png", 300)))).code).toBe(0);
      expect([...cloud.s3.objects.values()]).toEqual([contentOf(300)]);
    },
  );

  it.each([
    [500, "InternalError"],
    [429, "TooManyRequests"],
    [408, "RequestTimeout"],
    [400, "RequestTimeout"],
    [409, "ConditionalRequestConflict"],
  ])("with %i %s is tried again", async (status, code) => {
    disturb("PutObject", 1, failure(status, code));
    expect((await user.run(command(user.file("a.png", 300)))).code).toBe(0);
  });

  it("waits at least as long as the server asks, and says so", async () => {
    disturb("POST /events/", 1, problem(503, "internal", "busy", { "retry-after": "7" }));
    const run = await user.run(command(user.file("a.png", 300)));
    expect(run.sleeps[0]).toBe(7000);
    expect(run.stderr).toContain("busy (request r-1); trying again in 7.0 s\n");
  });

  it("understands a date in Retry-After", async () => {
    const clock = new InstantClock();
    const at = new Date(clock.now() + 9000).toUTCString();
    disturb("PutObject", 1, { ...failure(503, "SlowDown"), headers: { "retry-after": at } });
    await user.run(command(user.file("a.png", 300)), { clock });
    expect(clock.sleeps[0]).toBe(9000);
  });

  it("is not waited for by the hour", async () => {
    disturb("POST /events/", 1, problem(503, "internal", "down", { "retry-after": "3600" }));
    const run = await user.run(command(user.file("a.png", 300)));
    expect(run).toMatchObject({
      code: 1,
      sleeps: [],
      stderr: expect.stringContaining("the server asks to wait 3600 s"),
    });
  });

  it("eight times is given up with exit code 1, and a word on going on later", async () => {
    disturb("PutObject", 100, failure(503, "SlowDown"));
    const run = await user.run(command(user.file("a.png", 300)));
    expect(run.code).toBe(1);
    expect(cloud.s3Calls()).toHaveLength(8);
    expect(run.sleeps).toEqual([125, 250, 500, 1000, 2000, 4000, 8000]);
    expect(run.stderr).toContain(
      "run the same command again to continue where this one stopped\ndropclip: a.png: S3 answered 503 SlowDown: SlowDown happened; gave up after 8 attempts\n",
    );
  });

  it("for good is not tried again", async () => {
    disturb("PutObject", 1, failure(400, "EntityTooLarge"));
    const run = await user.run(command(user.file("a.png", 300)));
    expect(run).toMatchObject({ code: 1, sleeps: [] });
    expect(run.stderr).toContain("a.png: S3 answered 400 EntityTooLarge: EntityTooLarge happened");
  });

  it("on one part stops the others", async () => {
    disturb("UploadPart 2", 1, failure(400, "InvalidArgument"));
    const run = await user.run(command(user.file("clip.mp4", 60_000)));
    expect(run.code).toBe(1);
    expect(cloud.s3Calls().length).toBeLessThan(20);
  });

  it("before anyone listens is given up with the address", async () => {
    const base = cloud.base;
    await cloud.stop();
    const run = await user.run(["upload", user.file("a.png", 10), "--event", EVENT_ID, "--api", base]);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(new RegExp(`dropclip: ${base}: connect ECONNREFUSED .*; gave up after 8 attempts`));
    cloud = await TestCloud.start();
  });
});

describe("a signature", () => {
  it("that has expired is renewed before it is used", async () => {
    const clock = new InstantClock();
    cloud.now = () => clock.now();
    // While the first part waits as long as the server asked, all signatures expire.
    cloud.intercept = (call) =>
      call === "UploadPart 1" && clock.sleeps.length === 0
        ? { ...failure(503, "SlowDown"), headers: { "retry-after": "290" } }
        : undefined;
    cloud.signedMs = 280_000;
    const run = await user.run(command(user.file("clip.mp4", 4500)), { clock });
    expect(run.code).toBe(0);
    expect([...cloud.s3.objects.values()]).toEqual([contentOf(4500)]);
    expect(cloud.calls.filter((call) => call.endsWith("/sign")).length).toBeGreaterThan(3);
  });

  it("that S3 finds expired, whatever our clock says, is renewed", async () => {
    disturb("PutObject", 1, failure(403, "AccessDenied", "Request has expired"));
    const run = await user.run(command(user.file("a.png", 300)));
    expect(run.code).toBe(0);
    expect(cloud.calls.filter((call) => call.endsWith("/sign"))).toHaveLength(2);
  });

  it("of an expired role session is renewed", async () => {
    disturb("PutObject", 1, failure(400, "ExpiredToken"));
    expect((await user.run(command(user.file("a.png", 300)))).code).toBe(0);
  });

  it("that S3 never likes is not renewed for ever", async () => {
    disturb("PutObject", 100, failure(403, "SignatureDoesNotMatch", "not as signed"));
    const run = await user.run(command(user.file("a.png", 300)));
    expect(run.code).toBe(1);
    expect(cloud.s3Calls()).toHaveLength(3);
    expect(run.stderr).toContain("a.png: S3 answered 403 SignatureDoesNotMatch: not as signed");
  });
});
