import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEMO_EVENT_ID } from "../src/demo.ts";
import { User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";
import { testUpload } from "./support/test-uploads.ts";

const uploadId = (number: number) => `019a0000-0000-7000-8000-00000000000${number}`;
const FAN_ID = "00000001-aaaa-4aaa-8aaa-aaaaaaaaaaaa";

let cloud: TestCloud;
let user: User;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  await user.signIn(cloud, "creative@example.com");
  const facts = { fanId: FAN_ID, width: 1920, height: 1080, waitingSince: "2026-01-02T03:04:05.000Z" };
  const photo = { ...facts, eventId: DEMO_EVENT_ID, contentType: "image", fileName: "photo\u001b[31m.jpg" };
  const clip = { ...photo, uploadId: uploadId(2), mediaId: "video", contentType: "video", durationMs: 30_040 };
  cloud.api.waiting = [
    { ...photo, uploadId: uploadId(1), mediaId: "image1" },
    { ...photo, uploadId: uploadId(1), mediaId: "image2" },
    clip,
  ];
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

const review = (...args: string[]) => user.run(["review", ...args, "--api", cloud.base]);
const left = () => cloud.api.waiting.map((one) => `${one.uploadId}/${one.mediaId}`);

describe("dropclip review list", () => {
  it("lists what waits by the names that other commands take", async () => {
    const { stdout } = await review("list", "demo");
    expect(stdout).toMatchInlineSnapshot(`
      "media                                        file            size  length  waits since           fan
      019a0000-0000-7000-8000-000000000001/image1  photo.jpg  1920×1080          2026-01-02 03:04:05Z  00000001-aaaa-4aaa-8aaa-aaaaaaaaaaaa
      019a0000-0000-7000-8000-000000000001/image2  photo.jpg  1920×1080          2026-01-02 03:04:05Z  00000001-aaaa-4aaa-8aaa-aaaaaaaaaaaa
      019a0000-0000-7000-8000-000000000002/video   photo.jpg  1920×1080  30.0 s  2026-01-02 03:04:05Z  00000001-aaaa-4aaa-8aaa-aaaaaaaaaaaa
      "
    `);
    expect(JSON.parse((await review("list", "demo", "--json")).stdout)).toHaveLength(3);
    cloud.api.waiting = [];
    expect((await review("list", "demo")).stdout).toBe("nothing waits\n");
  });
});

describe("dropclip review publish and refuse", () => {
  it("decide on one, or on all of an upload", async () => {
    const one = `${uploadId(1)}/image2`;
    expect((await review("publish", one, "--event", "demo")).stdout).toBe(`published ${one}\n`);
    expect(left()).toEqual([`${uploadId(1)}/image1`, `${uploadId(2)}/video`]);
    const run = await review("refuse", uploadId(1), uploadId(2), "--event", "demo", "--because", "Too dark.");
    expect(run.stdout).toBe(`refused ${uploadId(1)}/image1\nrefused ${uploadId(2)}/video\n`);
    expect([left(), cloud.api.refusals]).toEqual([[], ["Too dark."]]);
  });

  it("find the event by the upload", async () => {
    const record = { eventId: DEMO_EVENT_ID, fanId: FAN_ID, uploadId: uploadId(2), status: "complete" };
    cloud.uploads.set(uploadId(2), testUpload({ ...record, media: [] }));
    expect((await review("publish", `${uploadId(2)}/video`)).stdout).toBe(`published ${uploadId(2)}/video\n`);
    expect((await review("publish", uploadId(9))).stderr).toContain(`no upload ${uploadId(9)}`);
  });

  it("decide on all of an event, whatever the number of pages", async () => {
    cloud.api.pageSize = 2;
    expect(JSON.parse((await review("publish", "--all", "--event", "demo", "--json")).stdout)).toHaveLength(3);
    expect(left()).toEqual([]);
    expect((await review("publish", "--all", "--event", "demo")).stdout).toBe("nothing waits\n");
  });

  it("say what could not be decided on, after the rest", async () => {
    const run = await review("publish", uploadId(9), uploadId(2), "--event", "demo");
    expect(run).toMatchObject({ code: 2, stderr: "dropclip: 1 file of 2 could not be decided on\n" });
    expect(run.stdout).toBe(
      `not decided ${uploadId(9)}: Nothing of this upload waits for review. (upload.not_waiting)\npublished ${uploadId(2)}/video\n`,
    );
  });

  it("want to be told on what", async () => {
    const wanted = "dropclip: name media, or all of an event: --all --event EVENT\n";
    for (const args of [[], ["--all"], ["--event", "demo"], [uploadId(1), "--all", "--event", "demo"]])
      expect(await review("publish", ...args)).toMatchObject({ code: 1, stderr: wanted });
    expect((await review("refuse", `${uploadId(1)}/hls`)).code).toBe(1);
    await user.signIn(cloud, "other-creative@example.com");
    expect((await review("publish", "--all", "--event", "demo")).code).toBe(2);
  });

  it("are asked for, and no longer, by an event", async () => {
    const events = async (...args: string[]) =>
      JSON.parse((await user.run(["events", ...args, "--json", "--api", cloud.base])).stdout);
    const made = await events("create", "Night", "--review");
    expect(made.review).toBe(true);
    expect((await events("update", made.eventId, "--no-review")).review).toBe(false);
    expect((await user.run(["events", "show", made.eventId, "--api", cloud.base])).stdout).not.toContain("review");
    expect((await events("update", made.eventId, "--review")).review).toBe(true);
    const { stdout } = await user.run(["events", "show", made.eventId, "--api", cloud.base]);
    expect(stdout).toContain("review    before anything is published");
  });
});
