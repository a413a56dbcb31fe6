import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEMO_EVENT_ID } from "../src/demo.ts";
import { EVENT_ID, Keyboard, User } from "./support/cli.ts";
import { TestCloud } from "./support/test-cloud.ts";

const UPLOAD_ID = "019a0000-0000-7000-8000-000000000001";
const [CLIP, PHOTO, OTHER] = ["video", "image1", "image2"].map((mediaId) => `${UPLOAD_ID}/${mediaId}`) as [
  string,
  string,
  string,
];

let cloud: TestCloud;
let user: User;
beforeEach(async () => {
  cloud = await TestCloud.start();
  user = new User();
  await user.signIn(cloud, "creative@example.com");
  cloud.api.published = ["video", "image1", "image2"].map((mediaId) => {
    const contentType = mediaId === "video" ? "video" : "image";
    return { eventId: DEMO_EVENT_ID, uploadId: UPLOAD_ID, mediaId, contentType };
  });
});
afterEach(async () => {
  user.leave();
  await cloud.stop();
});

const collections = (...args: string[]) => user.run(["collections", ...args, "--api", cloud.base]);

/** Makes a collection with this media by command. */
async function made(...media: string[]): Promise<string> {
  const { collectionId } = JSON.parse((await collections("create", "Best of", "--json")).stdout);
  if (media.length > 0) await collections("add", collectionId, ...media);
  return collectionId;
}

async function mediaOf(collectionId: string): Promise<string[]> {
  const { media } = JSON.parse((await collections("show", collectionId, "--json")).stdout);
  return media.map(({ uploadId, mediaId }: { uploadId: string; mediaId: string }) => `${uploadId}/${mediaId}`);
}

describe("dropclip collections create", () => {
  it("makes an empty one", async () => {
    const run = await collections("create", "Best of", "--description", "All of them");
    const [collection] = cloud.api.collections.values();
    expect(run.stdout).toBe(
      [
        `collection   ${collection!.collectionId}`,
        "title        Best of",
        "description  All of them",
        "media        0",
        "changed      2026-01-02 03:04:05Z",
        "",
      ].join("\n"),
    );
  });

  it("makes one although the first answer is lost", async () => {
    let lost = 0;
    cloud.lose = (call) => call === "POST /collections" && lost++ === 0;
    expect((await collections("create", "Once")).code).toBe(0);
    expect(cloud.api.collections.size).toBe(1);
  });
});

describe("dropclip collections list and show", () => {
  it("list one's own, and show one with its media in their order to anybody", async () => {
    const collectionId = await made(PHOTO, CLIP);
    expect((await collections("list")).stdout.replaceAll(collectionId, EVENT_ID)).toMatchInlineSnapshot(`
      "collection                            title    media  changed
      01900000-0000-7000-8000-00000000aaaa  Best of      2  2026-01-02 03:04:05Z
      "
    `);
    const shown = await collections("show", collectionId);
    expect(shown.stdout.replaceAll(collectionId, EVENT_ID)).toMatchInlineSnapshot(`
      "collection  01900000-0000-7000-8000-00000000aaaa
      title       Best of
      media       2
      changed     2026-01-02 03:04:05Z

      media                                        kind        size  length  published             content
      019a0000-0000-7000-8000-000000000001/image1  image  1920×1080          2026-01-02 03:04:05Z  https://cdn.test/019a0000-0000-7000-8000-000000000001/image1.jpg
      019a0000-0000-7000-8000-000000000001/video   video  1920×1080  30.0 s  2026-01-02 03:04:05Z  https://cdn.test/019a0000-0000-7000-8000-000000000001/video.mp4
      "
    `);
    await user.signIn(cloud, "other-creative@example.com");
    expect((await collections("list")).stdout).toBe("no collections\n");
    expect(await mediaOf(collectionId)).toEqual([PHOTO, CLIP]);
  });

  it("follow the pages of the media", async () => {
    const collectionId = await made(CLIP, PHOTO, OTHER);
    cloud.api.pageSize = 1;
    expect(await mediaOf(collectionId)).toEqual([CLIP, PHOTO, OTHER]);
    const run = await collections("show", collectionId, "--limit", "2");
    expect(run.stderr).toBe("there are more than these 2: use --limit to see them\n");
  });
});

