import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEMO_EVENT_ID } from "../src/demo.ts";
import { contentOf, EVENT_ID, Keyboard, Recorder, User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";
import { failure } from "./support/test-s3.ts";

let cloud: TestCloud;
let user: User;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  await user.signIn(cloud, "creative@example.com");
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

const flyer = (...args: string[]) => user.run(["flyer", ...args, "--api", cloud.base]);
const set = (file: string, ...more: string[]) => flyer("set", "demo", file, ...more);
const picture = () => cloud.api.pictures.get(`flyer/${DEMO_EVENT_ID}`)!;

describe("dropclip flyer set", () => {
  it("sends the file by the form, waits until the event has it, and shows where", async () => {
    cloud.api.looks = 3;
    const run = await set(user.file("poster.png", 70_000));
    expect(run.code).toBe(0);
    expect(run.stdout).toBe(`flyer  ${picture().served!.url}\n`);
    expect(run.stderr).toBe(
      [
        ...[0, 75].map((percent) => `poster.png: sending, ${percent} % of 70.0 kB`),
        ...["poster.png: sent", "poster.png: processing, 0 %", "poster.png: complete", ""],
      ].join("\n"),
    );
    expect([...cloud.s3.objects.values()]).toEqual([contentOf(70_000)]);
    expect(run.sleeps).toEqual([250, 375]);
  });

  it("prints the event's flyer as JSON with --json", async () => {
    const run = await set(user.file("poster.png", 10), "--json");
    const { served, offer } = picture();
    expect(JSON.parse(run.stdout)).toEqual({ flyer: served, upload: offer });
  });

  it("ends with exit code 2 when the picture is none", async () => {
    const reason = { code: "image.not_a_picture", message: "This file does not contain a picture." };
    cloud.api.verdict = { status: "rejected", reason };
    const run = await set(user.file("poster.png", 10));
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(
      "dropclip: refused: poster.png: This file does not contain a picture. (image.not_a_picture)\n",
    );
    expect((await flyer("show", "demo")).stdout).toBe(
      "flyer      none\nsent last  rejected: This file does not contain a picture. (image.not_a_picture)\n",
    );
  });

  it("ends with exit code 2 when the form does not take it", async () => {
    cloud.formBytes = 5;
    const run = await set(user.file("poster.png", 10));
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("dropclip: poster.png: S3 answered 400 EntityTooLarge: ");
  });

  it("sends again what a busy S3 or a lost connection has not taken", async () => {
    const answers = [failure(503, "SlowDown"), "drop" as const];
    cloud.intercept = (call) => (call === "PostObject" ? answers.shift() : undefined);
    const run = await set(user.file("poster.png", 1000));
    expect(run.code).toBe(0);
    expect(cloud.s3Calls()).toEqual(["PostObject", "PostObject"]);
    expect([...cloud.s3.objects.values()]).toEqual([contentOf(1000)]);
  });

  it("sends a name that would break out of its quotes", async () => {
    expect((await set(user.file('a"\r\nx: y.png', 10))).code).toBe(0);
    expect([...cloud.s3.objects.values()]).toEqual([contentOf(10)]);
  });

  it("notices that another one was set meanwhile", async () => {
    cloud.onBody = (call) => {
      if (call === `GET /events/${DEMO_EVENT_ID}/flyer`) picture().offer!.version = "another";
    };
    const run = await set(user.file("poster.png", 10));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("dropclip: poster.png: another picture was set meanwhile\n");
  });

  it("does not wait for ever", async () => {
    cloud.api.looks = Number.POSITIVE_INFINITY;
    const run = await set(user.file("poster.png", 10));
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("dropclip: poster.png was sent, but is not processed yet\n");
    expect(run.sleeps.reduce((sum, ms) => sum + ms)).toBeLessThan(125_000);
  });

  it("sends no video, nor what is not there", async () => {
    expect((await set(user.file("clip.mp4", 10))).stderr).toBe("dropclip: clip.mp4 is a video, not a picture\n");
    expect((await set("nowhere.png")).stderr).toBe("dropclip: nowhere.png does not exist\n");
    expect(cloud.calls).toEqual([]);
  });

  it("finds no event of another's", async () => {
    expect((await flyer("set", EVENT_ID, user.file("poster.png", 10))).code).toBe(2);
  });

  it("draws a bar on a terminal", async () => {
    const stderr = new Recorder(100);
    const args = ["flyer", "set", "demo", user.file("poster.png", 10), "--api", cloud.base];
    await user.run(args, { stderr });
    expect(stderr.text).toContain("█");
  });
});

describe("dropclip flyer show", () => {
  it("shows the flyer that is served, and nothing of the last one once it is that", async () => {
    await set(user.file("poster.png", 10));
    expect((await flyer("show", "demo")).stdout).toBe(`flyer  ${picture().served!.url}\n`);
    expect((await user.run(["events", "show", "demo", "--api", cloud.base])).stdout).toContain(picture().served!.url);
  });
});

describe("dropclip flyer delete", () => {
  it("asks, and takes the flyer away", async () => {
    await set(user.file("poster.png", 10));
    const args = ["flyer", "delete", "demo", "--api", cloud.base];
    expect((await user.run(args, { stdin: new Keyboard("n\n") })).code).toBe(1);
    expect(picture().served).toBeDefined();
    const run = await user.run(args, { stdin: new Keyboard("y\n") });
    expect(run).toMatchObject({ code: 0, stdout: 'the flyer of the event "Demo night" is removed\n' });
    expect(run.stderr).toBe('remove the flyer of the event "Demo night"? [y/N] ');
    expect((await flyer("show", "demo")).stdout).toBe("flyer  none\n");
    // There is none any more, which is no error.
    const again = await flyer("delete", "demo", "--yes", "--json");
    expect(JSON.parse(again.stdout)).toEqual({ eventId: DEMO_EVENT_ID, deleted: true });
  });
});

describe("dropclip picture delete", () => {
  it("takes the user's own picture away", async () => {
    const { userId } = await user.signIn(cloud, "fan@example.com");
    await user.run(["picture", "set", user.file("me.jpg", 300), "--api", cloud.base]);
    const args = ["picture", "delete", "--api", cloud.base];
    expect((await user.run(args)).stderr).toContain("There is no terminal to ask on: add --yes\n");
    expect(cloud.api.pictures.has(`picture/${userId}`)).toBe(true);
    expect((await user.run([...args, "--yes"])).stdout).toBe("the picture is removed\n");
    expect(cloud.api.pictures.has(`picture/${userId}`)).toBe(false);
    expect(JSON.parse((await user.run([...args, "--yes", "--json"])).stdout)).toEqual({ deleted: true });
  });
});

describe("dropclip picture set", () => {
  it("sends the user's own picture, and whoami shows it", async () => {
    const { userId } = await user.signIn(cloud, "fan@example.com");
    const run = await user.run(["picture", "set", user.file("me.jpg", 300), "--api", cloud.base]);
    const { served } = cloud.api.pictures.get(`picture/${userId}`)!;
    expect(run).toMatchObject({ code: 0, stdout: `picture  ${served!.url}\n` });
    expect((await user.run(["whoami", "--api", cloud.base])).stdout).toContain(served!.url);
  });
});
