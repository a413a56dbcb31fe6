import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DEMO_EVENT_ID } from "../src/demo.ts";
import { EVENT_ID, Keyboard, Recorder, User } from "./support/cli.ts";
import { problem, TestCloud } from "./support/test-cloud.ts";

let cloud: TestCloud;
let user: User;
let creativeId: string;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  user.hasLocal(cloud);
  vi.stubEnv("TZ", "Europe/Berlin");
  creativeId = (await user.signIn(cloud, "creative@example.com")).userId;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  user.leave();
  await cloud.stop();
});

const events = (...args: string[]) => user.run(["events", ...args]);
const parsed = async (...args: string[]) => JSON.parse((await events(...args, "--json")).stdout);
const demo = () => cloud.api.events.get(DEMO_EVENT_ID)!;

describe("dropclip events create", () => {
  it("makes an event of what the options say, and shows it", async () => {
    const run = await events(
      ...[
        "create",
        "Summer night",
        "--venue",
        "The Barn",
        "--starts",
        "2026-06-01 20:00",
        "--ends",
        "2026-06-01T23:00Z",
      ],
      ...["--opens", "2026-06-01", "--closes", "2026-06-02T12:00+02:00", "--takes", "videos", "--video-size", "2GB"],
      ...["--video-length", "3m", "--image-size", "10MB", "--per-fan", "5"],
    );
    const [, made] = [...cloud.api.events.values()];
    expect(made).toMatchObject({
      creativeId,
      title: "Summer night",
      venue: "The Barn",
      startsAt: "2026-06-01T18:00:00.000Z",
      endsAt: "2026-06-01T23:00:00.000Z",
      opensAt: "2026-05-31T22:00:00.000Z",
      closesAt: "2026-06-02T10:00:00.000Z",
      contentTypes: ["video"],
      videoBytes: 2e9,
      videoDurationMs: 180_000,
      imageBytes: 1e7,
      uploadsPerFan: 5,
    });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout.replace(made!.eventId, "ID")).toMatchInlineSnapshot(`
      "event     ID
      title     Summer night
      venue     The Barn
      starts    2026-06-01 18:00:00Z
      ends      2026-06-01 23:00:00Z
      uploads   from 2026-05-31 22:00:00Z until 2026-06-02 10:00:00Z, 5 per fan
      takes     videos up to 2.0 GB and 3 min 00 s
      creative  00000003-aaaa-4aaa-8aaa-aaaaaaaaaaaa
      "
    `);
  });

  it("leaves to the API what was not said", async () => {
    let sent = "";
    cloud.onBody = (call, body) => {
      if (call === "POST /events") sent = body;
    };
    await events("create", "Plain");
    expect(JSON.parse(sent)).toEqual({ title: "Plain" });
  });

  it("makes one event although the first answer is lost", async () => {
    let lost = 0;
    cloud.lose = (call) => call === "POST /events" && lost++ === 0;
    expect((await events("create", "Once")).code).toBe(0);
    expect(cloud.calls.filter((call) => call === "POST /events")).toHaveLength(2);
    expect([...cloud.api.events.values()].filter(({ title }) => title === "Once")).toHaveLength(1);
  });

  it("is refused to a fan with exit code 2", async () => {
    await user.signIn(cloud, "fan@example.com");
    expect(await events("create", "Mine")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: "dropclip: Only a creative may do this.\n",
    });
  });

  it.each([
    [["--starts", "soon"], "A time is one like"],
    [["--video-size", "big"], "A size is a number and a unit"],
    [["--video-length", "10"], "A duration is a number and a unit"],
    [["--takes", "sound"], "Kinds are video and image"],
    [["--per-fan", "0"], "A number of uploads is a number from 1 to 10000."],
  ])("does not understand %j", async (options, message) => {
    const run = await events("create", "Odd", ...options);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(message);
    expect(cloud.calls).toEqual([]);
  });
});

