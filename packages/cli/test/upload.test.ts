import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEMO_EVENT_ID } from "../src/demo.ts";
import { contentOf, EVENT_ID, User } from "./support/cli.ts";
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

const to = (...more: string[]) => ["--event", EVENT_ID, "--api", `${cloud.base}/`, ...more];

describe("dropclip upload", () => {
  it("sends a small file in one request, a large one in parts, and prints where they are served", async () => {
    const run = await user.run(["upload", user.file("clip.MOV", 4500), user.file("photo.jpg", 700), ...to()]);
    expect(run.stdout).toBe(
      [
        "clip.MOV  complete",
        "  content    https://cdn.test/video.mp4",
        "  stream     https://cdn.test/video/index.m3u8",
        "  thumbnail  https://cdn.test/video.jpg",
        "photo.jpg  complete",
        "  content    https://cdn.test/image1.jpg",
        "  thumbnail  https://cdn.test/image1.webp",
        "",
      ].join("\n"),
    );
    expect(run.code).toBe(0);
    expect([...cloud.s3.objects.values()]).toEqual([contentOf(700), contentOf(4500)]);
    expect(cloud.s3Calls().toSorted()).toEqual([
      "CompleteMultipartUpload",
      "PutObject",
      ...[1, 2, 3, 4, 5].map((part) => `UploadPart ${part}`),
    ]);
  });

  it("tells the API name, content type and size of each file, and the token who sends them", async () => {
    const { userId } = await user.signIn(cloud, "other-fan@example.com");
    await user.run(["upload", user.file("a.heic", 10), user.file("b.3gp", 20), ...to()]);
    const [upload] = [...cloud.uploads.values()];
    expect(upload).toMatchObject({ eventId: EVENT_ID, fanId: userId });
    expect(upload?.media.map(({ fileName, type, bytes }) => [fileName, type, bytes])).toEqual([
      ["a.heic", "image/heic", 10],
      ["b.3gp", "video/3gpp", 20],
    ]);
  });

  it("signs parts sixteen at a time, not one by one", async () => {
    await user.run(["upload", user.file("clip.mp4", 20_500), ...to()]);
    const signed = cloud.calls.filter((call) => call.endsWith("/sign"));
    // 16 parts, 5 parts, complete.
    expect(signed).toHaveLength(3);
  });

  it("prints the record as the only line on stdout with --json", async () => {
    const run = await user.run(["upload", user.file("photo.png", 100), ...to("--json")]);
    expect(run.stdout.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(run.stdout)).toMatchObject({
      status: "complete",
      media: [{ mediaId: "image1", status: "complete" }],
    });
    expect(run.stderr).toContain("photo.png: sent");
  });

  it("follows the processing twice a second while it moves, and asks for changes only", async () => {
    const run = await user.run(["upload", user.file("photo.png", 100), ...to()]);
    expect(run.sleeps).toEqual([500, 625, 500, 625]);
    expect(run.stderr).toContain("photo.png: processing, 50 %\n");
  });

  it("sends as another signed-in user with --user", async () => {
    await user.signIn(cloud, "other-fan@example.com");
    await user.run(["upload", user.file("a.png", 10), ...to("--user", "fan")]);
    expect([...cloud.uploads.values()][0]?.fanId).toBe(cloud.identity.users.get("fan@example.com")?.userId);
  });

  it("to the local cloud is the seeded fan's when no user is signed in, and says so", async () => {
    const guest = new User();
    guest.hasLocal(cloud);
    const run = await guest.run(["upload", guest.file("a.png", 10), "--event", "demo"]);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/^no user is signed in: acting as fan@example\.com\n/);
    expect([...cloud.uploads.values()][0]?.fanId).toBe(cloud.identity.users.get("fan@example.com")?.userId);
    guest.leave();
  });

  it("elsewhere says how to sign in when nobody is", async () => {
    const guest = new User();
    const run = await guest.run(["upload", guest.file("a.png", 10), ...to()]);
    expect(run).toMatchObject({
      code: 1,
      stderr: `dropclip: no user is signed in at ${cloud.base}: run \`dropclip login --api ${cloud.base}\`\n`,
    });
    guest.leave();
  });

  it("takes demo for the seeded event", async () => {
    await user.run(["upload", user.file("a.png", 10), "--event", "demo", "--api", cloud.base]);
    expect([...cloud.uploads.values()][0]?.eventId).toBe(DEMO_EVENT_ID);
  });

  it("forgets a finished upload: the same file can be sent again", async () => {
    const file = user.file("a.png", 10);
    await user.run(["upload", file, ...to()]);
    const run = await user.run(["upload", file, ...to()]);
    expect(run.stderr).not.toContain("going on");
    expect(cloud.uploads.size).toBe(2);
  });

  it("sends a name the terminal must not see as it is", async () => {
    const run = await user.run(["upload", user.file("a\u001b[31m\n.png", 10), ...to()]);
    expect(run.stdout).toMatch(/^a \.png {2}complete\n/);
  });
});