describe("dropclip collections rename", () => {
  it("changes the title, and the description when one is named", async () => {
    const collectionId = await made();
    const rename = async (...args: string[]) =>
      JSON.parse((await collections("rename", collectionId, ...args, "--json")).stdout);
    expect(await rename("Worst of", "--description", "Sorry")).toMatchObject({
      title: "Worst of",
      description: "Sorry",
    });
    expect(await rename("Best of")).toMatchObject({ title: "Best of", description: "Sorry" });
    expect(await rename("Best of", "--no-description")).not.toHaveProperty("description");
  });
});

describe("dropclip collections add, remove and move", () => {
  it("add in the order named; what is there stays where it is", async () => {
    const collectionId = await made(CLIP);
    const run = await collections("add", collectionId, PHOTO, CLIP, OTHER);
    expect(run.stdout).toBe(`added ${PHOTO}\nadded ${CLIP}\nadded ${OTHER}\n`);
    expect(await mediaOf(collectionId)).toEqual([CLIP, PHOTO, OTHER]);
  });

  it("remove, and move to the front or after another", async () => {
    const collectionId = await made(CLIP, PHOTO, OTHER);
    await collections("move", collectionId, OTHER, "--first");
    expect(await mediaOf(collectionId)).toEqual([OTHER, CLIP, PHOTO]);
    const moved = await collections("move", collectionId, OTHER, "--after", CLIP, "--json");
    expect(JSON.parse(moved.stdout)).toEqual({ collectionId, moved: [{ uploadId: UPLOAD_ID, mediaId: "image2" }] });
    expect(await mediaOf(collectionId)).toEqual([CLIP, OTHER, PHOTO]);
    await collections("remove", collectionId, CLIP, PHOTO);
    expect(await mediaOf(collectionId)).toEqual([OTHER]);
  });

  it.each([
    [["move", EVENT_ID, CLIP], 1, "name the new place: --first, or --after MEDIA"],
    [["move", EVENT_ID, CLIP, "--first", "--after", PHOTO], 1, "cannot be used with option"],
    [["add", EVENT_ID, UPLOAD_ID], 1, `media ${UPLOAD_ID}: not like UPLOAD/video or UPLOAD/image1`],
    [["add", "best", CLIP], 1, "collection best: not a UUID"],
    [["add", EVENT_ID, CLIP], 2, "There is no such collection."],
  ])("do not understand %j", async (args, code, message) => {
    const run = await collections(...args);
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(message);
  });

  it("find only what is published and what is in it", async () => {
    const collectionId = await made(CLIP);
    expect((await collections("add", collectionId, `${UPLOAD_ID}/image20`)).stderr).toBe(
      "dropclip: There is no such media.\n",
    );
    expect((await collections("remove", collectionId, PHOTO)).stderr).toBe(
      "dropclip: The collection does not hold this media.\n",
    );
  });
});

describe("dropclip collections delete", () => {
  it("asks, and deletes at a yes", async () => {
    const collectionId = await made(CLIP);
    const args = ["collections", "delete", collectionId, "--api", cloud.base];
    expect((await user.run(args, { stdin: new Keyboard("no\n") })).stderr).toContain("nothing was deleted");
    const run = await user.run(args, { stdin: new Keyboard("y\n") });
    expect(run).toMatchObject({ code: 0, stdout: 'deleted the collection "Best of"\n' });
    expect(run.stderr).toBe('delete the collection "Best of"? [y/N] ');
    expect(cloud.api.collections.size).toBe(0);
  });
});