describe("dropclip events list", () => {
  beforeEach(() => {
    const more = { venue: "The Barn", startsAt: "2026-06-01T18:00:00.000Z" };
    cloud.api.addEvent({ ...more, eventId: EVENT_ID, creativeId: "someone else", title: "Other\u001b[31m night" });
  });

  it("shows all, newest first, to anybody", async () => {
    const run = await events("list");
    expect(run.stdout).toMatchInlineSnapshot(`
      "event                                 title        venue     starts                takes uploads until
      01900000-0000-7000-8000-00000000aaaa  Other night  The Barn  2026-06-01 18:00:00Z  2126-01-02 03:04:05Z
      01900000-0000-7000-8000-000000000001  Demo night                                   2126-01-02 03:04:05Z
      "
    `);
    expect(cloud.calls).toEqual(["GET /events"]);
  });

  it("fits the terminal", async () => {
    const stdout = new Recorder(90);
    await user.run(["events", "list"], { stdout });
    expect(Math.max(...stdout.text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("shows one creative's, or one's own", async () => {
    const ids = async (...args: string[]) =>
      (await parsed("list", ...args)).map(({ eventId }: { eventId: string }) => eventId);
    expect(await ids("--mine")).toEqual([DEMO_EVENT_ID]);
    expect(await ids("--creative", creativeId)).toEqual([DEMO_EVENT_ID]);
    expect((await events("list", "--mine", "--creative", creativeId)).stderr).toContain("cannot be used with");
    expect((await events("list", "--creative", "me")).stderr).toBe("dropclip: --creative me: not a UUID\n");
  });

  it("follows the pages up to the limit, and says that there is more", async () => {
    for (let count = 0; count < 5; count++) cloud.api.addEvent({ creativeId, title: `Night ${count}` });
    cloud.api.pageSize = 2;
    const run = await events("list", "--limit", "3", "--json");
    expect(JSON.parse(run.stdout).map(({ title }: { title: string }) => title)).toEqual([
      "Night 4",
      "Night 3",
      "Night 2",
    ]);
    expect(run.stderr).toBe("there are more than these 3: use --limit to see them\n");
    expect((await parsed("list")).length).toBe(7);
    expect(cloud.calls).toHaveLength(6);
  });

  it("says so when there are none", async () => {
    cloud.api.events.clear();
    expect((await events("list")).stdout).toBe("no events\n");
    expect((await events("list", "--json")).stdout).toBe("[]\n");
  });
});

describe("dropclip events show", () => {
  it("shows the seeded event as demo", async () => {
    expect((await events("show", "demo")).stdout).toContain(`event     ${DEMO_EVENT_ID}\ntitle     Demo night\n`);
    expect((await parsed("show", DEMO_EVENT_ID.toUpperCase())).title).toBe("Demo night");
  });

  it("says what there is not, exit code 2", async () => {
    expect(await events("show", EVENT_ID)).toMatchObject({ code: 2, stderr: "dropclip: There is no such event.\n" });
    expect(await events("show", "../me")).toMatchObject({ code: 1, stderr: "dropclip: event ../me: not a UUID\n" });
  });
});

describe("dropclip events media", () => {
  it("lists what is published by the names other commands take", async () => {
    const uploadId = "019a0000-0000-7000-8000-000000000001";
    const at = { eventId: DEMO_EVENT_ID, uploadId };
    cloud.api.published = [
      { ...at, mediaId: "image1", contentType: "image" },
      { ...at, mediaId: "video", contentType: "video" },
    ];
    expect((await events("media", "demo")).stdout).toMatchInlineSnapshot(`
      "media                                        kind        size  length  published             content
      019a0000-0000-7000-8000-000000000001/image1  image  1920×1080          2026-01-02 03:04:05Z  https://cdn.test/019a0000-0000-7000-8000-000000000001/image1.jpg
      019a0000-0000-7000-8000-000000000001/video   video  1920×1080  30.0 s  2026-01-02 03:04:05Z  https://cdn.test/019a0000-0000-7000-8000-000000000001/video.mp4
      "
    `);
    for (const option of ["--content-type", "--type"]) {
      const found = await parsed("media", "demo", option, "video");
      expect(found.map(({ mediaId }: { mediaId: string }) => mediaId)).toEqual(["video"]);
      expect((await events("media", "demo", option, "sound")).stderr).toContain("Allowed choices are video, image.");
    }
    expect((await events("media", "--help")).stdout).not.toContain("--type");
  });
});

describe("dropclip events update", () => {
  it("changes what is named only, and takes away what is to go", async () => {
    Object.assign(demo(), { venue: "The Barn", startsAt: "2026-06-01T18:00:00.000Z" });
    const changed = await parsed("update", "demo", "--title", "Last night", "--no-venue", "--ends", "2026-07-01 01:00");
    expect(changed).toMatchObject({ title: "Last night", startsAt: "2026-06-01T18:00:00.000Z" });
    expect(changed).toMatchObject({ endsAt: "2026-06-30T23:00:00.000Z" });
    expect(changed).not.toHaveProperty("venue");
  });

  it("needs something to change", async () => {
    const run = await events("update", "demo");
    expect(run).toMatchObject({ code: 1, stderr: "dropclip: nothing to change: say what, for example --title\n" });
    expect(cloud.calls).toEqual([]);
  });

  it("finds no other creative's event", async () => {
    await user.signIn(cloud, "other-creative@example.com");
    expect((await events("update", "demo", "--title", "Mine")).code).toBe(2);
  });
});

describe("dropclip events delete", () => {
  it("asks on a terminal, and deletes at a yes", async () => {
    const run = await user.run(["events", "delete", "demo"], { stdin: new Keyboard("y\n") });
    expect(run).toMatchObject({ code: 0, stdout: 'deleted the event "Demo night"\n' });
    expect(run.stderr).toBe('delete the event "Demo night" and everything that was sent to it? [y/N] ');
    expect(cloud.api.events.size).toBe(0);
  });

  it("deletes nothing at anything else", async () => {
    const run = await user.run(["events", "delete", "demo"], { stdin: new Keyboard("\n") });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("dropclip: nothing was deleted\n");
    expect(cloud.api.events.size).toBe(1);
  });

  it("needs --yes where there is no terminal, and then does not ask", async () => {
    expect((await events("delete", "demo")).stderr).toContain("There is no terminal to ask on: add --yes\n");
    const run = await events("delete", "demo", "--yes", "--json");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(run.stdout)).toEqual({ eventId: DEMO_EVENT_ID, deleted: true });
  });

  it("has succeeded although the first answer was lost", async () => {
    let lost = 0;
    cloud.lose = (call) => call.startsWith("DELETE ") && lost++ === 0;
    expect((await events("delete", "demo", "--yes")).code).toBe(0);
    expect(cloud.calls.filter((call) => call.startsWith("DELETE "))).toHaveLength(2);
  });
});

describe("a quota that is used up", () => {
  it("is a refusal at once: no waiting helps", async () => {
    cloud.intercept = (call) =>
      call === "POST /events" ? problem(429, "event.too_many", "You have used them all.") : undefined;
    expect(await events("create", "More")).toMatchObject({
      code: 2,
      sleeps: [],
      stderr: "dropclip: You have used them all.\n",
    });
  });

  it("is waited out when the API says for how long", async () => {
    let refused = 0;
    cloud.intercept = (call) =>
      call === "POST /events" && refused++ === 0
        ? problem(429, "request.too_many", "At most 120 such calls a minute are taken.", { "retry-after": "9" })
        : undefined;
    const run = await events("create", "More");
    expect(run).toMatchObject({ code: 0, sleeps: [9000] });
    expect(run.stderr).toContain("At most 120 such calls a minute are taken.; trying again in 9.0 s\n");
  });
});