describe("a refusal", () => {
  it("by the API ends with exit code 2 and its message", async () => {
    cloud.intercept = (call) =>
      call.startsWith("POST /events/")
        ? problem(422, "upload.too_large", "clip.mp4 has 6 GB: at most 5 GB")
        : undefined;
    const run = await user.run(["upload", user.file("clip.mp4", 10), ...to("--json")]);
    expect(run).toMatchObject({ code: 2, stdout: "", stderr: "dropclip: clip.mp4 has 6 GB: at most 5 GB\n" });
  });

  it("by the pipeline ends with exit code 2, says why, and still prints the record", async () => {
    const reason = { code: "media.corrupt", message: "The file is damaged." };
    cloud.verdicts.video = { status: "rejected", reason, urls: undefined };
    const files = [user.file("clip.mp4", 10), user.file("a.png", 10)];
    const run = await user.run(["upload", ...files, ...to("--json")]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("dropclip: refused: clip.mp4: The file is damaged. (media.corrupt)\n");
    expect(JSON.parse(run.stdout).media[0].reason).toEqual(reason);
  });

  it("says so beside the file for people", async () => {
    cloud.verdicts.video = {
      status: "rejected",
      reason: { code: "media.corrupt", message: "It is damaged." },
      urls: undefined,
    };
    const run = await user.run(["upload", user.file("clip.mp4", 10), ...to()]);
    expect(run.stdout).toBe("clip.mp4  rejected: It is damaged. (media.corrupt)\n");
  });
});

describe("a failure", () => {
  it("on the server's side ends with exit code 1", async () => {
    cloud.verdicts.image1 = { status: "failed", urls: undefined };
    const run = await user.run(["upload", user.file("a.png", 10), ...to()]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("dropclip: not published: a.png: failed");
  });

  it.each([
    ["missing.mp4", "missing.mp4 does not exist"],
    ["folder.mp4/..", "is not a file"],
    ["empty.mp4", "empty.mp4 is empty"],
    ["notes.txt", "notes.txt is neither a video nor a photo dropclip knows"],
  ])("to find something to send in %s is told before anything is sent", async (name, message) => {
    user.file("empty.mp4", 0);
    user.file("notes.txt", 10);
    const run = await user.run(["upload", join(user.folder, name), ...to()]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(message);
    expect(cloud.calls).toEqual([]);
  });

  it("to name different files is told", async () => {
    const file = user.file("a.png", 10);
    const run = await user.run(["upload", file, join(user.folder, ".", "a.png"), ...to()]);
    expect(run).toMatchObject({ code: 1, stderr: "dropclip: a.png is named twice\n" });
  });

  it("to find the local cloud says how to start it", async () => {
    const run = await user.run(["upload", user.file("a.png", 10), "--event", "demo"]);
    expect(run).toMatchObject({ code: 1, stderr: "dropclip: no local cloud is running: start it with `npm start`\n" });
  });

  it.each([
    [["--event", "tomorrow", "--api", "http://127.0.0.1:1"], "--event tomorrow: not a UUID"],
    [["--event", "demo", "--api", "ftp://127.0.0.1"], "--api ftp://127.0.0.1: not an HTTP URL"],
  ])("to give sensible options is told: %j", async (options, message) => {
    const run = await user.run(["upload", user.file("a.png", 10), ...options]);
    expect(run).toMatchObject({ code: 1, stderr: `dropclip: ${message}\n` });
  });

  it("of the API to speak its own language is told, not crashed on", async () => {
    cloud.intercept = (call) =>
      call.startsWith("POST /events/") ? { status: 201, body: '{"uploadId":7}' } : undefined;
    const run = await user.run(["upload", user.file("a.png", 10), ...to()]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("dropclip: the API's answer is not understood at uploadId");
  });
});
